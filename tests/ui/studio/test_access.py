"""Who gets to the page: links that work once, sessions, and what the headers give away."""

import pytest

from gesturectl.ui.studio.access import TOKEN_S, Access, objection, security_headers

HERE = "127.0.0.1:4711"
OWN = {"Host": HERE, "Origin": f"http://{HERE}", "Sec-Fetch-Site": "same-origin"}


class Clock:
    def __init__(self):
        self.now_s = 0.0

    def __call__(self):
        return self.now_s


def test_a_link_opens_one_session_and_then_nothing():
    access = Access()
    token = access.new_token()
    session = access.redeem(token)
    assert session is not None
    assert access.knows(session)
    assert access.redeem(token) is None


def test_an_old_link_opens_nothing():
    clock = Clock()
    access = Access(clock)
    token = access.new_token()
    assert access.expecting
    clock.now_s = TOKEN_S + 1
    assert not access.expecting
    assert access.redeem(token) is None


def test_a_session_lasts_while_it_is_used_and_not_for_ever():
    clock = Clock()
    access = Access(clock)
    session = access.redeem(access.new_token())
    for _ in range(3):
        clock.now_s += 11 * 3600
        assert access.knows(session)
    clock.now_s += 13 * 3600
    assert not access.knows(session)


@pytest.mark.parametrize("guess", ["", "x", "é" * 40, "a" * 100_000])
def test_guesses_open_nothing(guess):
    access = Access()
    access.new_token()
    assert access.redeem(guess) is None
    assert not access.knows(guess)


def test_a_token_is_no_session_and_a_session_is_no_token():
    access = Access()
    token = access.new_token()
    assert not access.knows(token)
    assert access.redeem(access.redeem(token)) is None


def test_only_so_many_links_are_out_at_a_time():
    access = Access()
    first, *rest = [access.new_token() for _ in range(40)]
    assert access.redeem(first) is None
    assert access.redeem(rest[-1])


def test_two_runs_have_two_paths():
    assert Access().base != Access().base


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_the_page_itself_may_ask(method):
    assert objection(method, OWN, HERE) == ""


def test_a_person_may_follow_a_link_from_outside_of_any_page():
    assert objection("GET", {"Host": HERE, "Sec-Fetch-Site": "none"}, HERE) == ""


@pytest.mark.parametrize(
    "changed",
    [
        {"Host": "evil.example:4711"},  # DNS rebinding
        {"Host": "localhost:4711"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:4712"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:8080"},  # another server on this machine
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_pages_may_not_even_read(changed):
    for method in ("GET", "POST"):
        assert objection(method, OWN | changed, HERE)


def test_a_change_and_a_websocket_must_name_their_origin():
    without = {"Host": HERE}
    assert objection("GET", without, HERE) == ""
    assert objection("POST", without, HERE)
    assert objection("GET", without | {"Upgrade": "WebSocket"}, HERE)


def test_the_policy_lets_nothing_in_from_elsewhere():
    policy = security_headers(HERE)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    for way_in in ("unsafe-inline", "unsafe-eval", "*", "http:", "https:", "data:"):
        assert way_in not in policy
