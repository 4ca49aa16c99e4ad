"""Where a project keeps its state: base, journals, kept plans, counts, findings of a probe.

    interface       a store of named documents, and a file or folder in one
    local           the folder `.schemactl` of the project
    objects         a bucket of S3, Google or Azure
    object_log      a document that grows there, such as a journal
    address         where that is, as the project file names it
    opening         how it is reached
    trial           whether it keeps the conditions of writes
    standing        whether it is in use, or was moved
    lease           one apply at a time over all machines
    lease_document  what the store holds of it
    leased          the store while the lease is held
    allotment       the calls of a minute, shared over all machines
    allotment_document  what the store holds of them
    moving          from one store to another

Everything that is read from here is input: whoever can write there may have changed it.
"""
