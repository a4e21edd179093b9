"""Which round cone each pixel sees, and the blended surface there.

The intersection of a ray and a round cone follows Inigo Quilez (iquilezles.org/articles/intersectors, "rounded cone").
Cones that meet near the surface are blended in depth: the weight of each falls exponentially behind the nearest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesturectl.synthesis.camera import View
from gesturectl.synthesis.skin import ARM, CLOTH, FINGER, HAIR, PALM, Cones

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

_BLEND_MM = {PALM: 7.0, ARM: 7.0, FINGER: 1.6, CLOTH: 4.0, HAIR: 4.0}
"""How far behind the nearest cone another still shapes the surface, by part."""
_LAYER = {PALM: 0, ARM: 0, FINGER: 1, CLOTH: 2, HAIR: 3}
"""Parts of one layer blend into each other; layers meet in a narrow seam."""
_SEAM_MM = 1.6
_MARGIN_PX = 8
MISS = np.float32(1e9)
"""The depth of a ray that meets nothing, in mm (finite, so that depths can be subtracted)."""


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """What the pixels of a box see of the cones."""

    left: int
    top: int
    depth: Float32
    """(h, w) mm along the ray; MISS where nothing is seen."""
    seen: NDArray[np.int64]
    """(M,) flat indices into the box of the M pixels that see something."""
    position: Float32
    """(M, 3) mm in the camera's frame."""
    normal: Float32
    """(M, 3) unit."""
    view: Float32
    """(M, 3) unit, towards the camera."""
    facing: Float32
    """(M,) cosine between the normal and the palmar axis of the cones' frames: 1 = palm side, −1 = back."""
    part: NDArray[np.int64]
    """(M,) part of the nearest cone."""
    frame: NDArray[np.int64]
    """(M,) frame of the nearest cone."""


def trace(cones: Cones, palmar: Float, view: View, size: float = 1.0) -> Surface | None:
    """What `view` sees of cones in the camera's frame; None if nothing.

    `palmar` is (frames, 3), the palmar axis of each frame a cone may belong to. `size` scales the blending.
    """
    boxes = _boxes(cones, view)
    left, top = np.maximum(np.floor(boxes[:, :2].min(0)) - _MARGIN_PX, 0).astype(int)
    right, bottom = np.minimum(np.ceil(boxes[:, 2:].max(0)) + _MARGIN_PX, (view.width, view.height)).astype(int)
    if right - left < 2 or bottom - top < 2:
        return None
    rays = _rays(left, top, right, bottom, view)
    h, w = rays.shape[:2]

    layers = sorted({_LAYER[int(part)] for part in cones.part})
    nearest = {layer: np.full((h, w), MISS, np.float32) for layer in layers}
    depth = np.full((h, w), MISS, np.float32)
    winner = np.full((h, w), -1, np.int64)
    hits: list[tuple[int, tuple[slice, slice], Float32, Float32]] = []
    for i, box in enumerate(boxes):
        x0, y0 = np.maximum(np.floor(box[:2]).astype(int) - (left, top), 0)
        x1, y1 = np.minimum(np.ceil(box[2:]).astype(int) - (left, top), (w, h))
        if x1 <= x0 or y1 <= y0:
            continue
        window = (slice(y0, y1), slice(x0, x1))
        t, share = _hit(rays[window], cones.starts[i], cones.ends[i], *cones.radii[i])
        hits.append((i, window, t, share))
        mine = nearest[_LAYER[int(cones.part[i])]][window]
        np.minimum(mine, t, out=mine)
        first = t < depth[window]
        depth[window][first] = t[first]
        winner[window][first] = i

    seen = np.flatnonzero(winner.ravel() >= 0)
    if not len(seen):
        return None
    blended = _blend(hits, cones, rays, nearest, depth, palmar.astype(np.float32), size)
    values = blended.reshape(-1, 5)[seen]
    values /= np.linalg.norm(values[:, :3], axis=1, keepdims=True) + 1e-9
    ray = rays.reshape(-1, 3)[seen]
    cone = winner.ravel()[seen]
    return Surface(
        int(left), int(top), depth, seen, ray * depth.ravel()[seen][:, None], values[:, :3], -ray,
        np.clip(values[:, 3], -1, 1), cones.part[cone], cones.frame[cone],
    )  # fmt: skip


