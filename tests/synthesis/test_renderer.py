import numpy as np
import pytest

from gesturectl.synthesis.camera import Sensor, View, expose
from gesturectl.synthesis.poses import POSES
from gesturectl.synthesis.renderer import MISS, trace
from gesturectl.synthesis.rotations import ry
from gesturectl.synthesis.scene import Look, Posture, Scene, landmarks
from gesturectl.synthesis.skin import PALM, PALM_FRAME, Cones

SMALL = View(160, 120)
TOWARDS_US = np.tile([0.0, 0.0, 1.0], (17, 1))


def cone(start, end, radius, end_radius) -> Cones:
    return Cones(
        np.array([start], float), np.array([end], float), np.array([[radius, end_radius]], float),
        np.array([PALM]), np.array([PALM_FRAME]),
    )  # fmt: skip


def test_the_camera_sees_a_point_where_geometry_puts_it():
    pixels = View(640, 480).project([[0, 0, -500], [50, 100, -500]])

    assert pixels == pytest.approx(np.array([[320, 240], [380, 120]]))


def test_normalised_points_count_depth_from_the_wrist_in_widths():
    points = View(640, 480).normalised(np.array([[0.0, 0, -500], [0, 0, -450]]))

    assert points[0] == pytest.approx([0.5, 0.5, 0.0])
    assert points[1, 2] == pytest.approx(-50 * 600 / (500 * 640))  # nearer is negative


def test_a_ray_meets_a_sphere_at_its_front():
    surface = trace(cone((0, 0, -500), (0, 0.1, -500), 50, 50), TOWARDS_US, View(161, 121))

    middle = (60 - surface.top, 80 - surface.left)
    at = np.searchsorted(surface.seen, np.ravel_multi_index(middle, surface.depth.shape))
    assert surface.depth[middle] == pytest.approx(450, abs=0.1)
    assert surface.normal[at] == pytest.approx([0, 0, 1], abs=1e-2)
    assert surface.facing[at] == pytest.approx(1, abs=1e-2)


def test_a_round_cone_covers_the_area_of_its_outline():
    view = View(640, 480)
    surface = trace(cone((-100, 0, -1000), (100, 0, -1000), 40, 40), TOWARDS_US, view)

    scale = 600 / 1000
    outline = (200 * 80 + np.pi * 40**2) * scale**2
    assert len(surface.seen) == pytest.approx(outline, rel=0.02)


def test_the_nearer_of_two_cones_hides_the_other():
    front, behind = cone((0, 0, -400), (0, 1, -400), 30, 30), cone((0, 0, -600), (0, 1, -600), 30, 30)
    both = Cones(*(np.concatenate([getattr(c, f) for c in (behind, front)]) for f in Cones.__slots__))

    surface = trace(both, TOWARDS_US, SMALL)

    assert surface.depth[surface.depth < MISS].max() < 401


def test_cones_outside_the_picture_give_nothing():
    assert trace(cone((5000, 0, -500), (5000, 1, -500), 30, 30), TOWARDS_US, SMALL) is None


@pytest.mark.parametrize("name", ["open", "fist", "victory"])
@pytest.mark.parametrize("turn", [0.0, np.pi])
def test_the_picture_of_the_hand_covers_its_joints(name, turn):
    view, look = View(320, 240), Look()
    posture = Posture(POSES[name], ry(turn), np.array([-80.0, -10.0, -520.0]))
    scene = Scene(view, look)

    hand = scene.hand(posture)

    columns, rows = np.round(view.project(landmarks(posture, look))).astype(int).T
    assert hand[rows, columns, 3].all()


def test_skin_is_warm_and_the_shirt_is_not():
    scene = Scene(SMALL, Look(shirt=(0.2, 0.3, 0.5)))
    posture = Posture(POSES["open"], np.eye(3), np.array([-80.0, -10.0, -520.0]))

    picture = scene.picture([posture])

    palm = SMALL.project(posture.palm).round().astype(int)
    red, green, blue = picture[palm[1], palm[0]]
    assert red > green > blue


def test_motion_blur_is_the_mean_of_its_moments():
    scene = Scene(SMALL, Look())
    one, two = (Posture(POSES["open"], np.eye(3), np.array([x, -10.0, -520.0])) for x in (-100.0, -60.0))

    blurred = scene.hand(one) / 2 + scene.hand(two) / 2

    middle = scene.picture([one, two])
    opaque = blurred[..., 3] == 1
    assert middle[opaque] == pytest.approx(blurred[opaque][:, :3], abs=1e-5)


def test_a_noisy_sensor_leaves_the_mean_as_it_is():
    grey = np.full((120, 160, 3), 0.5, np.float32)

    picture = expose(grey, Sensor(noise=0.02), np.random.default_rng(0))

    assert picture.dtype == np.uint8
    assert picture.mean() == pytest.approx(127.5, abs=1)
    assert picture.std() > 2
