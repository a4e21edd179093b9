"""Every mistake of every file at once, each with file, line, key and a hint."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gesturectl.errors import ConfigError
from gesturectl.profiles.load import load
from gesturectl.profiles.schema import Profiles
from gesturectl.recognition.vocabulary import STARTER

ONE_OF_EACH = """
[intents]
swip_left = "next"
fist = { do = "next", hand = "lft" }
grab = { to = "next" }
push = 3
[profile.browser]
aps = []
tags = ["brower"]
title = "/[/"
[profile.browser.actions]
next = { keys = "Ctrl+Tb" }
nxt = { keys = "A", hodl = 1 }
"""


def test_all_mistakes_come_at_once_from_top_to_bottom_with_line_key_and_hint(mistakes):
    assert mistakes(ONE_OF_EACH) == [
        '4 intents.swip_left: there is no gesture "swip_left". Did you mean "swipe_left"?',
        '5 intents.fist.hand: "lft" is none of the choices. Did you mean "left"?',
        '6 intents.grab: it doesn\'t say what is meant. Write { do = "next", hand = "right" }.',
        "6 intents.grab.to: unknown key. Known: arm, confidence, cooldown, do, hand, hold, repeat.",
        '7 intents.push: this has to be an intent, or a table that names one. Write "next" or { do = "next" }.',
        '9 profile.browser.aps: unknown key. Did you mean "apps"?',
        '10 profile.browser.tags: no app has the tag "brower". Give an app tags = ["brower"].',
        '11 profile.browser.title: "/[/": not a regular expression: unterminated character set at position 0. '
        "Write the exact name, a name with * and ?, or /a regular expression/.",
        '13 profile.browser.actions.next.keys: there is no key "Tb" in "Ctrl+Tb". Did you mean "Tab"?',
        '14 profile.browser.actions.nxt.hodl: unknown key. Did you mean "hold"?',
        '14 profile.browser.actions.nxt: no gesture means "nxt". Did you mean "next"?',
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[intents]\nfist = 'next'", '3 intents.fist: no profile says what "next" does'),
        ("[profile.x]\napps = ['firefox']", '3 profile.x.apps: there is no [app.firefox]'),
        ("[app.x]\ntags = ['a']", "2 app.x: it names no app."),
        ("[app.x]\nexe = ''", '3 app.x.exe: "": an empty name would match nothing.'),
        ("[app.x]\nexe = ['a', 3]", "3 app.x.exe: this has to be a string or a list of strings, not a list"),
        ("[profile.default]\napps = []", "3 profile.default.apps: the default profile applies everywhere."),
        ("[profile.auto]\napps = []", '2 profile.auto: "auto" can\'t be the name of a profile.'),
        ("[profile.x.defaults]\nhold = 11", "3 profile.x.defaults.hold: 11 is out of range. Write a number from 0"),
        ("[defaults]\nconfidence = nan", "3 defaults.confidence: nan is out of range."),
        ("[defaults]\nconfidence = " + "9" * 4000, "3 defaults.confidence: 999999999999 is out of range."),
        ("[defaults]\nrepeat = true", "3 defaults.repeat: this has to be a number, not true or false"),
        ("[defaults]\ncooldown = 1979-05-27", "3 defaults.cooldown: this has to be a number, not a date"),
        ("[defaults]\narm = 'maybe'", '3 defaults.arm: "maybe" is none of the choices. Known: bypass, off, required.'),
        ("[defaults]\narm = true", "3 defaults.arm: this has to be a string, not true or false"),
        ("[defaults]\nharm = 'off'", '3 defaults.harm: unknown key. Did you mean "arm"?'),
        ("intents = 3", "2 intents: this has to be a table, not a number"),
        ("[profil.x]", '2 profil: unknown key. Did you mean "profile"?'),
    ],
)  # fmt: skip
def test_each_mistake_is_named(mistakes, text, said):
    assert any(mistake.startswith(said) for mistake in mistakes(text)), mistakes(text)


def test_an_action_without_braces_is_shown_with_them(mistakes):
    text = "[intents]\nfist = 'next'\n[profile.default.actions]\nnext = 'Ctrl+Tab'"
    assert mistakes(text) == [
        '5 profile.default.actions.next: this is no action. Write { keys = "Ctrl+Tab" }, or "none".'
    ]


def test_a_slip_in_a_profiles_name_makes_no_new_profile(write):
    bundled = write("[profile.browser]\napps = []", "browser.toml", "bundled")
    own = write("[profile.brwser.actions]")
    with pytest.raises(ConfigError, match=r'nothing chooses the profile "brwser"[.] Did you mean "browser"'):
        load([bundled, own])


def test_one_hand_bound_twice_is_a_mistake_and_each_hand_once_is_not(mistakes, loaded):
    act = "[profile.default.actions]\na = 'none'\nb = 'none'\n[intents]\n"
    assert mistakes(act + "fist = [{ do = 'a', hand = 'left' }, { do = 'b', hand = 'left' }]") == [
        '6 intents.fist[1]: left hand is bound twice. Give each its own hand = "left" or "right".'
    ]
    rules = loaded(act + "fist = [{ do = 'a', hand = 'left' }, 'b']").intents["fist"]
    assert [(rule.hand, rule.intent) for rule in rules] == [("left", "a"), (None, "b")]


def test_two_files_of_a_folder_may_not_set_the_same_key(write):
    one = "[intents]\nfist = 'a'\n[profile.default.actions]\na = 'none'"
    write(one, "a.toml")
    folder = write(one, "b.toml")
    with pytest.raises(ConfigError) as raised:
        load([folder], STARTER)
    assert [str(problem) for problem in raised.value.problems] == [
        f"{folder / 'b.toml'}:3 intents.fist: this is also in {folder / 'a.toml'}:3. Keep one of the two.",
        f"{folder / 'b.toml'}:5 profile.default.actions.a: this is also in {folder / 'a.toml'}:5. Keep one of the two.",
    ]


def test_mistakes_of_several_files_come_together_and_a_broken_file_hides_no_others(write):
    write("x = [", "a.toml")
    folder = write("[defaults]\nhol = 1\n[profile.x]\napps = ['perhaps_in_a']", "b.toml")
    with pytest.raises(ConfigError) as raised:
        load([folder], STARTER)
    places = [problem.place for problem in raised.value.problems]
    assert places == [f"{folder / 'a.toml'}:2", f"{folder / 'b.toml'}:3 defaults.hol"]
    assert raised.value.exit_code == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"version = 1\nx = \n", ":2:5: not TOML: invalid value."),
        (b"version = 1\nx = 1\nx = 2\ny = 3", ":3:6: not TOML: cannot overwrite a value."),
        (b"version = 1\n# \xff", ":2: this isn't UTF-8 text. Save the file as UTF-8."),
        (b"x = " + b"[" * 20_000, ": its lists or tables are nested too deeply"),
        (b"x = " + b"9" * 5_000, "not TOML"),
        (b"#" * (1 << 21), ": it is larger than 1024 KiB."),
        (b"", " there is no version. Write version = 1 as the first line."),
        (b"version = 2\nnew_things = 1", ":1 version: version 2 is newer than this program, which knows 1."),
        (b"version = '1'", ":1 version: this has to be a number, not a string"),
    ],
)
def test_a_file_that_is_no_profile_is_one_clear_mistake(tmp_path: Path, content, said):
    (tmp_path / "my.toml").write_bytes(content)
    with pytest.raises(ConfigError) as raised:
        load([tmp_path], STARTER)
    assert len(raised.value.problems) == 1
    assert said.strip() in str(raised.value)


def test_a_file_saved_by_notepad_is_read(tmp_path: Path):
    (tmp_path / "my.toml").write_bytes(b"\xef\xbb\xbfversion = 1\r\n[intents]\r\nfist = 'none'\r\n")
    assert load([tmp_path], STARTER).intents["fist"][0].intent is None


def test_unknown_gestures_pass_when_nobody_knows_which_there_are(write):
    assert "salute" in load([write("[intents]\nsalute = 'none'")]).intents


def test_nothing_is_no_gesture(write):
    with pytest.raises(ConfigError, match='there is no gesture "nothing"'):
        load([write("[intents]\nnothing = 'none'")], ("nothing", *STARTER))


_WORDS = st.sampled_from(
    ["version", "defaults", "app", "intents", "profile", "x", "default", "fist", "do", "hand", "hold", "keys", "run",
     "actions", "title", "apps", "tags", "exe", "repeat", "scroll", "none", "Ctrl+A", "/(/", "*", ""]
)  # fmt: skip
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.integers(), st.floats(), _WORDS, st.text(max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_WORDS, inner, max_size=4)),
    max_leaves=25,
)


def _toml(value: object) -> str:
    match value:
        case None:
            return "2001-01-01"
        case bool() | str():
            return _quoted(value) if isinstance(value, str) else str(value).lower()
        case dict():
            return "{ " + ", ".join(f"{_quoted(key)} = {_toml(part)}" for key, part in value.items()) + " }"
        case list():
            return "[" + ", ".join(map(_toml, value)) + "]"
    return str(value)


def _quoted(text: str) -> str:
    return '"' + "".join(c if c.isalnum() and c.isascii() else f"\\U{ord(c):08X}" for c in text) + '"'


_DOCUMENTS = st.dictionaries(_WORDS, _VALUES, max_size=5).map(
    lambda data: "version = 1\n" + "\n".join(f"{_quoted(k)} = {_toml(v)}" for k, v in data.items() if k != "version")
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(_DOCUMENTS, st.text(max_size=60), _DOCUMENTS.map(lambda text: text[: len(text) // 2])))
def test_any_text_is_either_profiles_or_a_config_error(tmp_path: Path, text: str):
    (tmp_path / "my.toml").write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        assert isinstance(load([tmp_path], STARTER), Profiles)
    except ConfigError as error:
        assert error.problems
        assert all(problem.place.startswith(str(tmp_path)) for problem in error.problems)