def _blend(
    hits: list[tuple[int, tuple[slice, slice], Float32, Float32]],
    cones: Cones,
    rays: Float32,
    nearest: dict[int, Float32],
    depth: Float32,
    palmar: Float32,
    size: float,
) -> Float32:
    """(h, w, 5) weighted sums over the cones of normal (3), facing and one."""
    total = np.zeros((*depth.shape, 5), np.float32)
    seam = {layer: np.exp(-np.minimum((near - depth) / (_SEAM_MM * size), 60)) for layer, near in nearest.items()}
    sums = {layer: np.zeros((*depth.shape, 5), np.float32) for layer in nearest}
    for i, window, t, share in hits:
        part = int(cones.part[i])
        layer, reach = _LAYER[part], np.float32(_BLEND_MM[part] * size)
        behind = t - nearest[layer][window]
        rows, columns = np.nonzero((t < MISS) & (behind < 3 * reach) & (seam[layer][window] > 1e-3))
        if not len(rows):
            continue
        weight = np.exp(-behind[rows, columns] / reach)
        on_axis = cones.starts[i] + np.clip(share[rows, columns], 0, 1)[:, None] * (cones.ends[i] - cones.starts[i])
        rows, columns = rows + window[0].start, columns + window[1].start
        normal = rays[rows, columns] * t[rows - window[0].start, columns - window[1].start][:, None] - on_axis
        normal = (normal / (np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9)).astype(np.float32)
        row = np.empty((len(rows), 5), np.float32)
        row[:, :3] = normal
        row[:, 3] = normal @ palmar[cones.frame[i]]
        row[:, 4] = 1
        sums[layer][rows, columns] += row * weight[:, None]
    for layer, values in sums.items():
        total += values * (seam[layer] / np.maximum(values[..., 4], 1e-9))[..., None]
    return total


def _hit(rays: Float32, start: Float, end: Float, radius: float, end_radius: float) -> tuple[Float32, Float32]:
    """Distance along each unit ray from the origin (MISS if it doesn't) and the share of the axis where it hits."""
    axis = end - start
    slope = radius - end_radius
    axis_start, start2, end2 = -axis @ start, start @ start, end @ end
    length2 = axis @ axis
    if length2 <= slope * slope + 1e-6:  # one sphere holds the other
        centre, largest = (start, radius) if radius >= end_radius else (end, end_radius)
        along = rays @ (-centre).astype(np.float32)
        inside = along * along - np.float32(centre @ centre - largest * largest)
        t = np.where(inside >= 0, -along - np.sqrt(np.maximum(inside, 0)), MISS)
        return t.astype(np.float32), np.full(t.shape, 0.0 if radius >= end_radius else 1.0, np.float32)
    flat2 = length2 - slope * slope
    ray_axis = rays @ axis.astype(np.float32)
    ray_start = rays @ (-start).astype(np.float32)
    a = flat2 - ray_axis * ray_axis
    b = flat2 * ray_start - axis_start * ray_axis + ray_axis * (slope * radius)
    c = flat2 * start2 - axis_start**2 + axis_start * slope * radius * 2 - length2 * radius**2
    discriminant = b * b - a * c
    t = (-np.sqrt(np.maximum(discriminant, 0)) - b) / np.where(np.abs(a) < 1e-9, 1e-9, a)
    y = axis_start - radius * slope + t * ray_axis
    body = (discriminant >= 0) & (y > 0) & (y < flat2)
    t = np.where(body, t, MISS)
    ray_end = rays @ (-end).astype(np.float32)
    for r, along, centre2 in ((radius, ray_start, start2), (end_radius, ray_end, end2)):
        inside = along * along - centre2 + r * r
        cap = np.where((inside >= 0) & ~body, -along - np.sqrt(np.maximum(inside, 0)), MISS)
        np.minimum(t, cap, out=t)
    return t.astype(np.float32), (y / flat2).astype(np.float32)


def _boxes(cones: Cones, view: View) -> Float:
    """(P, 4) left, top, right, bottom in pixels, a little larger than each cone's picture."""
    centres = np.stack([cones.starts, cones.ends])
    near = np.maximum(-centres[..., 2], 60.0)
    around = cones.radii.T * view.focal_px / np.maximum(-centres[..., 2] - cones.radii.T, 60.0) * 1.06 + 1
    x = view.width / 2 + view.focal_px * centres[..., 0] / near
    y = view.height / 2 - view.focal_px * centres[..., 1] / near
    return np.stack([(x - around).min(0), (y - around).min(0), (x + around).max(0), (y + around).max(0)], 1)


def _rays(left: int, top: int, right: int, bottom: int, view: View) -> Float32:
    """(h, w, 3) unit rays through the centres of a box's pixels."""
    rays = np.empty((bottom - top, right - left, 3), np.float32)
    rays[..., 0] = (np.arange(left, right) + 0.5 - view.width / 2) / view.focal_px
    rays[..., 1] = (-(np.arange(top, bottom) + 0.5 - view.height / 2) / view.focal_px)[:, None]
    rays[..., 2] = -1
    rays /= np.sqrt(np.einsum("hwc,hwc->hw", rays, rays))[..., None]
    return rays
