"""Where the elbow is, given the shoulder and the wrist."""

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

UPPER_ARM_MM = 290.0
FOREARM_MM = 255.0


def elbow(shoulder: Float, wrist: Float, outward: Float) -> Float:
    """(3,) mm: the elbow of an arm that hangs: two bones from `shoulder` to `wrist`, bent down and `outward`.

    An arm that is too short is stretched: the picture shows little of it.
    """
    span = wrist - shoulder
    distance = float(np.linalg.norm(span))
    along = span / distance
    reach = (distance**2 + UPPER_ARM_MM**2 - FOREARM_MM**2) / (2 * distance)  # law of cosines
    aside = np.sqrt(max(UPPER_ARM_MM**2 - reach**2, 40.0**2))
    pole = np.array([0.0, -1.0, 0.0]) + outward
    pole = pole - along * (pole @ along)
    return np.asarray(shoulder + along * min(reach, distance) + pole / np.linalg.norm(pole) * aside)
