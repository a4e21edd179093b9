"""The page's life in the daemon: there when somebody opens it, gone when nobody uses it, back when asked again."""

import threading

import pytest

from gesturectl.daemon.page_host import PageHost
from gesturectl.errors import DaemonError, GesturectlError


class FakePage:
    """Serves until closed; says how often it was asked for a link."""

    def __init__(self, error=None):
        self._error, self._end = error, threading.Event()
        self.links = 0

    def serve(self, ready):
        if self._error:
            raise self._error
        ready()
        self._end.wait(5)

    def link(self):
        self.links += 1
        return None if self._end.is_set() else f"link {self.links}"

    def close(self):
        self._end.set()


def test_nothing_is_made_before_somebody_asks():
    made = []
    PageHost(lambda: made.append(1)).close()
    assert made == []


def test_one_page_gives_all_links():
    pages = []
    host = PageHost(lambda: pages.append(FakePage()) or pages[-1])
    assert [host.link(), host.link()] == ["link 1", "link 2"]
    assert len(pages) == 1
    host.close()
    assert threading.active_count() >= 1


def test_a_page_that_has_ended_is_made_anew():
    pages = []
    host = PageHost(lambda: pages.append(FakePage()) or pages[-1])
    host.link()
    pages[0].close()
    assert host.link() == "link 1"
    assert len(pages) == 2
    host.close()


def test_a_page_that_cant_be_served_says_why_and_can_be_tried_again():
    errors = [DaemonError("studio", "no port can be opened"), None]
    host = PageHost(lambda: FakePage(errors.pop(0)))
    with pytest.raises(GesturectlError, match="no port"):
        host.link()
    assert host.link() == "link 1"
    host.close()


def test_a_surprise_is_put_into_plain_words():
    host = PageHost(lambda: FakePage(RuntimeError("boom")))
    with pytest.raises(GesturectlError, match="boom"):
        host.link()
