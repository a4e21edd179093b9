import numpy as np
import pytest

from gesturectl.synthesis.rotations import as_rotation_vector, rotation_vector, rx, ry, rz

QUARTER = np.pi / 2


@pytest.mark.parametrize(
    ("turn", "before", "after"),
    [(rx, (0, 1, 0), (0, 0, 1)), (ry, (0, 0, 1), (1, 0, 0)), (rz, (1, 0, 0), (0, 1, 0))],
)
def test_a_quarter_turn_takes_one_axis_to_the_next(turn, before, after):
    assert turn(QUARTER) @ np.array(before) == pytest.approx(np.array(after))


def test_a_batch_of_angles_gives_a_batch_of_rotations():
    angles = np.array([[0.1, 0.2], [0.3, 0.4]])

    batch = rx(angles)

    assert batch.shape == (2, 2, 3, 3)
    assert batch[1, 0] == pytest.approx(rx(0.3))


def test_a_rotation_vector_along_an_axis_is_a_rotation_about_it():
    assert rotation_vector([0.0, 0.7, 0.0]) == pytest.approx(ry(0.7))


@pytest.mark.parametrize("angle", [0.0, 1e-9, 0.01, 1.0, 3.0, np.pi - 1e-6, np.pi])
def test_a_rotation_vector_survives_the_way_there_and_back(angle):
    axis = np.array([0.48, 0.6, 0.64])

    back = as_rotation_vector(rotation_vector(angle * axis))

    assert rotation_vector(back) == pytest.approx(rotation_vector(angle * axis), abs=1e-9)
    assert np.linalg.norm(back) == pytest.approx(angle, abs=1e-9)
