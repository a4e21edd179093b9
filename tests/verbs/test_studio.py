"""`gesturectl studio`: the page in a browser, or its address where there is none."""

import json
import webbrowser

import pytest

from gesturectl.cli import main
from gesturectl.errors import DaemonError
from gesturectl.verbs import studio

LINK = "http://127.0.0.1:1/x/open?token=y"


@pytest.fixture
def daemon(monkeypatch):
    monkeypatch.setattr(studio, "ask", lambda command, **_: {"link": LINK})


class FakeBrowser:
    def __init__(self, name="firefox", works=True):
        self.name, self._works, self.opened = name, works, []

    def open(self, link):
        self.opened.append(link)
        return self._works


def test_it_opens_the_browser(daemon, monkeypatch, capsys):
    browser = FakeBrowser()
    monkeypatch.setattr(webbrowser, "get", lambda: browser)
    assert main(["studio"]) == 0
    assert browser.opened == [LINK]
    assert LINK not in capsys.readouterr().out  # it works once; a terminal's history keeps it


@pytest.mark.parametrize("browser", [FakeBrowser("w3m"), FakeBrowser(works=False), None])
def test_without_a_browser_it_prints_the_address(daemon, monkeypatch, capsys, browser):
    def get():
        if browser is None:
            raise webbrowser.Error("could not locate runnable browser")
        return browser

    monkeypatch.setattr(webbrowser, "get", get)
    assert main(["studio"]) == 0
    told = capsys.readouterr()
    assert told.out.strip() == LINK
    assert "no browser" in told.err


def test_print_and_json_open_nothing(daemon, monkeypatch, capsys):
    monkeypatch.setattr(webbrowser, "get", lambda: pytest.fail("a browser was looked for"))
    assert main(["studio", "--print"]) == 0
    assert capsys.readouterr().out.strip() == LINK
    assert main(["studio", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["link"] == LINK


def test_without_a_daemon_it_says_so(monkeypatch, capsys):
    def ask(*_, **__):
        raise DaemonError("daemon", "it isn't running", "Start it with 'gesturectl run'.")

    monkeypatch.setattr(studio, "ask", ask)
    assert main(["studio"]) == 7
    assert "gesturectl run" in capsys.readouterr().err
