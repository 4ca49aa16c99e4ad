"""Reports for people and programs: one module per subject and format, each a pure function.

Text is a tuple of `Line`, JSON and the rest are whole strings. Nothing here prints,
asks or knows a terminal, and whatever an account or a file holds is shown with its
control characters spelled out.
"""
