"""`gesturectl pointer`, with a daemon that only listens."""

import json

import pytest

from gesturectl import cli
from gesturectl.daemon.status import Status


@pytest.fixture
def asked(monkeypatch):
    """What the daemon was asked; it answers with its state."""
    heard = []

    def ask(command, arguments):
        heard.append((command, arguments))
        on = arguments.get("do") in ("on", "toggle")
        return {"ok": True, **Status(state="watching", pointer=on).as_json()}

    monkeypatch.setattr("gesturectl.verbs.ask.ask", ask)
    return heard


@pytest.mark.parametrize(("do", "words"), [("on", "on: the hand moves"), ("toggle", "on: the hand"), ("off", "off")])
def test_it_asks_the_daemon_and_says_how_it_is_now(asked, capsys, do, words):
    assert cli.main(["pointer", do]) == 0
    assert asked == [("pointer", {"do": do})]
    assert capsys.readouterr().out.startswith(words)


def test_without_a_word_it_says_how_it_is(asked, capsys):
    assert cli.main(["pointer"]) == 0
    assert asked == [("status", {})]
    assert capsys.readouterr().out == "off\n"


def test_programs_get_the_whole_state(asked, capsys):
    assert cli.main(["pointer", "on", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pointer"] is True
