"""What gestures are to do by real profile files, and how changes of those come into force."""

import os

import pytest

from gesturectl.daemon.plans import ProfilePlans, load_plans
from gesturectl.daemon.policy import Plan
from gesturectl.desktop.base import UNKNOWN_APP, App
from gesturectl.errors import ConfigError, UsageError
from gesturectl.types import GestureEvent, Phase

GOOD = """
version = 1
[defaults]
cooldown = 0.5
[app.browser]
wm_class = ["firefox"]
[intents]
swipe_left = "next"
[profile.default.actions]
next = { keys = "Right" }
[profile.web]
apps = ["browser"]
[profile.web.actions]
next = { keys = "Ctrl+Tab", hold = 0.25 }
"""
BAD = GOOD.replace("[intents]", "[intnets]")


@pytest.fixture
def bundled(tmp_path):
    folder = tmp_path / "bundled"
    folder.mkdir()
    (folder / "default.toml").write_text(GOOD)
    return folder


@pytest.fixture
def user(tmp_path, bundled, monkeypatch):
    folder = tmp_path / "user"
    folder.mkdir()
    monkeypatch.setattr("gesturectl.daemon.plans.default_folders", lambda: (bundled, folder))
    return folder


def swipe(plans, app=UNKNOWN_APP):
    return plans.plan(GestureEvent("swipe_left", "right", Phase.BEGIN, 0.9, 0), app)


def write(path, text):
    """A change that can't be missed by its time."""
    path.write_text(text)
    later = path.stat().st_mtime_ns + 5_000_000_000
    os.utime(path, ns=(later, later))


def polled(plans):
    """Whether one of a few polls brings a change: a change must settle first."""
    return any(plans.poll() for _ in range(3))


def test_the_app_s_profile_wins_and_brings_its_tuning(bundled):
    plans = ProfilePlans((bundled,), ["swipe_left"])
    plan = swipe(plans, App(wm_class="firefox"))
    assert isinstance(plan, Plan)
    assert (plan.name, plan.hold_ms, plan.cooldown_ms) == ("web/next", 250, 500)
    assert swipe(plans).name == "default/next"


def test_a_fixed_profile_counts_whatever_the_app(bundled):
    plans = ProfilePlans((bundled,), ["swipe_left"])
    plans.fix("web")
    assert swipe(plans).name == "web/next"
    assert plans.profile(UNKNOWN_APP) == "web"
    plans.fix(None)
    assert plans.profile(UNKNOWN_APP) == "default"


def test_an_unknown_profile_is_refused_with_the_nearest_name(bundled):
    plans = ProfilePlans((bundled,), ["swipe_left"])
    with pytest.raises(UsageError, match="web"):
        plans.fix("wbe")
    assert plans.fixed is None


def test_what_means_nothing_says_why(bundled):
    plans = ProfilePlans((bundled,), ["swipe_left"])
    reason = plans.plan(GestureEvent("wave", "left", Phase.BEGIN, 0.9, 0), UNKNOWN_APP)
    assert reason == "nothing says what it means"


def test_mistakes_in_the_user_s_own_profiles_leave_the_bundled_ones(user):
    (user / "mine.toml").write_text(BAD)
    told = []
    plans = load_plans(None, True, ["swipe_left"], told.append)
    assert "intnets" in told[0]
    assert isinstance(swipe(plans), Plan)
    assert "mistakes" in plans.words


def test_mended_profiles_come_into_force_without_a_restart(user):
    (user / "mine.toml").write_text(BAD)
    plans = load_plans(None, True, ["swipe_left"], lambda _: None)
    assert not polled(plans)
    write(user / "mine.toml", 'version = 1\n[profile.default.actions]\nnext = { keys = "Left" }\n')
    assert polled(plans)
    assert plans.trouble == ""
    assert swipe(plans).action.describe() == "press Left"


def test_a_change_for_the_worse_keeps_the_last_good_profiles(user):
    plans = load_plans(None, True, ["swipe_left"], lambda _: None)
    write(user / "mine.toml", BAD)
    assert not polled(plans)
    assert "intnets" in plans.trouble
    assert isinstance(swipe(plans), Plan)
    with pytest.raises(ConfigError):
        plans.reload()


def test_a_fixed_profile_that_vanishes_lets_the_app_choose_again(user):
    write(
        user / "mine.toml",
        'version = 1\n[profile.slides]\napps = []\n[profile.slides.actions]\nnext = { keys = "Down" }\n',
    )
    plans = load_plans(None, True, ["swipe_left"], lambda _: None)
    plans.fix("slides")
    (user / "mine.toml").unlink()
    plans.reload()
    assert plans.fixed is None


def test_profiles_asked_for_by_name_must_be_right(tmp_path, user):
    (user / "mine.toml").write_text(BAD)
    with pytest.raises(ConfigError, match="intnets"):
        load_plans(user, True, ["swipe_left"], lambda _: None)
    with pytest.raises(ConfigError, match="no such folder"):
        load_plans(tmp_path / "nowhere", True, ["swipe_left"], lambda _: None)


def test_the_bundled_profiles_can_be_had_alone(user):
    (user / "mine.toml").write_text(BAD)
    plans = load_plans(None, False, ["swipe_left"], lambda _: pytest.fail("the user's are not read"))
    assert isinstance(swipe(plans), Plan)
