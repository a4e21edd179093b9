"""From a frame to the hands in it."""
