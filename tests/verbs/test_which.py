"""`gesturectl which`, through the command line, on the bundled profiles."""

import json

import pytest

from gesturectl.cli import main


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("gesturectl.profiles.load.config_dir", lambda: tmp_path)
    (tmp_path / "profiles").mkdir()
    return tmp_path / "profiles"


def _said(capsys, *words: str) -> str:
    assert main(["which", *words]) == 0
    return capsys.readouterr().out


def test_it_names_the_winner_and_the_losers(capsys):
    said = _said(capsys, "--app", "firefox", "swipe_left")
    assert said.startswith('swipe_left → press Ctrl+Tab: it means "next", and the profile "browser" says so.\n')
    assert "browser.toml:" in said
    assert "default  next = press Right, overruled (it applies everywhere)" in said


@pytest.mark.parametrize("app", ["vlc", "VLC", "vlc.exe", "org.videolan.vlc"])
def test_an_app_goes_by_its_name_in_profiles_its_class_its_program_or_its_bundle(capsys, app):
    assert _said(capsys, "--app", app, "swipe_left").startswith("swipe_left → press Alt+Right")


def test_a_title_counts(capsys):
    assert "press K" in _said(capsys, "--app", "firefox", "--title", "A film - YouTube", "ok")
    assert "press K" in _said(capsys, "--app", "youtube", "ok")


def test_hands_that_differ_are_told_apart(capsys, own_folder):
    (own_folder / "my.toml").write_text('version = 1\n[intents]\nok = { do = "next", hand = "left" }')
    said = _said(capsys, "ok")
    assert said.startswith("left hand: ok → press Right")
    assert "\nright hand: ok does nothing" in said
    assert _said(capsys, "--hand", "right", "ok").startswith("ok does nothing")


def test_json_has_both_hands_the_places_and_the_tuning(capsys):
    report = json.loads(_said(capsys, "--app", "mpv", "open_palm", "--json"))
    assert (report["type"], report["profile"], report["apps"]) == ("which", "video", ["mpv"])
    right = report["hands"]["right"]
    assert right == report["hands"]["left"]
    assert (right["action"], right["intent"], right["tuning"]["hold_ms"]) == ("press Space", "play_pause", 400)
    assert [entry["profile"] for entry in right["considered"]] == ["video", "default"]


def test_a_fixed_profile_wins(capsys):
    assert "press Super" in _said(capsys, "--profile", "window_manager", "--app", "firefox", "swipe_up")


def test_an_unknown_app_is_said_to_be_one(capsys):
    assert _said(capsys, "--app", "firefx", "ok").startswith(
        'No profile knows an app "firefx". Did you mean "firefox"?\n'
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["swip_left"], 'which: there is no gesture "swip_left". Did you mean "swipe_left"?'),
        (["--profile", "vidoe", "ok"], 'which: there is no profile "vidoe". Did you mean "video"?'),
        (["--app", "youtube", "--title", "x", "ok"], "which --app: [app.youtube] has no exact name to try"),
    ],
)
def test_wrong_words_are_a_usage_error(capsys, words, said):
    assert main(["which", *words]) == 2
    assert said in capsys.readouterr().err


def test_mistakes_in_profiles_come_first(capsys, own_folder):
    (own_folder / "my.toml").write_text("version = 1\n[intent]")
    assert main(["which", "ok"]) == 3
    assert 'my.toml:2 intent: unknown key. Did you mean "intents"?' in capsys.readouterr().err
