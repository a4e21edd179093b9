"""Colour and light on a traced surface."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gesturectl.synthesis.kinematics import Bones
from gesturectl.synthesis.renderer import MISS, Surface
from gesturectl.synthesis.skin import ARM, CLOTH, FINGER, PALM
from gesturectl.synthesis.textures import (
    grain,
    knuckle_flush,
    palm_flush,
    palm_lines,
    smooth_step,
    tendons,
)

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]
Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Skin:
    """One person's skin, as sRGB in [0, 1]."""

    back: Colour
    palm: Colour
    flush: Colour
    """Where blood shows: knuckles, fingertips, the palm's pads."""
    nail: Colour


SKINS: dict[str, Skin] = {
    "light": Skin((0.89, 0.72, 0.61), (0.92, 0.75, 0.67), (0.84, 0.51, 0.43), (0.93, 0.77, 0.71)),
    "fair": Skin((0.85, 0.65, 0.52), (0.89, 0.71, 0.62), (0.79, 0.44, 0.35), (0.90, 0.73, 0.66)),
    "tan": Skin((0.73, 0.52, 0.38), (0.81, 0.62, 0.51), (0.66, 0.36, 0.26), (0.85, 0.67, 0.59)),
    "brown": Skin((0.54, 0.36, 0.24), (0.73, 0.54, 0.44), (0.50, 0.26, 0.19), (0.76, 0.58, 0.50)),
    "dark": Skin((0.36, 0.23, 0.16), (0.60, 0.44, 0.35), (0.35, 0.18, 0.13), (0.65, 0.49, 0.42)),
}


@dataclass(frozen=True, slots=True)
class Light:
    """One lamp and the room's light."""

    direction: Colour = (-0.45, 0.70, 0.60)
    """Towards the lamp, in the camera's frame."""
    lamp: float = 0.95
    fill: float = 0.32
    """Light from the other side and the screen in front of the user."""
    ambient: float = 0.36


DAYLIGHT = Light()
"""A window to the upper left of the camera."""


def skin_colour(
    surface: Surface,
    skeleton: Bones,
    to_hand: tuple[Float, Float, float],
    skin: Skin,
    sleeve: Colour,
) -> tuple[Float32, Float32]:
    """(M, 3) sRGB albedo and (M,) gloss of a hand's surface.

    `skeleton` is in the hand's frame, `to_hand` the rotation, position and size that placed it before the camera.
    """  # fmt: skip
    rotation, position, size = to_hand
    local = (surface.position - position.astype(np.float32)) @ rotation.astype(np.float32) / np.float32(size)
    normal = surface.normal @ rotation.astype(np.float32)
    palmar = smooth_step(-0.3, 0.35, surface.facing)
    flush, dark = np.zeros_like(palmar), np.zeros_like(palmar)
    nail = np.zeros_like(palmar)

    for part, paint in ((PALM, _paint_palm), (ARM, _paint_arm)):
        rows = np.flatnonzero(surface.part == part)
        flush[rows], dark[rows], palmar[rows] = paint(local[rows], palmar[rows])
    rows = np.flatnonzero(surface.part == FINGER)
    flush[rows], dark[rows], nail[rows] = _paint_fingers(
        local[rows], normal[rows], palmar[rows], surface.frame[rows], skeleton
    )

    palmar, flush = palmar[:, None], 0.45 * np.clip(flush, 0, 1)[:, None]
    dark, nails = np.clip(dark, -0.3, 0.9)[:, None], 0.55 * nail[:, None]
    colour = _rgb(skin.back) * (1 - palmar) + _rgb(skin.palm) * palmar
    colour = colour * (1 - flush) + _rgb(skin.flush) * flush
    colour *= 1 - dark * _rgb((0.50, 0.70, 0.76))
    colour = colour * (1 - nails) + _rgb(skin.nail) * nails
    gloss = 0.6 + 1.6 * nail
    cloth = np.flatnonzero(surface.part == CLOTH)
    weave = grain(local[cloth, 0] * 1.3 + local[cloth, 2], local[cloth, 1] * 1.3)[:, None]
    colour[cloth], gloss[cloth] = _rgb(sleeve) * (1 + 0.05 * weave), 0
    return np.clip(colour, 0, 1).astype(np.float32), gloss.astype(np.float32)


