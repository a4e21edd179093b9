"""What the verb `train` is made of, besides training itself."""
