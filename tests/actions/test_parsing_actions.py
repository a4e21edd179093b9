"""Reading actions from TOML tables: what they say they do, and every mistake at once."""

import tomllib

import pytest

from gesturectl import actions
from gesturectl.actions.base import Action
from gesturectl.errors import ConfigError


def read(line: str) -> Action:
    """The action of one TOML line."""
    return actions.parse(tomllib.loads(f"action = {line}")["action"], "p.action")


def mistakes(line: str) -> list[str]:
    """The mistakes of one TOML line, each as a person reads it."""
    with pytest.raises(ConfigError) as caught:
        read(line)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{ keys = "Ctrl+Tab" }', "press Ctrl+Tab"),
        ('{ keys = ["Ctrl+K", "Ctrl+S"] }', "press Ctrl+K then Ctrl+S"),
        ('{ keys = "Right", while = "held" }', "hold Right"),
        ('{ text = "Thank you!\\n" }', 'type "Thank you!⏎"'),
        ('{ text = "' + "long " * 20 + '" }', 'type "' + ("long " * 20)[:39] + '…"'),
        ('{ media = "play_pause" }', "play or pause"),
        ('{ media = "volume_up" }', "turn the volume up"),
        ("{ scroll = 3 }", "scroll up 3 steps"),
        ("{ scroll = -1 }", "scroll down 1 step"),
        ("{ scroll = -2, horizontal = true }", "scroll left 2 steps"),
        ('{ scroll = 1, modifiers = ["Ctrl"] }', "scroll up 1 step with Ctrl held"),
        ('{ scroll = 1, modifiers = "Ctrl+Shift" }', "scroll up 1 step with Ctrl+Shift held"),
        ('{ click = "left" }', "click the left button"),
        ('{ pointer = "toggle" }', "let the hand move the pointer, or no longer"),
        ('{ pointer = "off" }', "let the hand move the pointer no longer"),
        ('{ click = "middle", count = 2 }', "double-click the middle button"),
        ('{ run = ["notify-send", "hi there"] }', "run notify-send 'hi there'"),
        ('{ run = "date >> log", shell = true }', "run date >> log"),
        ('{ profile = "video" }', 'switch to the profile "video"'),
        ('{ profile = "auto" }', "choose the profile by app"),
        ("{ pause = true }", "pause gesture control"),
    ],
)
def test_an_action_says_what_it_does(line: str, words: str) -> None:
    assert read(line).describe() == words


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("{}", ["p.action: nothing to do. Name an action: " + ", ".join(sorted(actions.action_keys())) + "."]),
        ('{ kesy = "a" }', ['p.action.kesy: this is no action. Did you mean "keys"?']),
        (
            '{ keys = "a", text = "b" }',
            ["p.action: 2 actions at once: keys, text. Keep one; a binding does one thing."],
        ),
        (
            '{ keys = ["Ctlr+A", "Ctrl+Pgae_Up"], wihle = "held" }',
            [
                'p.action.keys: there is no key "Ctlr" in "Ctlr+A". Did you mean "Ctrl"?',
                'p.action.keys: there is no key "Pgae_Up" in "Ctrl+Pgae_Up". Did you mean "Page_Up"?',
                'p.action.wihle: unknown key. Did you mean "while"?',
            ],
        ),
        (
            '{ keys = ["a", "b"], while = "held" }',
            ["p.action.while: only one chord can be held. Give one chord, or leave out `while`."],
        ),
        ('{ keys = "a", while = "hold" }', ['p.action.while: "hold" is none of the choices. Did you mean "held"?']),
        ("{ keys = [] }", ['p.action.keys: the list is empty. Write a chord: keys = "Ctrl+Tab".']),
        (
            "{ keys = 5 }",
            ['p.action.keys: this has to be a string or a list of strings, not a number. Write it like ["a", "b"].'],
        ),
        ('{ text = "" }', ["p.action.text: the text is empty. Write what to type."]),
        (
            '{ text = "a\\u001b" }',
            ["p.action.text: nobody can type U+001B. Use `keys` for keys; a text has letters and signs."],
        ),
        ('{ media = "nxt" }', ['p.action.media: "nxt" is none of the choices. Did you mean "next"?']),
        (
            "{ scroll = 0 }",
            ["p.action.scroll: 0 steps do nothing. Positive is up or right, negative down or left."],
        ),
        ("{ scroll = 1000 }", ["p.action.scroll: 1000 is out of range. Write a number from -50 to 50."]),
        ("{ scroll = true }", ["p.action.scroll: this has to be a number, not true or false. Write it like 1.5."]),
        (
            '{ scroll = 1, modifiers = ["A"] }',
            ["p.action.modifiers: A is no modifier. There are Ctrl, Shift, Alt, Super, AltGr."],
        ),
        (
            '{ click = "lft", count = 9 }',
            [
                'p.action.click: "lft" is none of the choices. Did you mean "left"?',
                "p.action.count: 9 is out of range. Write a number from 1 to 3.",
            ],
        ),
        (
            '{ run = "notify-send \\"hi you\\"" }',
            ['p.action.run: a line needs a shell. Write run = ["notify-send", "hi you"], or add shell = true.'],
        ),
        ('{ run = "a | b" }', ["p.action.run: a line needs a shell. Add shell = true."]),
        (
            '{ run = ["a"], shell = true }',
            ["p.action.shell: a list runs without a shell. Leave out `shell`, or write the line as one string."],
        ),
        ("{ run = [] }", ['p.action.run: there is no program. Write run = ["notify-send", "hi"].']),
        (
            '{ run = ["a", 1] }',
            ['p.action.run: this has to be a string or a list of strings, not a list. Write it like ["a", "b"].'],
        ),
        (
            '{ profile = "" }',
            ['p.action.profile: the name is empty. Name a profile, or "auto" to choose by app.'],
        ),
        ("{ pause = false }", ["p.action.pause: false does nothing. Write pause = true, or leave the binding out."]),
    ],
)
def test_each_mistake_has_its_place_and_the_way_out(line: str, found: list[str]) -> None:
    assert mistakes(line) == found


def test_only_a_chord_that_is_held_has_to_be_stopped() -> None:
    assert read('{ keys = "Right", while = "held" }').holds
    assert not read('{ keys = "Right" }').holds
    assert not read("{ pause = true }").holds


def test_every_action_names_the_options_that_it_reads() -> None:
    assert actions.action_keys() >= {"keys", "text", "media", "scroll", "click", "run", "profile", "pause"}
    assert actions.options("scroll") == {"horizontal", "modifiers"}
    value = {"scroll": 1, "pause": True, "run": ["true"], "media": "next", "click": "left"}
    for key in actions.action_keys():
        for option in actions.options(key):
            table = {key: value.get(key, "a"), option: object()}
            with pytest.raises(ConfigError) as caught:
                actions.parse(table, "p")
            assert not any("unknown key" in str(problem) for problem in caught.value.problems)


def test_an_action_can_be_compared_and_kept_in_a_set() -> None:
    assert read('{ keys = "Ctrl+Tab" }') == read('{ keys = "ctrl+tab" }')
    assert len({read("{ scroll = 1 }"), read("{ scroll = 1 }"), read("{ scroll = 2 }")}) == 2


def test_the_pointer_is_switched_by_one_of_three_words():
    (problem,) = mistakes('{ pointer = "onn" }')
    assert 'Did you mean "on"' in problem
    assert mistakes("{ pointer = true }")
