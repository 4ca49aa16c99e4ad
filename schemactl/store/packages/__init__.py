"""Packages of schema files: fetched once, locked by their content, and only read afterwards.

content     the files of a package, and their checksum
git_source  reads the files of a commit; runs nothing that a repository contains
lock_file   which content each package has
installing  puts files into `.schemactl/packages`
verifying   whether what is there is what the lock file says
"""

from __future__ import annotations
