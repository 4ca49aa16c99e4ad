"""The Contacts API as the emulator serves it: `cdata.php`."""
