"""A person in a room who shows a hand to the camera."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gesturectl.synthesis.arm import elbow
from gesturectl.synthesis.background import room
from gesturectl.synthesis.body import SHOULDER, person
from gesturectl.synthesis.camera import Sensor, View
from gesturectl.synthesis.kinematics import bones, points
from gesturectl.synthesis.renderer import trace
from gesturectl.synthesis.shading import DAYLIGHT, SKINS, Colour, Light, shade, skin_colour
from gesturectl.synthesis.skin import flesh

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

PALM_CENTRE = np.array([-3.0, 46.0, 0.0])
"""(3,) mm of the hand's frame: the point that a posture places."""
_OUTWARD = np.array([-0.55, 0.0, -0.15])
"""Where the elbow of a raised right arm points, besides down."""


@dataclass(frozen=True, slots=True, eq=False)
class Posture:
    """A hand somewhere before the camera, at one moment."""

    pose: Float
    """(POSE,) degrees."""
    rotation: Float
    """(3, 3) from the hand's frame to the camera's; the identity shows the palm, fingers up."""
    palm: Float
    """(3,) mm: where `PALM_CENTRE` is, in the camera's frame."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a clip's person and room look like."""

    skin: str = "fair"
    """A key of `SKINS`."""
    shirt: Colour = (0.30, 0.38, 0.47)
    hair: Colour = (0.20, 0.14, 0.11)
    bare_mm: float = 78.0
    """Where the sleeve begins."""
    light: Light = DAYLIGHT
    fingers: tuple[float, float, float, float, float] = (1.0, 1.0, 1.0, 1.0, 1.0)
    """Length factors, thumb to pinky."""
    size: float = 1.0
    """Size of the hand."""
    room: int = 0
    """Seed of the room."""


def random_look(rng: np.random.Generator) -> Look:
    """Another person in another room."""
    bearing, height = rng.uniform(-1.1, 1.1), rng.uniform(0.3, 1.0)
    grey = rng.uniform(0.15, 0.65)
    red, green, blue = np.clip(grey + rng.uniform(-0.15, 0.15, 3), 0.05, 0.9).tolist()
    dark = rng.uniform(0.08, 0.34)
    thumb, index, middle, ring, pinky = np.clip(rng.normal(1.0, 0.03, 5), 0.92, 1.08).tolist()
    return Look(
        skin=str(rng.choice(sorted(SKINS))),
        shirt=(red, green, blue),
        hair=(dark, dark * 0.75, dark * 0.6),
        bare_mm=float(rng.uniform(55, 100)),
        light=Light(
            (float(np.sin(bearing) * np.cos(height)), float(np.sin(height)), float(np.cos(bearing) * np.cos(height))),
            float(rng.uniform(0.85, 1.05)), 0.32, float(rng.uniform(0.32, 0.42)),
        ),
        fingers=(thumb, index, middle, ring, pinky),
        size=float(np.clip(rng.normal(1.0, 0.03), 0.93, 1.07)),
        room=int(rng.integers(1 << 30)),
    )  # fmt: skip


def landmarks(posture: Posture, look: Look) -> Float:
    """(21, 3) mm in the camera's frame: where a perfect tracker would see the joints."""
    local = points(bones(posture.pose, np.array(look.fingers)))[0] - PALM_CENTRE
    return np.asarray(look.size * local @ posture.rotation.T + posture.palm)


class Scene:
    """Renders one person in one room; the still part is painted once."""

    def __init__(self, view: View, look: Look, supersample: int = 1, sensor: Sensor | None = None) -> None:
        self.view = view
        self.look = look
        self.sensor = sensor or Sensor()
        """What films it; `picture` is what it sees, before blur and noise."""
        self._supersample = supersample
        back = room(view, np.random.default_rng(look.room))
        body, depth = person(view, SKINS[look.skin], look.shirt, look.hair, look.light)
        self._body_depth = depth
        self._still = back * (1 - body[..., 3:]) + body[..., :3] * np.minimum(body[..., 3:], 1)

    def picture(self, postures: list[Posture]) -> Float32:
        """(height, width, 3) sRGB in [0, 1]: the mean over the postures of one exposure, which is motion blur."""
        supersample = self._supersample if len(postures) < 4 else 1  # strong blur smooths edges by itself
        hand = np.mean([self.hand(posture, supersample) for posture in postures], axis=0)
        still = self._still * (1 - _soft_shadow(hand[..., 3], self.look.light, self.view))[..., None]
        return np.asarray(still * (1 - hand[..., 3:]) + hand[..., :3], np.float32)

    def hand(self, posture: Posture, supersample: int = 1) -> Float32:
        """(height, width, 4) sRGB times coverage, and coverage; each pixel the mean of `supersample` squared."""
        look, rotation = self.look, posture.rotation
        skeleton = bones(posture.pose, np.array(look.fingers))
        wrist = posture.palm - look.size * rotation @ PALM_CENTRE
        joint = elbow(SHOULDER, wrist, _OUTWARD)
        local_elbow = rotation.T @ (joint - wrist) / look.size
        cones = flesh(skeleton, local_elbow, rotation.T @ (SHOULDER - wrist) / look.size, look.bare_mm)
        along = (joint - wrist) / np.linalg.norm(joint - wrist)
        arm_palmar = rotation[:, 2] - along * (rotation[:, 2] @ along)
        palmar = np.vstack([(rotation @ skeleton.frames[0])[:, :, 2], rotation[:, 2], arm_palmar])

        view = self.view.scaled(supersample)
        picture = np.zeros((view.height, view.width, 4), np.float32)
        surface = trace(cones.placed(rotation, wrist, look.size), palmar, view, look.size)
        if surface is None:
            return picture[::supersample, ::supersample]
        colour, gloss = skin_colour(surface, skeleton, (rotation, wrist, look.size), SKINS[look.skin], look.shirt)
        shaded = shade(surface, colour, gloss, look.light, view.focal_px / -posture.palm[2], look.size)
        h, w = shaded.shape[:2]
        window = (slice(surface.top, surface.top + h), slice(surface.left, surface.left + w))
        body = cv2.resize(self._body_depth, (view.width, view.height), interpolation=cv2.INTER_NEAREST)
        shaded[surface.depth > body[window]] = 0  # the upper arm grows out of the shoulder
        picture[window] = shaded
        if supersample == 1:
            return picture
        size = (self.view.width, self.view.height)
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)


def _soft_shadow(coverage: Float32, light: Light, view: View) -> Float32:
    """(height, width) how much the hand darkens the person behind it: a soft copy away from the lamp."""
    unit = view.height / 480
    small = cv2.resize(coverage, (view.width // 4, view.height // 4), interpolation=cv2.INTER_AREA)
    dx, dy = -light.direction[0] * 38 * unit / 4, light.direction[1] * 38 * unit / 4
    shift = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    moved = cv2.GaussianBlur(cv2.warpAffine(small, shift, (small.shape[1], small.shape[0])), (0, 0), 5 * unit)
    return np.asarray(0.22 * cv2.resize(moved, (view.width, view.height)), np.float32)
