"""How an account drifted from its files, what the last apply left, and which side changed.

    inputs       what a project knows of an account: files, the last apply, earlier runs
    memory       what the last apply remembered, added to a difference
    items        a difference as drift items
    between      two accounts, or an account and a snapshot
    acceptance   drift accepted into the files, and which ways out of it work
    succession   the base that an apply leaves

The other modules help these. Nothing is imported here: a plan needs only some of them.
"""
