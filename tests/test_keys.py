"""Names of keys and chords."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesturectl import keys
from gesturectl.keys import KEYS, KeyNameError, character_keysym, describe, keysym, parse_chord


@pytest.mark.parametrize(
    ("text", "chord"),
    [
        ("Ctrl+Shift+T", ("ctrl", "shift", "t")),
        ("t", ("t",)),
        ("T+Ctrl", ("ctrl", "t")),
        (" ctrl + alt + del ", ("ctrl", "alt", "delete")),
        ("Control+Return", ("ctrl", "enter")),
        ("Cmd+Left", ("super", "left")),
        ("Win", ("super",)),
        ("PgUp", ("page_up",)),
        ("page-down", ("page_down",)),
        ("Escape", ("esc",)),
        ("Ctrl++", ("ctrl", "plus")),
        ("+", ("plus",)),
        ("Ctrl+-", ("ctrl", "minus")),
        ("Ctrl+/", ("ctrl", "slash")),
        ("Shift+?", ("shift", "question")),
        ("F24", ("f24",)),
        ("AltGr+é", ("altgr", "é")),
        ("XF86AudioPlay", ("media_play_pause",)),
    ],
)
def test_a_chord_is_read_with_its_modifiers_first(text: str, chord: tuple[str, ...]) -> None:
    assert parse_chord(text) == chord


@pytest.mark.parametrize(
    ("text", "fact", "remedy"),
    [
        ("Ctlr+T", 'there is no key "Ctlr" in "Ctlr+T"', 'Did you mean "Ctrl"?'),
        ("Pgae_Up", 'there is no key "Pgae_Up"', 'Did you mean "Page_Up"?'),
        ("Ctrl+blorp", 'there is no key "blorp" in "Ctrl+blorp"', "docs/actions.md"),
        ("Ctrl+K+S", '"Ctrl+K+S" has 2 keys that aren\'t modifiers', '["Ctrl+K", "Ctrl+S"]'),
        ("Ctrl+Control+C", 'Ctrl is in "Ctrl+Control+C" twice', "once"),
        ("", '"" is no chord', "Ctrl+Shift+T"),
        ("Ctrl+", '"Ctrl+" is no chord', "Plus"),
        ("Ctrl++C", '"Ctrl++C" is no chord', "Plus"),
    ],
)
def test_a_chord_that_nobody_can_press_is_refused_with_the_way_out(text: str, fact: str, remedy: str) -> None:
    with pytest.raises(KeyNameError) as caught:
        parse_chord(text, "mine.toml:3 keys")
    assert caught.value.place == "mine.toml:3 keys"
    assert caught.value.fact == fact
    assert remedy in caught.value.remedy


@pytest.mark.parametrize(("platform", "modifier"), [("linux", "ctrl"), ("win32", "ctrl"), ("darwin", "super")])
def test_primary_is_the_modifier_of_most_shortcuts(
    platform: str, modifier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys.sys, "platform", platform)
    assert parse_chord("Primary+C") == (modifier, "c")


@given(st.sets(st.sampled_from([n for n, k in KEYS.items() if k.modifier])), st.sampled_from(sorted(KEYS)))
def test_what_is_described_is_read_as_the_same_chord(modifiers: set[str], name: str) -> None:
    chord = (*sorted(modifiers - {name}), name)
    assert set(parse_chord(describe(chord))) == set(chord)


@given(st.text(max_size=12))
def test_any_text_is_a_chord_or_a_mistake(text: str) -> None:
    try:
        chord = parse_chord(text)
    except KeyNameError:
        return
    assert all(keysym(name) > 0 for name in chord)


def test_no_name_stands_for_two_keys() -> None:
    words = [
        (keys._folded(word), name)
        for table in (keys._MODIFIERS, keys._SPECIAL, keys._SIGNS)
        for name, row in table.items()
        for word in (name, *row[-1].split())
    ]
    assert len({word for word, _ in words}) == len(words)


def test_keysyms_are_those_of_xorg() -> None:
    from Xlib import XK

    for name in ("Control_L", "Super_L", "Page_Up", "F24", "Delete", "KP_Add", "Print", "Menu", "bracketleft"):
        other = {"Control_L": "ctrl", "Super_L": "super", "Print": "print_screen"}.get(name, name.lower())
        assert keysym(other) == XK.string_to_keysym(name), name


def test_characters_beyond_latin_1_have_unicode_keysyms() -> None:
    assert character_keysym("é") == 0xE9
    assert character_keysym("漢") == 0x1006F22
    assert character_keysym("😀") == 0x101F600
    assert character_keysym("\n") == keysym("enter")