def shade(surface: Surface, colour: Float32, gloss: Float32, light: Light, mm_px: float, size: float = 1.0) -> Float32:
    """(h, w, 4) sRGB and coverage of the surface's box; `mm_px` is pixels per mm at the hand."""
    covered = surface.depth < MISS
    direction = np.array(light.direction, np.float32)
    direction /= np.linalg.norm(direction)
    open_air = _occlusion(surface.depth, covered, mm_px * size, size).ravel()[surface.seen][:, None]
    lit = 1 - _shadow(surface.depth, covered, direction, mm_px * size, size).ravel()[surface.seen][:, None]

    # Skin lets light bleed round the edge of the shade, red most (a wrapped diffuse term, one wrap a channel).
    wrap = np.where(gloss[:, None] > 0, _rgb((0.34, 0.18, 0.12)), np.float32(0.05))
    towards = (surface.normal @ direction)[:, None]
    diffuse = np.clip((towards + wrap) / (1 + wrap), 0, 1)
    halfway = surface.view + direction
    halfway /= np.linalg.norm(halfway, axis=1, keepdims=True)
    shine = np.clip(np.einsum("mc,mc->m", surface.normal, halfway), 0, 1)[:, None]
    highlight = (0.05 * shine**16 + 0.05 * shine**48) * gloss[:, None]
    other_side = np.array([-direction[0], 0.1, 0.6], np.float32)
    other_side /= np.linalg.norm(other_side)
    fill = np.clip((surface.normal @ other_side)[:, None] * 0.7 + 0.3, 0, 1)
    sky = 0.62 + 0.38 * surface.normal[:, 1:2]
    rim = 0.10 * (1 - np.clip(np.einsum("mc,mc->m", surface.normal, surface.view), 0, 1)[:, None]) ** 3

    shadow = 1 - (1 - lit) * _rgb((0.86, 1.0, 1.03))
    corner = np.clip(1 - (1 - open_air) * _rgb((0.85, 1.04, 1.08)), 0.05, 1)
    key = np.float32(light.lamp) * diffuse * _rgb((1.0, 0.97, 0.93)) * shadow * (0.5 + 0.5 * corner)
    around = (np.float32(light.ambient) * sky + np.float32(light.fill) * fill) * _rgb((0.95, 0.98, 1.03)) * corner
    linear = colour**2 * (key + around + rim * open_air) + light.lamp * highlight * lit * open_air

    out = np.zeros((surface.depth.size, 4), np.float32)
    out[surface.seen, :3] = np.sqrt(np.clip(linear, 0, 1))  # gamma 2, as the squares above
    out[surface.seen, 3] = 1
    return out.reshape(*surface.depth.shape, 4)


def _paint_palm(local: Float32, palmar: Float32) -> tuple[Float32, Float32, Float32]:
    """Flush, dark and palmness of palm and back of the hand."""
    x, y = local[:, 0], local[:, 1]
    noise = grain(x * 2.2, y * 2.2)
    front = smooth_step(0.4, 0.9, palmar)
    flush = palm_flush(x, y) * front + 0.12 * (1 - front) + 0.45 * knuckle_flush(x, y) * (1 - palmar) + 0.05 * noise
    dark = 0.30 * palm_lines(x, y) * front + 0.35 * tendons(x, y) * (1 - palmar) + 0.025 * noise
    return flush, dark, palmar * (0.45 + 0.55 * smooth_step(-22, 10, y))


def _paint_arm(local: Float32, palmar: Float32) -> tuple[Float32, Float32, Float32]:
    """Flush, dark and palmness of the forearm, whose inner side is a little lighter."""
    noise = grain(local[:, 0] * 2.2, local[:, 1] * 2.2)
    return 0.05 + 0.05 * noise, 0.025 * noise, 0.45 * palmar


