"""Moving the pointer by hand: what positions of a hand mean to the mouse. No thread, no clock, no desktop."""
