"""What `gesturectl sweep` does: trainings that differ in their settings, each judged on takes it wasn't trained on."""
