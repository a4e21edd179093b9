"""`gesturectl profiles`, through the command line."""

import json

import pytest

from gesturectl.cli import main
from gesturectl.paths import bundled

GOOD = 'version = 1\n[intents]\nfist = "next"\n'
BAD = 'version = 1\n[intents]\nfits = "next"\nok = "nxt"\n'


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("gesturectl.profiles.load.config_dir", lambda: tmp_path)
    return tmp_path / "profiles"


def test_check_without_profiles_of_ones_own_is_fine(capsys):
    assert main(["profiles", "check"]) == 0
    assert capsys.readouterr().out == "No mistakes: 0 of yours, 6 bundled.\n"


def test_check_names_every_mistake(capsys, own_folder):
    own_folder.mkdir()
    (own_folder / "my.toml").write_text(BAD)
    assert main(["profiles", "check"]) == 3
    said = capsys.readouterr().err
    assert 'my.toml:3 intents.fits: there is no gesture "fits". Did you mean "fist"?' in said
    assert 'my.toml:4 intents.ok: no profile says what "nxt" does. Did you mean "next"?' in said


def test_check_reads_a_file_before_it_is_put_in_place(capsys, tmp_path):
    path = tmp_path / "draft.toml"
    path.write_text(GOOD)
    assert main(["profiles", "check", str(path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"]
    assert report["files"][-1] == str(path)
    path.write_text(BAD)
    assert main(["profiles", "check", str(path), "--json"]) == 3
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [problem["place"] for problem in problems] == [f"{path}:3 intents.fits", f"{path}:4 intents.ok"]


def test_check_says_when_there_is_nothing_to_check(capsys, tmp_path):
    assert main(["profiles", "check", str(tmp_path / "nowhere.toml")]) == 2
    assert "nowhere.toml: there is no such file or folder" in capsys.readouterr().err
    assert main(["profiles", "check", str(tmp_path)]) == 2
    assert "there is no profile in this folder" in capsys.readouterr().err


def test_list_says_what_chooses_each_profile(capsys):
    assert main(["profiles", "list"]) == 0
    rows = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert rows["default"] == "everywhere"
    assert rows["vlc"] == "vlc"
    assert rows["browser"].startswith("firefox, chrome")
    assert rows["window_manager"] == "only by `gesturectl profile window_manager`"
    assert main(["profiles", "list", "--json"]) == 0
    assert {row["name"] for row in json.loads(capsys.readouterr().out)["profiles"]} == set(rows)


def test_path_names_both_folders(capsys, own_folder):
    assert main(["profiles", "path"]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[1].startswith(f"yours    {own_folder}   (make this folder")
    assert main(["profiles", "path", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report == {"type": "profile_folders", "bundled": str(bundled("profiles")), "own": str(own_folder)}
