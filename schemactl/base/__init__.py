"""The base of an account: what the last apply left, kept beside the project.

document    a base as text, and back
shelf       the file that it is kept in
keeping     which state an apply leaves as base
ownership   the records of what was created
journaled   what calls of applies created, by their journals
orphans     what of that no file declares, and its removal
protection  which fields stay protected
origin      who applied, from which commit
settling    which id each declared name keeps
succession  the base that an apply leaves
"""
