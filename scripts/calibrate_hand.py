"""Find the ranges of the values inside the hand landmark model, for its 8-bit form.

    python scripts/calibrate_hand.py      writes scripts/hand_landmark_ranges.json; then run convert_models.py

The hands are those of the bundled demo clip (rendered, our own), both ways round, in more and less light.
"""

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from convert_models import FLOATING, MODELS, RANGES
from onnx_quantise import places

from gesturectl import paths
from gesturectl.landmarks.onnx_tracker import OnnxTracker
from gesturectl.types import Frame

EVERY = 6
"""Frames of the clip from one that is used to the next."""
LIGHT = (1.0, 0.6, 1.3)


def main() -> None:
    """Run the model over the crops and write the lowest and highest value of each tensor."""
    content = (MODELS / "hand_landmark.onnx").read_bytes()
    tensors = places(content, FLOATING)
    model = onnx.load_from_string(content)
    model.graph.output.extend(onnx.helper.make_tensor_value_info(name, 1, None) for name in tensors)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    low, high, count = np.full(len(tensors), np.inf), np.full(len(tensors), -np.inf), 0
    for crop in crops():
        found = session.run(tensors, {"image": crop})
        low = np.minimum(low, [value.min() for value in found])
        high = np.maximum(high, [value.max() for value in found])
        count += 1
    ranges = {name: [rounded(a), rounded(b)] for name, a, b in zip(tensors, low, high, strict=True)}
    RANGES.write_text(json.dumps(ranges, indent=0) + "\n")
    sys.stdout.write(f"{RANGES}: {len(ranges)} tensors, {count} crops\n")


def crops() -> Iterator[NDArray[np.float32]]:
    """(1, 3, 224, 224) what the model sees of the demo clip's hand."""
    capture, tracker = cv2.VideoCapture(str(paths.asset("demo.mp4"))), OnnxTracker(cuda=False)
    index = 0
    while True:
        there, image = capture.read()
        if not there:
            return
        rgb = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)
        tracker.track(Frame(round(index * 1000 / 30), rgb), search=index % 5 == 0)
        for region in tracker.regions if index % EVERY == 0 else ():
            crop = cv2.warpAffine(rgb, region.crop_matrix(224), (224, 224), borderMode=cv2.BORDER_REPLICATE)
            for light in LIGHT:
                lit = cv2.convertScaleAbs(crop, alpha=light)
                for shown in (lit, cv2.flip(lit, 1)):
                    yield cv2.dnn.blobFromImage(shown, 1 / 255)
        index += 1


def rounded(value: float) -> float:
    """Outwards to two digits after the first: another machine's last bits must not change the model."""
    if value == 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - 2)
    return round((math.ceil if value > 0 else math.floor)(value / unit - 1e-3) * unit, 6)


if __name__ == "__main__":
    main()
