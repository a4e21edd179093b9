"""What keeps the process of vision small changes nothing but that."""

import json
import subprocess
import sys

import pytest

_CHILD = """
import json, sys
from pathlib import Path
import numpy as np
from gesturectl.daemon import frugal
from gesturectl.landmarks.sessions import Session

if sys.argv[1] == "frugal":
    frugal.share_arena()
sessions = [Session(name) for name in ("palm_detection.onnx", "hand_landmark_quick.onnx")]
if sys.argv[1] == "frugal":
    frugal.give_back()
image = np.random.default_rng(0).integers(0, 255, (480, 640, 3), np.uint8)
for _ in range(3):
    found = [session.run(image, np.eye(2, 3, dtype=np.float32), 0) for session in sessions]
own = [line for line in Path("/proc/self/smaps_rollup").read_text().splitlines() if line.startswith("Private_Dirty")]
print(json.dumps([int(own[0].split()[1]), [float(np.abs(output).sum()) for outputs in found for output in outputs]]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_models_that_share_an_arena_say_the_same_in_less_memory():
    (plain_kb, plain), (frugal_kb, frugal) = (
        json.loads(subprocess.check_output([sys.executable, "-c", _CHILD, how])) for how in ("plain", "frugal")
    )
    assert frugal == plain
    assert frugal_kb < plain_kb - 2000
