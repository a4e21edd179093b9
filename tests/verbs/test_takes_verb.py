"""`gesturectl takes`: what is in the library, and how it looks."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recognition"))

from personal_takes import drawn

from gesturectl.cli import main
from gesturectl.gestures.take import write_take


@pytest.fixture
def library(tmp_path):
    for name, way in (("ring", "ring"), ("snap 👍", "zigzag")):
        write_take(tmp_path / "library" / name / "1.npz", drawn(way))
    return tmp_path / "library"


def test_takes_are_listed(library, capsys):
    assert main(["takes", "--library", str(library)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("ring/1")
    assert "1.2 s" in lines[0]
    assert lines[0].endswith("right")


def test_takes_are_drawn_and_told_as_json(library, capsys, tmp_path):
    assert main(["takes", "snap 👍", "--library", str(library), "--svg", str(tmp_path / "svg"), "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["takes"]
    assert (row["gesture"], row["hands"]) == ("snap 👍", ["right"])
    assert Path(row["svg"]).read_text().startswith("<svg")


def test_takes_are_shown_in_the_terminal(library, capsys):
    assert main(["takes", "ring", "--library", str(library), "--show"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("ring, take 1\n")
    assert any("\u2801" <= letter <= "\u28ff" for letter in said)


def test_unknown_gestures_and_damaged_takes_are_told(library, capsys, tmp_path, monkeypatch):
    assert main(["takes", "rong", "--library", str(library)]) == 2
    assert 'Did you mean "ring"' in capsys.readouterr().err
    (library / "ring" / "2.npz").write_bytes(b"damaged")
    assert main(["takes", "--library", str(library)]) == 0
    assert "2.npz" in capsys.readouterr().err
    monkeypatch.setattr("gesturectl.verbs.takes.data_dir", lambda: tmp_path / "none")
    assert main(["takes"]) == 0
    assert "gesturectl record" in capsys.readouterr().out
