"""The most specific profile wins."""

import time

import pytest

from gesturectl.desktop.base import UNKNOWN_APP, App
from gesturectl.profiles.load import load
from gesturectl.profiles.resolve import Resolver
from gesturectl.profiles.schema import Tuning
from gesturectl.recognition.vocabulary import STARTER

LADDER = """
[app.firefox]
wm_class = ["Firefox", "firefox-*"]
exe = "firefox.exe"
bundle = "/^org[.]mozilla[.]/"
tags = ["browser"]
[app.chrome]
wm_class = "chrome"
tags = ["browser"]
[app.mail]
wm_class = "chrome"
title = "* - Mail"
[intents]
swipe_left = "next"
fist = [{ do = "stop", hand = "right" }]
[profile.default.actions]
next = { keys = "1" }
stop = { keys = "S" }
[profile.by_tag]
tags = ["browser"]
[profile.by_tag.actions]
next = { keys = "2" }
[profile.by_app]
apps = ["firefox"]
[profile.by_app.actions]
next = { keys = "3" }
[profile.by_title]
title = "/[Vv]ideo/"
[profile.by_title.actions]
next = { keys = "4" }
[profile.by_app_and_title]
apps = ["firefox"]
title = "*video*"
[profile.by_app_and_title.actions]
next = { keys = "5" }
[profile.mail]
apps = ["mail"]
[profile.mail.actions]
next = { keys = "6" }
[profile.by_hand]
apps = []
[profile.by_hand.actions]
next = { keys = "7" }
"""


@pytest.fixture
def ladder(loaded):
    return Resolver(loaded(LADDER))


@pytest.mark.parametrize(
    ("app", "fixed", "profile", "keys"),
    [
        (UNKNOWN_APP, None, "default", "1"),
        (App("xterm", title="something else"), None, "default", "1"),
        (App("chrome"), None, "by_tag", "2"),
        (App("firefox"), None, "by_app", "3"),
        (App("FIREFOX-ESR"), None, "by_app", "3"),
        (App("firefoxes"), None, "default", "1"),
        (App(exe="Firefox.EXE"), None, "by_app", "3"),
        (App(bundle="org.mozilla.nightly"), None, "by_app", "3"),
        (App(bundle="com.org.mozilla.x"), None, "default", "1"),
        (App("xterm", title="My Video"), None, "by_title", "4"),
        (App("xterm", title="my VIDEO"), None, "default", "1"),
        (App("firefox", title="my Video"), None, "by_app_and_title", "5"),
        (App("chrome", title="Inbox - Mail"), None, "mail", "6"),
        (App("firefox", title="Inbox - Mail"), None, "by_app", "3"),
        (App("firefox"), "by_hand", "by_hand", "7"),
        (App("firefox"), "by_tag", "by_tag", "2"),
        (App("firefox"), "default", "default", "1"),
        (App("firefox"), "gone", "by_app", "3"),
    ],
)
def test_title_beats_app_beats_tag_beats_default_and_a_fixed_one_beats_all(ladder, app, fixed, profile, keys):
    assert ladder.active_profile(app, fixed) == profile
    binding = ladder.resolve("swipe_left", "left", app, fixed).binding
    assert (binding.profile, binding.action.describe()) == (profile, f"press {keys}")


def test_what_a_profile_doesnt_say_comes_from_the_next_one(ladder):
    assert ladder.resolve("fist", "right", App("firefox")).binding.profile == "default"


def test_a_gesture_of_one_hand_does_nothing_with_the_other(ladder):
    assert ladder.resolve("fist", "left", App("firefox")).reason == "fist does nothing: nothing says what it means."


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("[profile.p.intents]\nswipe_left = 'none'", 'swipe_left does nothing: it means "none" ('),
        (
            "[profile.p.actions]\nnext = 'none'",
            'swipe_left does nothing: it means "next", which is "none" in the profile "p".',
        ),
    ],
)
def test_an_explicit_none_stops_the_search(loaded, table, reason):
    profiles = loaded(
        "[app.a]\nwm_class='a'\n[intents]\nswipe_left='next'\n[profile.default.actions]\nnext={keys='A'}\n"
        f"[profile.p]\napps=['a']\n{table}"
    )
    resolution = Resolver(profiles).resolve("swipe_left", "right", App("a"))
    assert resolution.binding is None
    assert resolution.reason.startswith(reason)
    assert Resolver(profiles).resolve("swipe_left", "right", App("b")).binding is not None


