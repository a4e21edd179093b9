"""The user's library on disk: takes, streams, and what other tools' layouts become when they are imported."""
