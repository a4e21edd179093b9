"""Always-on, hands-free computer control: hand gestures seen by a webcam become keys, media and commands."""

import os

# onnxruntime 1.29 and later sends telemetry unless told not to before its first import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
