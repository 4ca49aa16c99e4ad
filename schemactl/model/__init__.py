"""What schemactl talks about, as immutable values: schemas, changes, plans.

Standard library only, and no input or output: everything here can be made in a test by hand.
"""
