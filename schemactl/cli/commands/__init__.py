"""The commands, one a file: each reads its options, calls one function and prints.

Importing one imports no more than click; what the command needs is imported when it runs,
so that `--help` and the shell's completion answer at once.
"""
