"""What docs/profiles.md shows is true."""

import re
from pathlib import Path

import pytest

from gesturectl.actions import action_keys
from gesturectl.desktop.base import App
from gesturectl.paths import bundled
from gesturectl.profiles.load import load
from gesturectl.profiles.resolve import Resolver
from gesturectl.profiles.schema import Profiles
from gesturectl.recognition.vocabulary import STARTER

TEXT = (Path(__file__).parents[2] / "docs" / "profiles.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


def _with_bundled(tmp_path: Path, example: str) -> Profiles:
    (tmp_path / "code.toml").write_text(example, encoding="utf-8")
    return load([bundled("profiles"), tmp_path], STARTER)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_without_mistakes(tmp_path, example):
    assert _with_bundled(tmp_path, example)


def test_the_first_profile_has_ten_lines_and_does_what_the_page_says(tmp_path):
    assert len(EXAMPLES[0].splitlines()) == 10
    resolution = Resolver(_with_bundled(tmp_path, EXAMPLES[0])).resolve("swipe_left", "right", App("code"))
    shown = resolution.explain().replace(str(bundled("profiles")), "…/profiles")
    assert shown.replace(str(tmp_path), "…/profiles") in TEXT


def test_every_action_and_every_gesture_is_named():
    assert all(f"{{ {key} = " in TEXT for key in action_keys())
    assert all(f"`{gesture}`" in TEXT for gesture in STARTER)
