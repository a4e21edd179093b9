"""What `gesturectl import` does: reading or tracking every item of a source, and writing takes."""
