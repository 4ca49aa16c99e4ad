"""Edit people's schema files, and keep everything else exactly as they wrote it.

source        a file as text and tree: where each node is, to the character
edits         small changes to the text: insert, remove or replace an entry, a key or a value
accepting     what to write into the files for an item of drift, and where
working_copy  items of drift accepted into texts, each edit verified by reading the texts again
formatting    the canonical style, with every comment kept

The edits change the text at the places that the parser reports. A library that writes the
whole file from a tree keeps comments, but not indentation, quotes and blank lines, so that a
change of one line would show as a change of the whole file.
"""
