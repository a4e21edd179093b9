"""From a hand's recent points to gestures: window, normalise, classify, decide. No threads, clock or device in here."""
