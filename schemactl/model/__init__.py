"""The immutable values that schemactl works with: schemas, changes, plans, runs.

Standard library only, no input and no output: a test can build every value by hand.
"""
