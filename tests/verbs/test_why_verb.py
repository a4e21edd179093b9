"""`gesturectl why`, with a daemon that only answers."""

import json

import pytest

from gesturectl import cli
from gesturectl.process import Ended

REFUSED = {
    "gesture": "wave", "hand": "left", "t_ms": 1, "lasted_ms": 90, "score": 0.71, "threshold": 0.7, "margin": 0.4,
    "agreement": 0.3, "fired": False, "rule": "agreed", "reason": "the branches agree by only 0.30",
    "rules": [{"rule": "confident", "reason": None}, {"rule": "agreed", "reason": "the branches agree by only 0.30"}],
    "ago_s": 3.2, "number": 1, "app": "firefox", "profile": "browser", "action": None,
}  # fmt: skip
DONE = {**REFUSED, "gesture": "fist", "fired": True, "rule": None, "reason": None, "action": "press A", "number": 2}
NOT_ARMED = {**DONE, "action": None, "reason": "not armed", "number": 3}


@pytest.fixture
def daemon(monkeypatch):
    """What it is asked, and what it answers, one after the other; Ctrl-C when nothing is left."""
    asked, answers = [], []

    def ask(command, arguments):
        asked.append((command, arguments))
        if not answers:
            raise Ended(2)
        return {"ok": True, "newest": 7, "candidates": answers.pop(0)}

    monkeypatch.setattr("gesturectl.verbs.why.ask", ask)
    monkeypatch.setattr("gesturectl.verbs.why._EVERY_S", 0)
    return asked, answers


def test_each_says_what_stopped_it_or_what_it_did(daemon, capsys):
    asked, answers = daemon
    answers.append([REFUSED, DONE, NOT_ARMED])
    assert cli.main(["why", "--last", "3"]) == 0
    refused, done, not_armed = capsys.readouterr().out.splitlines()
    assert asked == [("why", {"last": 3})]
    assert "3.2 s ago" in refused and "refused, agreed: the branches agree by only 0.30" in refused
    assert "score 0.71 of 0.70, margin 0.40, agreement 0.30" in refused
    assert "fires: press A (profile browser)" in done
    assert "fires, nothing: not armed" in not_armed


def test_the_rules_can_be_had_one_by_one(daemon, capsys):
    daemon[1].append([REFUSED])
    assert cli.main(["why", "--rules"]) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()[1:]] == [
        ["confident", "passed"], ["agreed", "the", "branches", "agree", "by", "only", "0.30"],
    ]  # fmt: skip


def test_programs_get_one_object(daemon, capsys):
    daemon[1].append([REFUSED])
    assert cli.main(["why", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"type": "why", "candidates": [REFUSED]}


def test_nothing_yet_is_said(daemon, capsys):
    daemon[1].append([])
    assert cli.main(["why"]) == 0
    assert "nothing" not in capsys.readouterr().err


def test_following_asks_for_what_is_new(daemon, capsys):
    asked, answers = daemon
    answers += [[], [REFUSED], [DONE]]
    assert cli.main(["why", "--follow", "--json"]) == 130
    assert [json.loads(line)["number"] for line in capsys.readouterr().out.splitlines()] == [1, 2]
    assert asked == [("why", {"last": 1})] + 3 * [("why", {"after": 7})]


@pytest.mark.parametrize("words", [["--last", "0"], ["--last", "99"], ["--last", "x"]])
def test_impossible_numbers_are_refused(daemon, words):
    with pytest.raises(SystemExit) as left:
        cli.main(["why", *words])
    assert left.value.code == 2
