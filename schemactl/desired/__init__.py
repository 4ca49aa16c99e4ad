"""The user's schema files: read, checked, merged into one wanted state, and written.

Knows files and the words of the format, and no account: what an account has and what would
have to change is found out elsewhere.
"""
