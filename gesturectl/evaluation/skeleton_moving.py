"""A take as a small moving picture: an SVG that plays by itself in any browser, made of lines and nothing else."""

from xml.sax.saxutils import escape

import numpy as np

from gesturectl.gestures.take import Take
from gesturectl.landmarks.skeleton import BONES
from gesturectl.types import Float32

_COLOURS = ("#d55e00", "#0072b2")
"""Of the user's left and right hand, as in `skeleton_picture`."""
_FPS = 12.5
"""Enough for an eye to follow a hand, at half the size."""
_PAUSE_MS = 500
"""Of the last picture, before it begins again."""


def moving_skeleton(take: Take, height: int = 120, title: str = "") -> str:
    """`take` as an SVG of this height in pixels, mirrored as people know themselves, played again and again.

    It has no script and refers to nothing outside; its names are its own as long as it is an image (`<img>`). For
    readers who don't want motion it stands still in the middle of the take. `title` is for those who can't see it.
    """
    width = max(40, round(height * take.aspect))
    kept = _thinned(take)
    seconds = (float(take.t_ms[-1] - take.t_ms[0]) + _PAUSE_MS) / 1000
    starts = [(float(take.t_ms[k] - take.t_ms[0])) / 1000 / seconds * 100 for k in kept]
    pictures, rules = [], []
    for number, (k, start) in enumerate(zip(kept, starts, strict=True)):
        drawing = "".join(
            f'<path stroke="{colour}" d="{_path(take.image_points[k, slot], width, height)}"/>'
            for slot, colour in enumerate(_COLOURS)
            if take.present[k, slot]
        )
        end = starts[number + 1] if number + 1 < len(starts) else 100.0
        shown = int(number == len(kept) // 2)  # where styles are forbidden, it stands still
        pictures.append(f'<g class="f f{number}" opacity="{shown}">{drawing}</g>')
        rules.append(f"@keyframes k{number}{{0%{{opacity:0}}{start:.2f}%{{opacity:1}}{end:.2f}%{{opacity:0}}}}")
        rules.append(f".f{number}{{animation-name:k{number}}}")
    still = f"@media(prefers-reduced-motion:reduce){{.f{{animation:none}}.f{len(kept) // 2}{{opacity:1}}}}"
    style = f".f{{opacity:0;animation:{seconds:.2f}s step-end infinite}}{''.join(rules)}{still}"
    named = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" fill="none" stroke-width="{max(1.2, height / 80):.1f}" stroke-linecap="round" '
        f'stroke-linejoin="round">{named}<style>{style}</style>{"".join(pictures)}</svg>'
    )


def _thinned(take: Take) -> list[int]:
    """Frames at no more than `_FPS`, the first and those with a hand before those without."""
    step_ms, kept = 1000 / _FPS, [0]
    for k in range(1, len(take.t_ms)):
        if take.t_ms[k] - take.t_ms[kept[-1]] >= step_ms * 0.9:
            kept.append(k)
    return kept


def _path(points: Float32, width: int, height: int) -> str:
    """The hand's bones as one path; joints that aren't known are left out."""
    spots = np.stack([(1 - points[:, 0]) * width, points[:, 1] * height], axis=1)
    spots = np.clip(spots, -width, 2 * width)
    parts = []
    for chain in _chains():
        known = [joint for joint in chain if np.isfinite(spots[joint]).all()]
        parts += [f"{'ML'[at > 0]}{spots[joint][0]:.0f} {spots[joint][1]:.0f}" for at, joint in enumerate(known)]
    return "".join(parts)


def _chains() -> list[tuple[int, ...]]:
    """The bones as few lines as can be."""
    chains: list[list[int]] = []
    for start, end in BONES:
        last = chains[-1] if chains else None
        if last is not None and last[-1] == start:
            last.append(int(end))
        else:
            chains.append([int(start), int(end)])
    return [tuple(chain) for chain in chains]
