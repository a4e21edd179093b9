"""What a gesture does in which app: TOML files read, checked, and looked up."""
