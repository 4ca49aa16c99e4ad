"""The Contacts API as a backend: which calls a plan needs of it, and one account over it.

types     words of field types
calls     calls of a plan as data, and back
manual    what a person must do
dialect   all of the above as one `Dialect`
account   the `Backend`
"""
