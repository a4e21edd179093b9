"""The program's own settings."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gesturectl.errors import ConfigError
from gesturectl.settings import Settings, load_settings, save_settings, settings_path, with_values


def test_without_a_file_the_defaults_hold(tmp_path: Path):
    assert load_settings(tmp_path / "settings.toml") == Settings()


def test_what_is_saved_is_read_back(tmp_path: Path):
    path = tmp_path / "new" / "settings.toml"
    kept = Settings("HD Pro Webcam", mirrored=True, tracker="mediapipe", profile="video", log_level="debug", tray=False)
    save_settings(kept, path)
    assert load_settings(path) == kept
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.toml"]


def test_a_file_may_say_little_and_a_cameras_index_may_be_a_number(tmp_path: Path):
    path = tmp_path / "settings.toml"
    path.write_text("camera = 2")
    assert load_settings(path) == Settings(camera="2")


def test_all_mistakes_come_at_once(tmp_path: Path):
    path = tmp_path / "settings.toml"
    path.write_text('camra = 1\ntracker = "onx"\nlog_level = 3\ntray = "yes"\nprofile = ""\ncamera = -1')
    with pytest.raises(ConfigError) as raised:
        load_settings(path)
    assert [str(problem).removeprefix(f"{path}:") for problem in raised.value.problems] == [
        '1 camra: unknown key. Did you mean "camera"?',
        '2 tracker: "onx" is none of the choices. Did you mean "onnx"?',
        '3 log_level: this has to be a string, not a number. Write it like "text".',
        "4 tray: this has to be true or false, not a string. Write it like true.",
        '5 profile: this is empty. Write "auto", or leave the line out.',
        "6 camera: -1 is out of range. Write a number from 0 to 99.",
    ]


def test_arming_and_quiet_are_settings_with_limits(tmp_path: Path):
    path = tmp_path / "settings.toml"
    path.write_text('arming = true\narming_gesture = "wave"\narming_s = 8\nquiet_after_input_ms = 0')
    wanted = Settings(arming=True, arming_gesture="wave", arming_s=8.0, quiet_after_input_ms=0)
    assert load_settings(path) == wanted
    save_settings(wanted, path)
    assert load_settings(path) == wanted
    path.write_text('arming = 1\narming_gesture = "nothing"\narming_s = 0\nquiet_after_input_ms = -1')
    with pytest.raises(ConfigError) as raised:
        load_settings(path)
    assert [problem.place.split()[-1] for problem in raised.value.problems] == [
        "arming", "arming_gesture", "arming_s", "quiet_after_input_ms",
    ]  # fmt: skip


def test_a_place_that_cant_be_written_is_an_error_and_leaves_nothing(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigError, match="it can't be written"):
        save_settings(Settings(), tmp_path / "file" / "settings.toml")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "settings.toml"
    save_settings(Settings(camera="1"), path)

    def refuse(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(ConfigError, match="disk full"):
        save_settings(Settings(camera="2"), path)
    assert load_settings(path).camera == "1"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_place_of_the_file_is_a_config_error(tmp_path: Path):
    with pytest.raises(ConfigError, match="it can't be read"):
        load_settings(tmp_path)


def test_the_users_settings_are_in_the_config_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gesturectl.settings.config_dir", lambda: tmp_path)
    save_settings(Settings(camera="3"))
    assert settings_path() == tmp_path / "settings.toml"
    assert load_settings().camera == "3"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80) | st.sampled_from(["camera = inf", "tray = 1", "[camera]", "camera = [0]"]))
def test_any_text_is_either_settings_or_a_config_error(tmp_path: Path, text: str):
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    try:
        assert isinstance(load_settings(path), Settings)
    except ConfigError as error:
        assert error.problems


def test_times_to_rest_are_read_and_mistakes_named(tmp_path: Path):
    path = tmp_path / "settings.toml"
    path.write_text('pause_at = ["22:00-07:00", "Mon-Fri 12:00-13:00"]\npause_when_camera_used = true')
    wanted = Settings(pause_at=("22:00-07:00", "Mon-Fri 12:00-13:00"), pause_when_camera_used=True)
    assert load_settings(path) == wanted
    save_settings(wanted, path)
    assert load_settings(path) == wanted
    path.write_text('pause_at = "at night"')
    with pytest.raises(ConfigError, match="22:00-07:00"):
        load_settings(path)


@pytest.mark.parametrize("text", ["Ctrl+Alt+Super+Esc", "ctrl+alt+f12", "Pause", "F9", "Shift+F1", "Super+k", ""])
def test_a_panic_chord_is_one_that_nobody_types(tmp_path: Path, text: str):
    path = tmp_path / "settings.toml"
    path.write_text(f'panic_chord = "{text}"')
    assert load_settings(path) == Settings(panic_chord=text)


@pytest.mark.parametrize("text", ["k", "Esc", "Shift+K", "AltGr+E", "Ctrl+Alt", "Ctrl+Nonsense", "Ctrl+A+B", "Enter"])
def test_another_is_a_mistake(tmp_path: Path, text: str):
    path = tmp_path / "settings.toml"
    path.write_text(f'panic_chord = "{text}"')
    with pytest.raises(ConfigError) as raised:
        load_settings(path)
    assert [problem.place.split()[-1] for problem in raised.value.problems] == ["panic_chord"]
    assert raised.value.problems[0].remedy


def test_none_is_no_panic_chord(tmp_path: Path):
    path = tmp_path / "settings.toml"
    path.write_text('panic_chord = "none"')
    assert load_settings(path).panic_chord == ""


def test_an_empty_key_has_a_place_as_well():
    with pytest.raises(ConfigError) as raised:
        with_values(Settings(), {"": 1})
    assert [problem.place for problem in raised.value.problems] == ['""']
