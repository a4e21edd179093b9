"""Keys, pointer and focused app of this desktop; one file for each kind of desktop."""
