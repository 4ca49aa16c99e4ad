"""The base of an account: what the last apply left, kept beside the project.

document  a base as text, and back
keeping   which state an apply leaves as base
earlier   names that an account has changed since, told by its ids
"""
