"""The icon of the tray."""

import itertools

import numpy as np
import pytest

from gesturectl.ui.icons import Look, draw

SIZES = (16, 22, 24, 32, 48, 64)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", list(Look))
def test_an_icon_is_drawn_in_every_size(look, size):
    icon = draw(look, size)
    assert icon.shape == (size, size, 4)
    assert icon.dtype == np.uint8
    assert 0.15 < (icon[..., 3] / 255).mean() < 0.9


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(Look, 2)))
def test_states_are_told_by_shape_even_at_16_pixels(one, other):
    shapes = [draw(look, 16)[..., 3].astype(int) for look in (one, other)]
    clearly_different = (np.abs(shapes[0] - shapes[1]) > 128).sum()
    assert clearly_different >= (8 if {one, other} == {Look.WATCHING, Look.HAND} else 40)


@pytest.mark.parametrize("look", list(Look))
def test_colours_stand_out_from_light_and_from_dark_panels(look):
    """Contrast as in WCAG 2.2, 1.4.11: 3:1 for graphics."""
    light = draw(look, 16)[8, 8, :3] / 255
    linear = np.where(light <= 0.04045, light / 12.92, ((light + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ [0.2126, 0.7152, 0.0722])
    assert 1.05 / (luminance + 0.05) >= 3
    assert (luminance + 0.05) / 0.05 >= 3


def test_the_ring_of_training_fills_clockwise_from_the_top():
    def strong(progress):
        return draw(Look.TRAINING, 64, progress)[..., 3] > 200

    assert strong(0.0).sum() < strong(0.25).sum() < strong(0.5).sum() < strong(1.0).sum()
    quarter = strong(0.25) & ~strong(0.0)
    assert quarter[:32, 32:].sum() == quarter.sum() > 0
