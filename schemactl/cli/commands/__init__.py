"""One module per command: each reads its options, calls one function and prints.

A module imports little more than click at its top. What the command needs is imported when it
runs, so that `--help` and shell completion are fast.
"""
