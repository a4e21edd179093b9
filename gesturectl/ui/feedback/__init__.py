"""Telling that a gesture did something, for those who want it: a short sound, a small label on the screen."""
