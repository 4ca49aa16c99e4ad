"""The commands of `pipeline` over many accounts at once: bounded threads, errors kept apart.

    work            what is done with one account, as a value
    apply_work      the same for an apply: a plan to review, and one to execute
    runner          work for each account in threads, at most some at a time
    cluster_run     the same on the workers of a cluster
    dask_cluster    a cluster of Dask
    state_proof     whether workers have the state and the locks of the command
    result_store    results in order, in memory or in a file
    commands        commands that only read accounts
    applying        plans of all accounts first, then each applied
    rollout         the same wave by wave, stopped by failures
    undoing         what the last roll-out did, undone in each account
    brake           counts failures
    changed         which accounts changed since a commit
    merging         one result from those of all shards
    shard_part      the file of one shard, read and checked
    project_digest  whether two machines have the same project

Each account has its own connections, rate and state, as if it were the only one. Nothing here
prints; the command line gets an event as each account ends.
"""

from __future__ import annotations
