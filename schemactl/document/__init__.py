"""Reading of YAML files into values with positions, and checks against a JSON Schema.

It knows YAML and JSON Schema, but not accounts, sections or fields. Problems are collected, not
raised, so that one problem does not hide the next.
"""
