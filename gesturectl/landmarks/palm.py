"""Finds palms in a whole picture and gives the regions their hands are in.

The detector is BlazePalm (Zhang et al. 2020, "MediaPipe Hands: On-device Real-time Hand Tracking"): a single-shot
detector of palm boxes with seven keypoints, of which the wrist and the middle knuckle say how the hand is turned.
"""

import math

import cv2
import numpy as np

from gesturectl.landmarks.region import Region, region_of_palm
from gesturectl.landmarks.sessions import Session
from gesturectl.types import Float32, UInt8

MODEL = "palm_detection.onnx"

_THRESHOLD = 0.5
"""Palms believed less are no palms; MediaPipe's own."""
_SAME_PALM = 0.3
"""Boxes that overlap more are one palm, and averaged."""
_WRIST, _MIDDLE = 0, 2
"""Keypoints."""


class PalmDetector:
    """Palms in a picture. One call takes about 6 ms on one thread."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._anchors = anchors(session.side)

    def regions(self, image: UInt8) -> list[Region]:
        """The regions of all hands in `image` (H, W, 3) RGB, the best first."""
        height, width = image.shape[:2]
        side = self._session.side
        scale = side / max(height, width)
        left, top = (side - width * scale) / 2, (side - height * scale) / 2
        fit = np.array([[scale, 0, left], [0, scale, top]], np.float32)
        boxes, logits = self._session.run(image, fit, cv2.BORDER_CONSTANT)
        palms = distinct_palms(boxes[0], logits[0, :, 0], self._anchors)
        origin = np.array([left, top], np.float32)
        found = []
        for palm in palms:
            corners = (palm - origin) / np.float32(scale)
            found.append(region_of_palm(corners[:2].reshape(4), corners[2 + _WRIST], corners[2 + _MIDDLE]))
        return found


def anchors(side: int) -> Float32:
    """(N, 2) the points in pixels that boxes are given relative to: two in each cell of 8 pixels, six in each of 16."""
    points = []
    for stride, count in ((8, 2), (16, 6)):
        cells = (np.arange(side // stride, dtype=np.float32) + 0.5) * stride
        x, y = np.meshgrid(cells, cells)
        points.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), count, axis=0))
    return np.concatenate(points)


def distinct_palms(boxes: Float32, logits: Float32, points: Float32) -> list[Float32]:
    """The palms in the detector's output, the best first, each (9, 2) pixels: two corners, then seven keypoints.

    `boxes` (N, 18) holds centre, size and keypoints relative to the anchors `points`, `logits` (N,) the belief in each.
    Boxes of one palm are averaged by belief ("blended" non-maximum suppression), which steadies the region.
    """
    likely = np.flatnonzero(logits > math.log(_THRESHOLD / (1 - _THRESHOLD)))
    values = boxes[likely].reshape(-1, 9, 2)
    centres = values[:, 0] + points[likely]
    half = values[:, 1] / 2
    keypoints = values[:, 2:] + points[likely, None]
    palms = np.concatenate([(centres - half)[:, None], (centres + half)[:, None], keypoints], axis=1)
    belief = 1 / (1 + np.exp(-logits[likely]))
    order = np.argsort(-belief, kind="stable")
    found: list[Float32] = []
    while len(order):
        same = _overlaps(palms[order[0]], palms[order]) > _SAME_PALM
        same[0] = True  # a box without an area overlaps nothing, not even itself
        group = order[same]
        weights = belief[group] / belief[group].sum()
        found.append(np.einsum("n,nij->ij", weights, palms[group]).astype(np.float32))
        order = order[~same]
    return found


def _overlaps(palm: Float32, palms: Float32) -> Float32:
    """Shared area divided by joint area of one box and each of many."""
    low, high = np.maximum(palm[0], palms[:, 0]), np.minimum(palm[1], palms[:, 1])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    area = (palms[:, 1] - palms[:, 0]).prod(axis=1)
    joint = area + (palm[1] - palm[0]).prod() - shared
    return np.asarray(shared / np.maximum(joint, 1e-6), np.float32)
