"""The base of an account: what the last apply left, kept beside the project.

document  a base as text, and back
shelf     the file that it is kept in
keeping   which state an apply leaves as base
origin    who applied, from which commit
settling  which id each declared name keeps
"""
