"""One account over one API: how to read it, and which calls make a change."""
