"""Results for programs, after the JSON Schemas in `schemas/`."""
