"""What `gesturectl forget` knows of what is stored, and how it is deleted."""
