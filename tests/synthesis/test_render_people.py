"""The script that renders made-up people for the benchmark over pictures."""

import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from render_people import FPS, SIZE, Take, somebody, write_take

from gesturectl.gestures.importers import detect
from gesturectl.synthesis.gestures import perform, resting
from gesturectl.synthesis.motion import Script
from gesturectl.synthesis.scene import Scene


def test_everybody_is_somebody_else_and_always_the_same():
    people = [somebody(number) for number in range(6)]
    assert [person.hand for person in people] == ["right", "right", "left", "right", "right", "left"]
    assert len({person.look.room for person in people}) == 6
    assert len({(person.pace, *person.shift) for person in people}) == 6
    again = somebody(4)
    assert again.look == people[4].look and np.array_equal(again.lean, people[4].lean)


def test_a_person_moves_as_the_script_says_but_elsewhere_and_at_another_pace():
    random, person = np.random.default_rng(3), somebody(1)
    script = Script(resting(), random)
    perform(script, "swipe_left", random)
    take = Take(script, person, 0.5)
    usual = script.at(0.5 + 0.4 * person.pace)
    moved = take.at(0.4)
    assert np.array_equal(moved.pose, usual.pose)
    turned = person.lean @ (usual.palm - resting().palm) + resting().palm
    assert np.allclose(moved.palm - turned, person.shift)


def test_a_take_becomes_a_video_that_import_takes_for_one(tmp_path):
    person = somebody(2)
    path = tmp_path / "grab" / f"{person.name}-1.mp4"
    path.parent.mkdir()
    write_take(path, person, Scene(person.view, person.look, sensor=person.sensor), "grab", np.random.default_rng(0))
    clip = cv2.VideoCapture(str(path))
    assert (clip.get(cv2.CAP_PROP_FRAME_WIDTH), clip.get(cv2.CAP_PROP_FRAME_HEIGHT)) == SIZE
    assert clip.get(cv2.CAP_PROP_FPS) == FPS
    assert 6 < clip.get(cv2.CAP_PROP_FRAME_COUNT) < 40
    assert detect(tmp_path)[0] == "pictures"