def test_a_profile_may_give_a_gesture_another_meaning(loaded):
    profiles = loaded(
        "[app.a]\nwm_class='a'\n[intents]\nfist='stop'\nok='go'\n"
        "[profile.default.actions]\nstop={keys='S'}\ngo={keys='G'}\n"
        "[profile.p]\napps=['a']\n[profile.p.intents]\nfist='go'"
    )
    assert Resolver(profiles).resolve("fist", "right", App("a")).binding.action.describe() == "press G"
    assert Resolver(profiles).resolve("fist", "right", App("b")).binding.action.describe() == "press S"


def test_an_intent_that_only_other_apps_know_does_nothing(loaded):
    profiles = loaded("[intents]\nfist='go'\n[profile.p]\napps=[]\n[profile.p.actions]\ngo={keys='G'}")
    assert "no profile that applies says what that does" in Resolver(profiles).resolve("fist", "left", App()).reason


def test_tuning_is_inherited_and_the_nearer_word_wins(loaded):
    profiles = loaded(
        "[defaults]\nconfidence=0.1\nhold=0.1\ncooldown=0.1\n"
        "[intents]\nfist={do='a', cooldown=0.3, repeat=3}\nok='a'\n"
        "[profile.default.defaults]\nhold=0.2\ncooldown=0.2\n"
        "[profile.default.actions]\na={keys='A', repeat=4}"
    )
    resolver = Resolver(profiles)
    assert resolver.resolve("fist", "left", App()).binding.tuning == Tuning(0.1, 200, 300, 4)
    assert resolver.resolve("ok", "left", App()).binding.tuning == Tuning(0.1, 200, 200, 4)


def test_arming_is_inherited_like_all_tuning_and_told(loaded):
    profiles = loaded(
        "[defaults]\narm='required'\n[intents]\nfist='a'\nok={do='a', arm='off'}\nwave='b'\n"
        "[profile.default.actions]\na={keys='A'}\nb={keys='B', arm='bypass'}"
    )
    resolver = Resolver(profiles)
    arms = {name: resolver.resolve(name, "left", App()).binding.tuning.arm for name in ("fist", "ok", "wave")}
    assert arms == {"fist": "required", "ok": "off", "wave": "bypass"}
    assert "arm required" in resolver.resolve("fist", "left", App()).explain()
    assert profiles.ask_for_arming
    assert not loaded("[defaults]\narm='bypass'").ask_for_arming


def test_the_built_in_tuning_adds_nothing_to_the_models_own_threshold(ladder):
    assert ladder.resolve("swipe_left", "left", App()).binding.tuning == Tuning()
    assert Tuning().confidence == 0
    assert Tuning().hold_ms == 0


def test_ones_own_profile_wins_among_equals_then_the_alphabet(write):
    app = "[app.a]\nwm_class='a'\n[profile.z]\napps=['a']\n[profile.m]\napps=['a']"
    own = "[profile.x]\napps=['a']"
    profiles = load([write(app, "a.toml", "bundled"), write(own)], STARTER)
    assert [match.profile.name for match in Resolver(profiles).matches(App("a"))] == ["x", "m", "z", "default"]


def test_the_explanation_names_the_winner_the_losers_and_the_lines(ladder):
    lines = ladder.resolve("swipe_left", "left", App("firefox")).explain().splitlines()
    assert lines[0] == 'swipe_left → press 3: it means "next", and the profile "by_app" says so.'
    assert lines[1].endswith("my.toml:15 intents.swipe_left")
    assert lines[2].endswith("my.toml:27 profile.by_app.actions.next")
    assert lines[-3:] == [
        '  by_app   next = press 3, wins (its app "firefox" has the focus)',
        '  by_tag   next = press 2, overruled (the app "firefox" has its tag "browser")',
        "  default  next = press 1, overruled (it applies everywhere)",
    ]


def test_a_thousand_profiles_resolve_correctly_and_at_once(loaded):
    text = "[intents]\nswipe_left = 'next'\n" + "".join(
        f"[app.a{n}]\nwm_class = 'app-{n}'\n[profile.p{n}]\napps = ['a{n}']\n"
        f"[profile.p{n}.actions]\nnext = {{ text = '{n}' }}\n"
        for n in range(1000)
    )
    resolver = Resolver(loaded(text))
    for n in range(1000):
        binding = resolver.resolve("swipe_left", "right", App(f"app-{n}")).binding
        assert (binding.profile, binding.action.describe()) == (f"p{n}", f'type "{n}"')
    fastest = min(_seconds(lambda: resolver.resolve("swipe_left", "right", App("app-999"))) for _ in range(200))
    assert fastest < 50e-6


def _seconds(function) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started
