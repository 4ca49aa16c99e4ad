"""One account over one API: reading it, and which calls bring a change about.

A `Dialect` is the pure half, good for planning offline; a `Backend` adds the wire.
"""
