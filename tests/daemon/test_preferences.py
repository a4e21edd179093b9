"""Changing settings while the daemon runs."""

from types import SimpleNamespace

import pytest
from daemon_fakes import FakePlans

from gesturectl.daemon.engine import Engine
from gesturectl.daemon.preferences import Preferences, offer_settings
from gesturectl.desktop.testing import RecordingInjector
from gesturectl.errors import ConfigError, UsageError
from gesturectl.settings import Settings, load_settings, save_settings


@pytest.fixture
def bench(tmp_path):
    """An engine that obeys "settings", with what it did."""
    path, opened, plans = tmp_path / "settings.toml", [], FakePlans()
    preferences = Preferences(Settings(), path)
    engine = Engine(plans, RecordingInjector(), lambda _: None, dry_run=False)
    offer_settings(engine, preferences, plans, lambda: opened.append(preferences.current.camera))

    def change(**values):
        return engine._obey("settings", {"values": values})

    return SimpleNamespace(path=path, opened=opened, plans=plans, preferences=preferences, engine=engine, change=change)


def test_a_changed_setting_is_written_and_told(bench):
    with bench.engine.broadcast.listen() as listener:
        answer = bench.change(tray=False)
        assert [type(news).__name__ for news in listener.drain()] == ["SettingsChanged"]
    assert answer["settings"]["tray"] is False
    assert load_settings(bench.path).tray is False


def test_asking_without_values_only_tells_them(bench):
    answer = bench.engine._obey("settings", {})
    assert answer["settings"]["camera"] == "auto"
    assert not bench.path.exists()


def test_another_camera_is_opened_at_once(bench):
    bench.change(camera="Logitech")
    assert bench.opened == ["Logitech"]


def test_another_profile_is_in_force_at_once(bench):
    assert bench.change(profile="other")["profile"] == "other"
    assert bench.change(profile="auto")["profile_fixed"] is False


def test_arming_is_in_force_at_once(bench):
    assert bench.change(arming=True)["arming"] is True
    assert bench.change(arming=False)["arming"] is False


def test_what_can_only_change_at_the_next_start_is_named(bench):
    assert bench.change(tracker="mediapipe", camera="1")["from_next_start"] == ["tracker"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"profile": "nowhere"}, "no profile 'nowhere'"),
        ({"trai": True}, 'Did you mean "tray"'),
        ({"tray": "yes"}, "true or false"),
        ({"camera": ""}, "empty"),
        ({"tray": False, "tracker": "onx"}, 'Did you mean "onnx"'),
    ],
)
def test_a_wrong_value_changes_nothing(bench, values, words):
    with pytest.raises((ConfigError, UsageError), match=words):
        bench.change(**values)
    assert not bench.path.exists()
    assert bench.preferences.current == Settings()
    assert bench.plans.fixed is None


def test_values_that_are_no_object_are_refused(bench):
    with pytest.raises(UsageError, match="object"):
        bench.engine._obey("settings", {"values": ["tray"]})


def test_what_a_person_wrote_meanwhile_is_kept(bench):
    save_settings(Settings(camera="2"), bench.path)
    bench.change(tray=False)
    assert load_settings(bench.path) == Settings(camera="2", tray=False)
    assert bench.opened == ["2"]


def test_a_file_with_mistakes_is_left_as_it_is(bench):
    bench.path.write_text("camra = 1\n")
    with pytest.raises(ConfigError, match="camra"):
        bench.change(tray=False)
    assert bench.path.read_text() == "camra = 1\n"
