"""Findings in files, in the formats of CI services."""
