"""Changes to people's own schema files that leave all the rest as they wrote it.

source      a file as text and tree at once: where each node stands, to the character
edits       small changes of the text: an entry, a key or a value inserted, removed or replaced
accepting   what of an account goes into the files, and where
formatting  the canonical style, with every comment kept

Edits at the places that the parser tells, instead of a library that writes the whole file
again from a tree: those keep comments, but not indentation, quotes and blank lines to the
character, so that a change of one line shows as a change of the file.
"""
