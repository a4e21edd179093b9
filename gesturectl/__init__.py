"""Always-on, hands-free computer control: hand gestures seen by a webcam become keys, media and commands."""

import os

STARTED_WITH = dict(os.environ)
"""Our environment before we and the libraries we load changed it: what programs that we start are given."""

# onnxruntime 1.29 and later sends telemetry unless told not to before its first import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

# OpenBLAS, which NumPy brings, reads this once, when NumPy is first imported. Our matrices are small: on cores that
# others use, its threads spin for each other and make learning slower, not quicker. What torch and ONNX Runtime use is
# said to them; OMP_NUM_THREADS is left alone for torch. Whoever sets it otherwise is heeded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
