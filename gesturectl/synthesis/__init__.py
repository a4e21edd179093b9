"""A hand of our own: bones, poses, gestures with human timing, a renderer and clips; NumPy and OpenCV only."""
