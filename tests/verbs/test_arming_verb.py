"""`gesturectl arming`, with a daemon that only listens."""

import json

import pytest

from gesturectl import cli
from gesturectl.daemon.status import Status
from gesturectl.errors import DaemonError


@pytest.fixture
def asked(monkeypatch):
    """What the daemon was asked; it answers with its state."""
    heard = []

    def ask(command, arguments):
        heard.append((command, arguments))
        return {"ok": True, **Status(state="watching", arming=True, armed=True, armed_left_s=3.5).as_json()}

    monkeypatch.setattr("gesturectl.verbs.ask.ask", ask)
    return heard


def test_it_asks_the_daemon_and_says_what_follows(asked, capsys):
    assert cli.main(["arming", "arm"]) == 0
    assert asked == [("arming", {"do": "arm"})]
    assert "Armed until" in capsys.readouterr().out


def test_without_a_word_it_says_how_it_is(asked, capsys):
    assert cli.main(["arming"]) == 0
    assert asked == [("status", {})]
    assert capsys.readouterr().out == "on; armed for another 3.5 s\n"


def test_programs_get_the_whole_state(asked, capsys):
    assert cli.main(["arming", "off", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["arming"], told["armed"], told["armed_left_s"]) == (True, True, 3.5)


def test_other_words_are_refused(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["arming", "perhaps"])
    assert left.value.code == 2


def test_without_a_daemon_it_says_so(monkeypatch, capsys):
    def ask(command, arguments):
        raise DaemonError("daemon", "it isn't running", "Start it with 'gesturectl run'.")

    monkeypatch.setattr("gesturectl.verbs.ask.ask", ask)
    assert cli.main(["arming", "arm"]) == 7
