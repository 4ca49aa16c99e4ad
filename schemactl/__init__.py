"""Keeps the configuration of Ontraport accounts (sections, fields, tags) as files.

Nothing is imported here, so that `schemactl --version` stays quick. The path of
data through the program is told by `schemactl.pipeline`.
"""

__version__ = "0.1.0"
