"""The person whose hand it is: head, hair and shoulders, still and a little out of focus."""

import cv2
import numpy as np
from numpy.typing import NDArray

from gesturectl.synthesis.camera import View
from gesturectl.synthesis.renderer import MISS, Surface, trace
from gesturectl.synthesis.shading import Colour, Light, Skin, shade
from gesturectl.synthesis.skin import ARM, CLOTH, HAIR, ConeList, Cones

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

HEAD = np.array([70.0, 62.0, -770.0])
"""(3,) mm: the middle of the head. The person sits a little to the picture's right so that the right hand has room."""
SHOULDER = np.array([-132.0, -212.0, -800.0])
"""(3,) mm: the right shoulder, on the picture's left."""


def person(view: View, skin: Skin, shirt: Colour, hair: Colour, light: Light) -> tuple[Float32, Float32]:
    """(height, width, 4) sRGB and coverage of the person, and (height, width) its depth in mm, MISS beside it."""
    surface = trace(_cones(), np.tile([0.0, 0.0, 1.0], (17, 1)), view)
    picture = np.zeros((view.height, view.width, 4), np.float32)
    depth = np.full(picture.shape[:2], MISS, np.float32)
    if surface is None:
        return picture, depth
    colour, gloss = _colours(surface, skin, shirt, hair)
    shaded = shade(surface, colour, gloss, light, view.focal_px / -HEAD[2], 2.0)
    h, w = shaded.shape[:2]
    picture[surface.top : surface.top + h, surface.left : surface.left + w] = shaded
    depth[surface.top : surface.top + h, surface.left : surface.left + w] = surface.depth
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.9 * view.height / 480), np.float32), depth


def _cones() -> Cones:
    """Head, neck, hair, shoulders and chest."""
    shapes = ConeList()

    def add(
        start: tuple[float, float, float], end: tuple[float, float, float], r0: float, r1: float, part: int
    ) -> None:
        shapes.add(HEAD + np.array(start), HEAD + np.array(end), r0, r1, part, 0)

    add((0, 22, -14), (0, -8, 0), 76, 68, ARM)  # skull and cheeks
    for side in (-1.0, 1.0):
        add((side * 26, -14, 14), (side * 9, -66, 22), 46, 34, ARM)  # jaw
        add((side * 74, -2, -20), (side * 76, -24, -16), 11, 8, ARM)  # ears
        add((side * 24, 20, 52), (side * 24, 20, 52.1), 17, 17, ARM)  # brows
    add((0, -76, 30), (0, -78, 30), 22, 21, ARM)  # chin
    add((0, 10, 62), (0, -18, 74), 8, 11.5, ARM)  # nose
    add((0, -60, -20), (0, -150, -28), 50, 56, ARM)  # neck

    add((0, 44, -38), (0, 30, -44), 84, 86, HAIR)
    for side, sweep in ((-1.0, 62.0), (1.0, 44.0)):  # parted a little to one side
        add((22, 84, 16), (side * sweep, 62, 24), 25, 22, HAIR)
        add((side * sweep, 62, 18), (side * 74, 16, -14), 24, 13, HAIR)

    for side in (-1.0, 1.0):
        add((side * 40, -168, -30), (side * 185, -240, -20), 48, 66, CLOTH)  # shoulders
        add((side * 70, -270, -20), (side * 80, -620, 0), 112, 120, CLOTH)  # chest
        add((side * 34, -150, -16), (side * 20, -176, 26), 26, 22, CLOTH)  # collar
    add((0, -260, 0), (0, -620, 20), 110, 130, CLOTH)
    add((190, -250, -20), (225, -520, 10), 64, 52, CLOTH)  # the left upper arm; the right one moves with the hand
    return shapes.cones()


def _colours(surface: Surface, skin: Skin, shirt: Colour, hair: Colour) -> tuple[Float32, Float32]:
    """(M, 3) sRGB and (M,) gloss; the face is drawn on the skin."""
    at = surface.position - HEAD.astype(np.float32)
    x, y = np.abs(at[:, 0]), at[:, 1]
    front = at[:, 2] > 10

    def spot(cx: float, cy: float, wide: float, high: float, soft: float = 0.35, bend: float = 0.0) -> Float32:
        distance = np.sqrt(((x - cx) / wide) ** 2 + ((y - cy - bend * x**2) / high) ** 2)
        return np.asarray(np.clip((1 + soft - distance) / (2 * soft), 0, 1) * front, np.float32)[:, None]

    back, flush, dark = (np.array(c, np.float32) for c in (skin.back, skin.flush, hair))
    colour = np.tile(back, (len(at), 1))
    for where, tint, amount in (
        (spot(38, -26, 24, 18, 0.8), flush, 0.22),  # cheeks
        (spot(29, 12, 19, 11, 0.6), back * 0.72, 0.45),  # sockets
        (spot(29, 29, 19, 3.2), dark, 0.75),  # brows
        (spot(29, 11, 12.5, 5.2), np.array([0.90, 0.88, 0.86], np.float32), 0.75),
        (spot(29, 11.5, 5.6, 5.6), np.array([0.16, 0.11, 0.09], np.float32), 0.95),
        (spot(29, 16.5, 14, 2.4), dark * 0.7, 0.7),  # lids
        (spot(6, -28, 3.0, 2.2), flush * 0.45, 0.6),  # nostrils
        (spot(0, -49, 25, 7, bend=0.012), flush * np.float32(0.95), 0.62),  # lips
        (spot(0, -48, 25, 1.7, bend=0.012), flush * np.float32(0.4), 0.65),
    ):
        mix = where * np.float32(amount)
        colour = colour * (1 - mix) + tint * mix
    gloss = np.full(len(at), 0.5, np.float32)
    for part, dye, shine in ((CLOTH, shirt, 0.0), (HAIR, hair, 0.35)):
        rows = surface.part == part
        colour[rows], gloss[rows] = np.array(dye, np.float32), shine
    return colour.astype(np.float32), gloss
