"""What the verb `retrain` is made of, besides retraining itself."""
