"""What `gesturectl record` is made of."""
