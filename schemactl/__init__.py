"""Keep the configuration of Ontraport accounts (sections, fields, tags) as files.

Nothing is imported here, so that `schemactl --version` stays quick. `schemactl.pipeline` shows
the path of data through the program.
"""

__version__ = "0.1.0"
