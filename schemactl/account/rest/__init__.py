"""The REST API as a backend: which calls a plan needs of it, and one account reached over it.

types     words of field types
state     what was read: ids, columns and all
objects   which number an account gave to an object
calls     calls of a plan as data, and back
drafts    changes to calls, in an order that works
manual    what a person must do
effects   what a call was to do, and what else it did
dialect   all of the above as one `Dialect`
reading   an account to a state
filling   what is sent for a call, once the account was looked at again
account   the `Backend`
"""
