"""The Contacts API as a backend: its codec, calls, manual steps, dialect and reader."""
