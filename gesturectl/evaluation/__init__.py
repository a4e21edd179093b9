"""How good it is: the run-time recogniser over takes and streams, and the figures that come of it. No torch in here."""
