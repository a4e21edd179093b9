"""A take as a moving picture for browsers."""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "recognition"))

from personal_takes import drawn

from gesturectl.evaluation.skeleton_moving import moving_skeleton
from gesturectl.gestures.take import Take, absent


def parsed(svg):
    return ElementTree.fromstring(svg)  # noqa: S314  our own


def groups(svg):
    return parsed(svg).findall("{http://www.w3.org/2000/svg}g")


def test_it_shows_the_hand_in_each_picture_one_after_the_other():
    svg = moving_skeleton(drawn("ring", seconds=1.2), 120)
    pictures = groups(svg)
    assert 12 <= len(pictures) <= 16
    assert all(len(picture) == 1 for picture in pictures)
    assert len(svg) < 8000
    starts = [float(start) for start in re.findall(r"\}([\d.]+)%\{opacity:1\}", svg)]
    assert starts == sorted(starts)
    assert starts[0] == 0


def test_both_hands_have_their_own_colours():
    svg = moving_skeleton(drawn("ring", hands=(0, 1)), 120)
    assert {path.get("stroke") for picture in groups(svg) for path in picture} == {"#d55e00", "#0072b2"}


def test_absent_hands_and_unknown_joints_are_left_out():
    take = drawn("ring")
    points, present = take.image_points.copy(), take.present.copy()
    points[:10], present[:10] = np.nan, False
    points[:, 1, 8] = np.nan
    svg = moving_skeleton(Take(take.t_ms, points, absent(len(points)), present, take.meta), 60)
    assert "nan" not in svg
    assert len(groups(svg)[0]) == 0


def test_for_those_who_want_no_motion_or_cant_see_it():
    svg = moving_skeleton(drawn("ring"), 60, title="ring <1>")
    assert "prefers-reduced-motion:reduce" in svg
    assert parsed(svg)[0].text == "ring <1>"
    assert [picture.get("opacity") for picture in groups(svg)].count("1") == 1


def test_it_refers_to_nothing_outside_and_runs_nothing():
    svg = moving_skeleton(drawn("ring"), 60).replace('xmlns="http://www.w3.org/2000/svg"', "")
    for word in ("http", "script", "href", "url("):
        assert word not in svg
