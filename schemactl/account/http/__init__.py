"""The two wire APIs: what goes over HTTP, and how.

Codecs are pure and know no network; `session` alone speaks HTTP. Nothing here
knows what a plan is or why a request is made.
"""
