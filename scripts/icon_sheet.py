"""Draw the icon in every state and size, on light and dark: `python scripts/icon_sheet.py docs/images/icons.png`."""

import sys

import cv2
import numpy as np

from gesturectl.ui.icons import Look, draw

SIZES = (16, 22, 32, 64)
PANELS = ((240, 240, 240), (34, 36, 42), (112, 120, 134))
CELL, LEFT, TOP = 80, 110, 28
ZOOM = 4
"""How much the smallest icons are enlarged once more, to see their pixels."""


def main(path: str) -> None:
    """Write the sheet."""
    rows: list[np.ndarray] = []
    for look in Look:
        cells = [_label(look.value)]
        for panel in PANELS:
            cells += [_cell(draw(look, size, 0.6), panel) for size in SIZES]
        small = _over(draw(look, 16, 0.6), PANELS[0]), _over(draw(look, 16, 0.6), PANELS[1])
        cells += [cv2.resize(icon, None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_NEAREST) for icon in small]
        rows.append(np.hstack([_pad(cell) for cell in cells]))
    cv2.imwrite(path, cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR))


def _over(icon: np.ndarray, panel: tuple[int, int, int]) -> np.ndarray:
    alpha = icon[..., 3:].astype(np.float32) / 255
    return np.rint(icon[..., :3] * alpha + np.array(panel) * (1 - alpha)).astype(np.uint8)


def _cell(icon: np.ndarray, panel: tuple[int, int, int]) -> np.ndarray:
    edge = 6
    cell = np.full((CELL, icon.shape[1] + 2 * edge, 3), panel, np.uint8)
    top = (CELL - icon.shape[0]) // 2
    cell[top : top + icon.shape[0], edge:-edge] = _over(icon, panel)
    return cell


def _label(text: str) -> np.ndarray:
    cell = np.full((CELL, LEFT, 3), 255, np.uint8)
    cv2.putText(cell, text, (8, CELL // 2 + 4), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (38, 42, 51), 1, cv2.LINE_AA)
    return cell


def _pad(cell: np.ndarray) -> np.ndarray:
    """To one height, on white."""
    rest = CELL - cell.shape[0]
    return np.pad(cell, ((rest // 2, rest - rest // 2), (0, 8 if rest else 0), (0, 0)), constant_values=255)


if __name__ == "__main__":
    main(sys.argv[1])
