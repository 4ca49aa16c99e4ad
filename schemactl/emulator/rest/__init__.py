"""The REST API as the emulator serves it: `/1/...`."""
