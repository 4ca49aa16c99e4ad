"""YAML text to values that know where they stand in their file, and what is wrong with them.

Knows YAML and JSON Schema, and nothing about accounts, sections or fields. Problems
are collected, never raised: one faulty line must not hide the next.
"""
