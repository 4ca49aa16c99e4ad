"""The user's schema files: read, checked, merged into one wanted state, and written.

Knows files and the words of the format, and no account: other packages read the account and
find what differs.
"""
