"""The studio: a page on the loopback that shows what the daemon sees and does, and lets its owner change it."""
