"""Where a project keeps its state: base, journals, kept plans, counts, findings of a probe.

    interface   a store of named documents, and a file or folder in one
    local       the folder `.schemactl` of the project

Everything that is read from here is input: whoever can write there may have changed it.
"""
