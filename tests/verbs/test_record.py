"""`gesturectl record`: what it says, asks and decides; and whole recordings from a rendered clip, in a terminal."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recording"))

from rendered import render_six

from gesturectl.cli import main
from gesturectl.errors import UsageError
from gesturectl.ui.braille import braille_hands
from gesturectl.verbs.recording.dialogue import Dialogue, Wishes
from gesturectl.verbs.recording.screen import JsonLines, Lines, Live


def state(step="ready", **more):
    usual = {"type": "recording", "step": step, "name": "snap", "text": f"({step})", "hint": "", "wanted": 2, "good": 0,
             "takes": [], "countdown_ms": 0, "warnings": [], "recognised": 0, "attempts": 0, "addition": False,
             "idle": False, "over": step in ("saved", "cancelled", "timed out")}  # fmt: skip
    return {**usual, **more}


def take(number, verdict="good", text=""):
    return {"number": number, "verdict": verdict, "text": text, "kept": not text, "hands": ["right"], "length_ms": 900}


class FakeSeat:
    """Plays states one after the other; remembers what was asked."""

    def __init__(self, *states, refuse=()):
        self._states, self._refuse, self.asked = list(states), refuse, []

    def look(self):
        return {"recording": self._states.pop(0) if len(self._states) > 1 else self._states[0], "recording_hands": None}

    def ask(self, command, **arguments):
        self.asked.append((command, arguments))
        if command in self._refuse:
            raise UsageError(command, "refused")
        bound = {"does": "press Ctrl+T", "app": "", "warning": ""}
        return {"recording": self._states[0], "bound": bound}

    def close(self):
        pass


def lead(*states, bind="", yes=False, refuse=()):
    seat = FakeSeat(*states, refuse=refuse)
    dialogue = Dialogue(seat, Lines(), Wishes(bind, "", yes, asks=False))
    ended = dialogue.lead()
    return [command for command, _ in seat.asked], ended, dialogue


def test_with_good_takes_nothing_has_to_be_pressed():
    done, ended, _ = lead(
        state("count-in"), state(), state("review", good=2), state("learning"), state("trying"), state("saved")
    )
    assert done == ["record_use", "record_done"]
    assert ended["step"] == "saved"


def test_what_was_asked_to_be_bound_is():
    done, _, dialogue = lead(state("review", good=2), state("trying"), state("saved"), bind='keys = "Ctrl+T"')
    assert done == ["record_use", "record_bind"]
    assert dialogue.bound["does"] == "press Ctrl+T"


def test_a_binding_that_is_refused_keeps_the_gesture():
    with pytest.raises(UsageError):
        lead(state("review", good=2), state("trying"), state("saved"), bind="x", refuse=("record_bind",))


def test_without_a_good_take_and_nobody_to_ask_it_is_cancelled():
    done, _, _ = lead(state("review", takes=[take(1, "hand lost", "It was lost.")]), state("cancelled"))
    assert done == ["record_cancel"]


def test_a_full_disk_isnt_asked_twice():
    with pytest.raises(Exception, match="disk is full"):
        lead(state("review", good=2), state("review", good=2, hint="The disk is full."))


def test_plain_lines_say_each_thing_once(capsys):
    lines = Lines()
    for one in (state(text="Show it."), state(text="Show it."), state("resting", text="Rest.", takes=[take(1)]),
                state(text="Show it again.", takes=[take(1)], hint="Slower.")):  # fmt: skip
        lines.show(one, None)
    assert capsys.readouterr().out == "Show it.\ntake 1: good (0.9 s, right hand)\nShow it again.\nSlower.\n"


def test_json_lines_come_when_something_changes(capsys):
    lines = JsonLines()
    for left_ms in (2900, 2860, 1990):
        lines.show(state("count-in", countdown_ms=left_ms), None)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["countdown_ms"] for line in told] == [3000, 2000]


def test_the_live_picture_is_redrawn_in_place(capsys):
    hand = [[0.5 + 0.01 * k, 0.5 - 0.01 * k] for k in range(21)]
    live = Live()
    live.show(state(takes=[take(1), take(2, "too short", "Slower.")]), [None, hand])
    first = capsys.readouterr().out
    assert "✓" in first
    assert "✗" in first
    assert any("\u2801" <= letter <= "\u28ff" for letter in first)
    live.show(state(), [None, hand])
    assert capsys.readouterr().out.startswith("\x1b[")


def test_hands_in_braille_are_mirrored_and_stay_inside():
    left = braille_hands([[(0.1, 0.5)] * 21, None], 20, 4)
    assert len(left) == 4
    assert all(len(row) == 20 for row in left)
    assert any(letter != "\u2800" for row in left for letter in row[15:])
    assert braille_hands([[(9.0, -3.0)] * 21], 20, 4) == ["\u2800" * 20] * 4
    assert braille_hands([None, None], 2, 1) == ["\u2800\u2800"]


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (["record"], "it takes a name"),
        (["record", "a/b", "--source", "clip.mp4"], ""),
        (["record", "nothing"], "--idle"),
        (["record", "snap", "--idle"], "--idle goes without"),
        (["record", "snap", "--app", "firefox"], "--app goes with --bind"),
        (["record", "snap", "--bind", "keys ="], "this is no action"),
    ],
)
def test_wrong_words_are_refused_before_any_camera_is_opened(words, fact, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words) in (2, 4)
    assert fact in capsys.readouterr().err


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Somebody holds a thumb down six times, resting between; and when."""
    path = tmp_path_factory.mktemp("clip") / "six.mp4"
    return SimpleNamespace(path=path, truth=render_six(path))