def _paint_fingers(
    local: Float32, normal: Float32, palmar: Float32, frame: NDArray[np.int64], skeleton: Bones
) -> tuple[Float32, Float32, Float32]:
    """Flush, dark and nail of the fingers."""
    frames, starts = skeleton.frames[0].astype(np.float32)[frame], skeleton.starts[0].astype(np.float32)
    lengths = np.linalg.norm(skeleton.ends[0] - skeleton.starts[0], axis=1).astype(np.float32)[frame]
    along = np.einsum("mc,mc->m", local - starts[frame], frames[:, :, 1])
    across = np.einsum("mc,mc->m", normal, frames[:, :, 0])
    last = frame % 3 == 2
    noise = grain(across * 20 + 31 * frame, along * 2.2)

    back = 1 - palmar
    flush = 0.18 * palmar + 0.05 * noise
    dark = 0.025 * noise
    for distance, joint in ((along, frame != 1), (lengths - along, ~last)):
        folds = np.exp(-((distance / 3.4) ** 2)) * (0.55 + 0.45 * np.cos(distance * 2.4))
        dark += joint * (0.24 * np.exp(-((distance / 1.3) ** 2)) * palmar + 0.16 * folds * back)
        flush += joint * 0.40 * np.exp(-((distance / 6) ** 2)) * back
    tip = np.where(last, smooth_step(0.25, 1.0, along / lengths), 0)
    flush += 0.35 * tip

    # The nail is half an ellipse on the back of the last bone; its rim is a thin dark line.
    lengthwise = (along - lengths * 0.56) / (lengths * 0.42)
    ellipse = np.where(lengthwise < 0, (lengthwise / 0.30) ** 2, lengthwise**2) + (across / 0.78) ** 2
    on_back = last & (palmar < 0.25)
    nail = smooth_step(1.06, 0.86, ellipse) * on_back
    dark += 0.30 * np.exp(-(((ellipse - 1) / 0.16) ** 2)) * on_back
    flush += 0.45 * nail * smooth_step(0.6, 0.0, lengthwise)
    return flush, dark, nail


def _occlusion(depth: Float32, covered: NDArray[np.bool_], scale: float, size: float) -> Float32:
    """(h, w) share of open air: what lies deeper than its blurred surroundings sees less of the room."""
    height, width = depth.shape
    level = np.where(covered, depth, 0).astype(np.float32)
    weight = covered.astype(np.float32)
    air = np.ones_like(level)
    for radius_mm, amount in ((3.0, 0.5), (9.0, 0.5)):
        sigma = max(radius_mm * scale, 1.0)
        step = max(1, int(sigma / 3))
        small = (max(2, width // step), max(2, height // step))
        blurred = cv2.GaussianBlur(cv2.resize(level, small, interpolation=cv2.INTER_AREA), (0, 0), sigma / step)
        share = cv2.GaussianBlur(cv2.resize(weight, small, interpolation=cv2.INTER_AREA), (0, 0), sigma / step)
        around = cv2.resize(blurred / np.maximum(share, 1e-3), (width, height))
        air *= 1 - np.float32(amount) * np.clip((level - around) / np.float32(radius_mm * size * 1.6), 0, 1)
    return np.clip(air, 0.25, 1)


def _shadow(depth: Float32, covered: NDArray[np.bool_], direction: Float32, scale: float, size: float) -> Float32:
    """(h, w) share of the lamp that the hand keeps from itself, by stepping through the depth picture."""
    height, width = depth.shape
    small = (max(2, width // 2), max(2, height // 2))
    far = np.float32(1e4)
    level = cv2.resize(np.where(covered, depth, far).astype(np.float32), small, interpolation=cv2.INTER_NEAREST)
    shade = np.zeros_like(level)
    for step_mm in (3, 6, 10, 15, 21, 28, 38, 50):
        reach = step_mm * size
        dx, dy = direction[0] * step_mm * scale / 2, -direction[1] * step_mm * scale / 2
        shift = np.array([[1, 0, -dx], [0, 1, -dy]], np.float32)
        seen = cv2.warpAffine(level, shift, small, flags=cv2.INTER_NEAREST, borderValue=float(far))
        over = (level - direction[2] * reach) - seen  # how far the other pixel stands out above the ray to the lamp
        blocks = (over > 0.12 * reach + 1.0) & (over < 60 * size) & (level < far)
        np.maximum(shade, blocks * np.float32(1 - 0.35 * step_mm / 50), out=shade)
    shade = cv2.GaussianBlur(shade, (0, 0), max(0.8, 1.1 * scale))
    return np.float32(0.72) * cv2.resize(shade, (width, height))


def _rgb(colour: Colour) -> Float32:
    return np.array(colour, np.float32)
