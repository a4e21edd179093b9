"""The checks of `gesturectl doctor`: small functions, each of which looks at one thing and returns a `Finding`."""
