"""Recording a person's own gestures: from hands to takes, and from takes to a gesture that works."""
