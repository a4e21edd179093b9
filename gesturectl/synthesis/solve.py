"""Finds the angles of poses in which the thumb touches something.

Three things make a touch look right: the thumb's pad lies on the surface, it faces the surface, and no joint bends
where joints don't. They are the residuals of a damped Gauss-Newton search (Levenberg-Marquardt) with numeric
derivatives. `poses` holds the results; run `python -m gesturectl.synthesis.solve` to print them anew.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gesturectl.synthesis.kinematics import Bones, bones
from gesturectl.synthesis.poses import POSES

Float = NDArray[np.float64]

THUMB_ANGLES = (16, 17, 18, 19, 20)
THUMB_LOW = np.array([2.0, -5.0, -30.0, -10.0, -8.0])
THUMB_HIGH = np.array([72.0, 62.0, 85.0, 60.0, 80.0])
"""Degrees; from the ranges of motion of adults, the saddle joint's a little wide because its axes are idealised."""
_THUMB_EASE = np.array([20.0, 42.0, 46.0, 16.0, 18.0])
"""What the thumb would rather do when it opposes."""
_FINGER_LOW, _FINGER_HIGH = np.array([10.0, 10.0, -8.0]), np.array([72.0, 95.0, 8.0])
_DIP_OF_PIP = 0.55
"""The last joint can't be bent by itself: one tendon bends both."""

_THUMB_PAD_MM, _FINGER_PAD_MM, _BACK_MM = 8.0, 6.6, 8.5
"""From the bone to the skin, less what flesh gives way."""
_FACING_MM, _EASE_MM, _STEP_DEG = 6.0, 0.06, 0.01


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the thumb's pad touches a finger."""

    finger: int
    """0 = index to 3 = pinky."""
    bone: int
    """0 = proximal to 2 = distal."""
    side: Literal["pad", "back"]
    share: float
    """How far along the bone."""
    meets: bool = False
    """True if the finger moves to meet the thumb, False if it lies still."""


CONTACTS: dict[str, Contact] = {
    "fist": Contact(1, 1, "back", 0.35),
    "point": Contact(1, 1, "back", 0.55),
    "victory": Contact(2, 1, "back", 0.40),
    "two": Contact(2, 1, "back", 0.40),
    "three": Contact(3, 1, "back", 0.60),
    "rock": Contact(1, 1, "back", 0.50),
    "pinch": Contact(0, 2, "pad", 0.68, meets=True),
    "ok": Contact(0, 2, "pad", 0.68, meets=True),
    "snap": Contact(1, 2, "pad", 0.68, meets=True),
}
"""What each pose of contact touches."""


@dataclass(frozen=True, slots=True)
class Touch:
    """How well a pose touches."""

    gap_mm: float
    """From the thumb's pad to where it should be."""
    facing: float
    """Cosine between the two skins' normals; −1 is flat on each other."""


def touch(pose: Float, contact: Contact) -> Touch:
    """How well a (POSE,) pose keeps a contact."""
    gap, normals = _geometry(bones(pose), contact)
    return Touch(float(np.linalg.norm(gap[0])), float(normals[0] @ normals[0] / 2 - 1))


def solve(start: Float, contact: Contact, starts: int = 6) -> Float:
    """The (POSE,) pose nearest to comfort that keeps `contact`; what the contact doesn't move stays as in `start`."""
    finger = contact.finger
    free = [*THUMB_ANGLES, finger, 4 + finger, 12 + finger] if contact.meets else list(THUMB_ANGLES)
    low = np.concatenate([THUMB_LOW, _FINGER_LOW])[: len(free)]
    high = np.concatenate([THUMB_HIGH, _FINGER_HIGH])[: len(free)]
    ease = np.concatenate([_THUMB_EASE, [48.0, 46.0, 0.0]])[: len(free)]
    rng = np.random.default_rng(0)

    def poses(values: Float) -> Float:
        out = np.tile(start, (len(values), 1))
        out[:, free] = values
        if contact.meets:
            out[:, 8 + finger] = _DIP_OF_PIP * values[:, 6]
        return out

    def residuals(values: Float) -> Float:
        gap, normals = _geometry(bones(poses(values)), contact)
        return np.concatenate([gap, _FACING_MM * normals, _EASE_MM * (values - ease)], 1)

    found = [
        _least_squares(residuals, np.clip(ease + rng.normal(0, 12 * (i > 0), len(ease)), low, high), low, high)
        for i in range(starts)
    ]
    best = min(found, key=lambda values: float((residuals(values[None]) ** 2).sum()))
    return np.asarray(poses(best[None])[0])


def _geometry(skeleton: Bones, contact: Contact) -> tuple[Float, Float]:
    """(N, 3) mm from the target to the thumb's pad, and (N, 3) the sum of both outward normals (0 = face to face)."""
    thumb, bone = 2, 3 + 3 * contact.finger + contact.bone
    starts, ends, palmar = skeleton.starts, skeleton.ends, skeleton.frames[..., 2]
    pad = starts[:, thumb] + 0.66 * (ends[:, thumb] - starts[:, thumb]) + _THUMB_PAD_MM * palmar[:, thumb]
    normal = palmar[:, bone] if contact.side == "pad" else -palmar[:, bone]
    skin = _FINGER_PAD_MM if contact.side == "pad" else _BACK_MM
    target = starts[:, bone] + contact.share * (ends[:, bone] - starts[:, bone]) + skin * normal
    return pad - target, palmar[:, thumb] + normal


def _least_squares(residuals: Callable[[Float], Float], start: Float, low: Float, high: Float) -> Float:
    """Levenberg-Marquardt within bounds; `residuals` takes (N, V) and gives (N, R)."""
    values, damping = start, 1e-2
    cost = float((residuals(values[None]) ** 2).sum())
    for _ in range(200):
        around = values + _STEP_DEG * np.vstack([np.zeros(len(values)), np.eye(len(values))])
        at = residuals(around)
        jacobian = (at[1:] - at[0]).T / _STEP_DEG
        normal = jacobian.T @ jacobian
        step = np.linalg.solve(normal + damping * np.diag(np.diag(normal) + 1e-9), -jacobian.T @ at[0])
        candidate = np.clip(values + step, low, high)
        new_cost = float((residuals(candidate[None]) ** 2).sum())
        if new_cost < cost:
            done = cost - new_cost < 1e-9 * cost
            values, cost, damping = candidate, new_cost, max(damping / 3, 1e-7)
            if done:
                break
        elif damping > 1e6:
            break
        else:
            damping *= 4
    return values


def main() -> int:
    """Solve every contact anew and print what moved."""
    for name, contact in CONTACTS.items():
        pose = solve(POSES[name], contact)
        quality = touch(pose, contact)
        thumb = ", ".join(f"{angle:.1f}" for angle in pose[16:21])
        finger = ", ".join(f"{pose[i + contact.finger]:.1f}" for i in (0, 4, 8, 12)) if contact.meets else "-"
        sys.stdout.write(f"{name}: thumb {thumb}; finger {finger}; {quality.gap_mm:.2f} mm, {quality.facing:.2f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
