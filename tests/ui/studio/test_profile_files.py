"""Profiles as the page edits them: mistakes at the very character, and nothing of anybody's work lost."""

import pytest

from gesturectl import paths
from gesturectl.errors import ConfigError, UsageError
from gesturectl.gestures.names import BadNameError
from gesturectl.recognition.vocabulary import STARTER
from gesturectl.ui.studio import profile_files as files

GOOD = 'version = 1\n[profile.default.intents]\nfist = "stop"\n[profile.default.actions]\nstop = { keys = "Esc" }\n'


@pytest.fixture
def folders(tmp_path):
    own = tmp_path / "profiles"
    own.mkdir()
    return paths.bundled("profiles"), own


def shown(mistake, text):
    """The characters that a mistake points at."""
    line = text.splitlines()[mistake["line"] - 1]
    return line[mistake["column"] - 1 : mistake["end"] - 1]


def test_a_file_without_mistakes_has_none(folders):
    assert files.mistakes(folders, "my.toml", GOOD, STARTER) == []


@pytest.mark.parametrize(
    ("wrong", "right", "line", "at"),
    [
        ("fist", "fistt", 3, "fistt"),
        ('"Esc"', '"Escc"', 5, "Escc"),
        ("stop =", "stopp =", 5, "stopp"),
        ("keys =", "kees =", 5, "kees"),
    ],
)
def test_a_mistake_is_at_its_characters(folders, wrong, right, line, at):
    text = GOOD.replace(wrong, right)
    found = files.mistakes(folders, "my.toml", text, STARTER)
    assert (line, at) in [(m["line"], shown(m, text)) for m in found]
    assert all(m["file"] == "my.toml" for m in found)


def test_what_is_no_toml_is_at_its_character(folders):
    text = GOOD + "x = nope\n"
    (mistake,) = files.mistakes(folders, "my.toml", text, STARTER)
    assert (mistake["line"], mistake["column"]) == (6, 5)
    assert "not TOML" in mistake["fact"]


def test_other_files_of_the_folder_count(folders):
    (folders[1] / "apps.toml").write_text('version = 1\n[app.code]\nwm_class = "code"\n')
    text = 'version = 1\n[profile.code]\napps = ["code"]\n'
    assert files.mistakes(folders, "my.toml", text, STARTER) == []
    (mistake,) = files.mistakes(folders, "my.toml", text.replace('"code"', '"cod"'), STARTER)
    assert shown(mistake, text.replace('"code"', '"cod"')) == "cod"


def test_the_same_key_in_two_files_names_the_other_without_a_made_up_folder(folders):
    (folders[1] / "other.toml").write_text(GOOD)
    told = files.mistakes(folders, "my.toml", GOOD, STARTER)
    assert told
    assert not any("/tmp" in m["fact"] or "gesturectl-" in m["fact"] for m in told)


@pytest.mark.parametrize("name", ["", "x", ".toml", "../x.toml", "a/b.toml", "a\\b.toml", ".hidden.toml", "con.toml",
                                  "x" * 100 + ".toml", "a\0.toml"])  # fmt: skip
def test_only_names_of_files_are_names(folders, name):
    with pytest.raises((UsageError, BadNameError)):
        files.save(folders, name, GOOD, "", STARTER)
    assert list(folders[1].iterdir()) == []


def test_what_is_saved_is_there_to_the_byte_and_can_be_saved_again(folders):
    text = GOOD.replace("\n", "\r\n")
    first = files.save(folders, "my.toml", text, "", STARTER)
    assert (folders[1] / "my.toml").read_bytes() == text.encode()
    files.save(folders, "my.toml", GOOD, first["sum"], STARTER)
    assert (folders[1] / "my.toml").read_text() == GOOD


def test_a_file_with_mistakes_is_not_saved(folders):
    saved = files.save(folders, "my.toml", GOOD, "", STARTER)
    with pytest.raises(ConfigError) as refused:
        files.save(folders, "my.toml", GOOD + "x = 1\n", saved["sum"], STARTER)
    assert "my.toml" in refused.value.problems[0].place
    assert (folders[1] / "my.toml").read_text() == GOOD


def test_of_two_pages_the_second_doesnt_undo_the_first(folders):
    read = files.save(folders, "my.toml", GOOD, "", STARTER)["sum"]
    first = GOOD.replace("Esc", "Space")
    files.save(folders, "my.toml", first, read, STARTER)
    with pytest.raises(files.StaleError):
        files.save(folders, "my.toml", GOOD, read, STARTER)
    with pytest.raises(files.StaleError):
        files.delete(folders, "my.toml", read)
    assert (folders[1] / "my.toml").read_text() == first


def test_a_new_file_doesnt_replace_one_that_appeared_meanwhile(folders):
    (folders[1] / "my.toml").write_text(GOOD)
    with pytest.raises(files.StaleError):
        files.save(folders, "my.toml", GOOD.replace("Esc", "Space"), "", STARTER)


def test_what_a_link_points_to_is_written(folders, tmp_path):
    target = tmp_path / "dotfiles.toml"
    target.write_text(GOOD)
    (folders[1] / "my.toml").symlink_to(target)
    row = next(row for row in files.listed(folders) if row["own"])
    files.save(folders, "my.toml", GOOD.replace("Esc", "Space"), row["sum"], STARTER)
    assert (folders[1] / "my.toml").is_symlink()
    assert "Space" in target.read_text()


def test_a_deleted_file_comes_back_with_its_text(folders):
    saved = files.save(folders, "my.toml", GOOD, "", STARTER)
    gone = files.delete(folders, "my.toml", saved["sum"])
    assert not (folders[1] / "my.toml").exists()
    files.save(folders, "my.toml", gone["text"], "", STARTER)
    assert (folders[1] / "my.toml").read_text() == GOOD


def test_a_missing_file_cant_be_deleted(folders):
    with pytest.raises(UsageError):
        files.delete(folders, "my.toml", "")


def test_bundled_files_are_listed_but_only_own_ones_are_own(folders):
    (folders[1] / "browser.toml").write_text("version = 1\n")
    rows = {(row["name"], row["own"]): row for row in files.listed(folders)}
    assert rows["browser.toml", False]["replaced"]
    assert not rows["default.toml", False]["replaced"]
    assert rows["browser.toml", True]["text"] == "version = 1\n"


def test_it_tells_what_a_gesture_does_in_an_app_and_why(folders):
    told = files.bindings(folders, "firefox", "", None, STARTER)
    row = next(row for row in told["bindings"] if row["gesture"] == "swipe_left")["hands"]["right"]
    assert told["profile"] == "browser"
    assert row["action"]
    assert row["considered"][0]["profile"] == "browser"
    fixed = files.bindings(folders, "firefox", "", "default", STARTER)
    assert fixed["profile"] == "default"
