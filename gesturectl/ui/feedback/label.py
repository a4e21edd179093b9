"""The picture of the label: which gesture was seen, and what it did."""

from functools import cache
from typing import TYPE_CHECKING, cast

import numpy as np

from gesturectl.types import UInt8

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_FONTS = ("NotoSans-Regular.ttf", "DejaVuSans.ttf")
"""The system's, for letters of all languages; without them Pillow's own has plain ones."""
_GROUND, _TITLE, _DETAIL, _EDGE = (24, 27, 34), (255, 255, 255), (186, 194, 208), (52, 116, 224)
_PAD, _BAR, _GAP = 14, 5, 4
_TITLE_SIZE, _DETAIL_SIZE = 20, 15
_LONGEST = 60
"""Letters of a line; what is longer is cut."""


def draw_label(gesture: str, action: str) -> UInt8:
    """(height, width, 3) RGB. Letters that the font doesn't have are boxes."""
    from PIL import Image, ImageDraw

    lines = [
        (_cut(gesture), _font(_TITLE_SIZE), _TITLE),
        (_cut(action), _font(_DETAIL_SIZE), _DETAIL),
    ]
    sizes = [(round(font.getlength(text)), sum(font.getmetrics())) for text, font, _ in lines]
    width = max(wide for wide, _ in sizes) + 2 * _PAD + _BAR
    height = sum(high for _, high in sizes) + _GAP + 2 * _PAD - 4
    sheet = Image.new("RGB", (width, height), _GROUND)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, _BAR - 1, height), fill=_EDGE)
    top = _PAD - 4
    for (text, font, colour), (_, high) in zip(lines, sizes, strict=True):
        pen.text((_BAR + _PAD, top), text, fill=colour, font=font)
        top += high + _GAP
    return np.asarray(sheet, np.uint8)


@cache
def _font(size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return cast("FreeTypeFont", ImageFont.load_default(size))  # with a size it always is one


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