@pytest.fixture
def home(tmp_path):
    """An environment with a person's folders of its own."""
    folders = {f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("DATA", "CONFIG", "STATE")}
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {**os.environ, **folders, **threads, "XDG_RUNTIME_DIR": str(runtime), "HOME": str(tmp_path), "TERM": "xterm"}


@pytest.mark.slow
def test_five_showings_in_a_terminal_make_a_gesture_that_knows_the_sixth(clip, home, tmp_path):
    ours, theirs = pty.openpty()
    words = ["record", "thumb 👎", "--source", str(clip.path), "--fast", "--bind", 'keys = "Ctrl+T"', "--yes"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gesturectl.cli", *words], stdin=theirs, stdout=theirs, stderr=theirs, env=home
    )
    os.close(theirs)
    said = b""
    while part := _read(ours):
        said += part
    text = said.decode()
    assert process.wait(60) == 0, text
    assert "Show “thumb 👎” now (1 of 5)" in text
    assert any("\u2801" <= letter <= "\u28ff" for letter in text)
    assert "It does: press Ctrl+T." in text
    assert len(list((tmp_path / "data" / "gesturectl" / "library" / "thumb 👎").glob("*.npz"))) >= 4

    words = ["run", "--source", str(clip.path), "--fast", "--dry-run", "--json"]
    ran = subprocess.run([sys.executable, "-m", "gesturectl.cli", *words], env=home, capture_output=True, check=True)
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    sixth = clip.truth[-1]
    acted = [e["t_ms"] for e in events if e.get("action") == "press Ctrl+T" and e["gesture"] == "thumb 👎"]
    assert any(sixth.start_ms - 300 <= t_ms <= sixth.end_ms + 300 for t_ms in acted)
    assert all(any(e.start_ms - 700 <= t_ms <= e.end_ms + 700 for e in clip.truth) for t_ms in acted)


@pytest.mark.slow
def test_being_told_to_end_leaves_nothing(clip, home, tmp_path):
    words = ["record", "snap", "--source", str(clip.path), "--fast", "--json"]
    process = subprocess.Popen([sys.executable, "-m", "gesturectl.cli", *words], stdout=subprocess.PIPE, env=home)
    lines = iter(process.stdout)
    next(line for line in lines if json.loads(line)["takes"])
    process.terminate()
    assert process.wait(60) == 143
    assert list(tmp_path.rglob("*.npz")) == []


def _read(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other end is closed
        return b""
