"""The promise of docs/actions.md: an action is one file."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gesturectl import actions
from gesturectl.actions.base import Stage
from gesturectl.desktop.testing import RecordingInjector
from gesturectl.keys import KEYS, parse_chord

DOCS = (Path(__file__).parents[2] / "docs" / "actions.md").read_text(encoding="utf-8")


@pytest.fixture
def one_file_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    example = re.search(r"```python\n(.*?)```", DOCS, re.DOTALL)
    assert example is not None
    (tmp_path / "example_of_the_docs.py").write_text(example[1], encoding="utf-8")
    monkeypatch.setattr(actions, "__path__", [*actions.__path__, str(tmp_path)])
    actions._actions.cache_clear()
    yield
    actions._actions.cache_clear()


def test_the_example_of_the_docs_is_found_by_its_folder_and_works(one_file_more: None) -> None:
    action = actions.parse({"switch_window": 2}, "p")
    injector = RecordingInjector()
    action.begin(Stage(injector, lambda name: None, lambda: None, pytest.fail))
    assert action.describe() == "switch to the window used 2 before"
    assert injector.done[0::5] == ["press Alt", "release Alt"]


def test_each_line_of_the_docs_is_an_action() -> None:
    import tomllib

    lines = re.findall(r"^\| `(\{.*?\})` \|", DOCS, re.MULTILINE)
    parsed = [actions.parse(tomllib.loads(f"action = {line}")["action"], line) for line in lines]
    assert {action.key for action in parsed} == actions.action_keys(), "every action has its line"
    assert all(action.describe() for action in parsed)


def test_the_docs_name_every_key_that_has_no_character() -> None:
    table = DOCS[DOCS.index("## Chords") : DOCS.index("## Commands")]
    named = {name for word in re.findall(r"`([^` ]+)`", table) if word != "Primary" for name in _chord(word)}
    ranges = re.compile(r"f\d+|kp_\d")
    assert {name for name, key in KEYS.items() if len(key.label) > 1 and not ranges.fullmatch(name)} <= named


def _chord(word: str) -> tuple[str, ...]:
    """The keys of a word of the docs; the plus sign joins, and isn't meant."""
    return () if word in ("+", "_", "-", "F13") else parse_chord(word)
