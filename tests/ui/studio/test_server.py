"""The page's server under attack, and its life: nothing gets through, nothing is lost."""

import asyncio
import socket
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studio_fakes import Browser, Served

from gesturectl.ui.studio.access import COOKIE
from gesturectl.ui.studio.api import BODY_BYTES, PROFILE_BYTES
from gesturectl.ui.studio.live import PAGES
from gesturectl.ui.studio.server import CONNECTIONS


@pytest.fixture
def served(tmp_path):
    with Served(tmp_path) as served:
        yield served


def run(coroutine):
    return asyncio.run(coroutine)


def raw(port: int, *lines: str, body: bytes = b"") -> str:
    """The first line that the server answers to a request written by hand; empty if it just hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        try:
            return connection.recv(4096).decode(errors="replace").partition("\r\n")[0]
        except ConnectionError:
            return ""


def test_a_link_shows_the_page_and_sets_a_cookie_that_scripts_and_other_sites_never_see(served):
    async def visit():
        from aiohttp import ClientSession

        async with ClientSession() as http, http.get(served.studio.link()) as answer:
            return answer.status, answer.headers["Set-Cookie"], answer.headers

    status, cookie, headers = run(visit())
    assert status == 200
    for part in (COOKIE, "HttpOnly", "SameSite=Strict"):
        assert part in cookie
    path = cookie.partition("Path=")[2].partition(";")[0]
    assert len(path) > 12  # other ports of 127.0.0.1 don't get it: they don't have this path
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_link_works_once(served):
    async def twice():
        from aiohttp import ClientSession

        link = served.studio.link()
        async with ClientSession() as http:
            async with http.get(link) as first:
                pass
            async with http.get(link) as second:
                return first.status, second.status, await second.text()

    first, second, words = run(twice())
    assert (first, second) == (200, 403)
    assert "gesturectl studio" in words


def test_every_file_of_the_page_is_there_and_nothing_else(served):
    async def fetch():
        async with Browser(served) as browser:
            statuses = {}
            for name in ("", "app.js", "style.css", "icon.svg", "nothing.js", "../server.py", "%2e%2e/server.py",
                         "..%2fserver.py", "/etc/passwd", "%00"):  # fmt: skip
                async with browser.http.get(browser.base + name) as answer:
                    statuses[name] = answer.status
            return statuses

    statuses = run(fetch())
    assert {name for name, status in statuses.items() if status == 200} == {"", "app.js", "style.css", "icon.svg"}


def test_path_traversal_by_hand_gets_nothing(served):
    base = served.studio.link().partition(served.studio.authority)[2].partition("open")[0]
    for path in ("/../../etc/passwd", f"{base}../../../etc/passwd", f"{base}api/profiles/..%2f..%2fx.toml", "//etc"):
        line = raw(served.port, f"GET {path} HTTP/1.1", f"Host: {served.studio.authority}")
        assert " 403 " in line or " 404 " in line or " 400 " in line, (path, line)


def test_without_a_session_there_is_nothing_to_see(served):
    base = served.studio.link().partition(served.studio.authority)[2].partition("open")[0]
    for path in (base, f"{base}app.js", f"{base}api/state", f"{base}live", "/"):
        assert " 403 " in raw(served.port, f"GET {path} HTTP/1.1", f"Host: {served.studio.authority}")
    assert served.daemon.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_page_can_do_nothing_though_the_browser_has_the_cookie(served, headers):
    async def attack():
        async with Browser(served) as browser:
            status, _ = await browser.call("POST", "ask", {"command": "quit"}, **headers)
            saved, _ = await browser.call("PUT", "profiles/evil.toml", {"text": "version = 1\n", "sum": ""}, **headers)
            read, _ = await browser.call("GET", "profiles", **headers)
            return status, saved, read

    assert run(attack()) == (403, 403, 403)
    assert served.daemon.asked == []
    assert not served.daemon.own_profiles.exists()


def test_another_page_gets_no_websocket(served):
    async def attack():
        from aiohttp import WSServerHandshakeError

        async with Browser(served) as browser:
            with pytest.raises(WSServerHandshakeError) as refused:
                await browser.http.ws_connect(f"{browser.base}live", headers={"Origin": "https://evil.example"})
            return refused.value.status

    assert run(attack()) == 403


def test_a_wrong_method_is_refused(served):
    async def attack():
        async with Browser(served) as browser:
            answers = []
            for method, path in (("GET", "ask"), ("POST", "history"), ("PATCH", "profiles"), ("TRACE", "state")):
                headers = {"Origin": browser.origin}
                async with browser.http.request(method, f"{browser.base}api/{path}", headers=headers) as answer:
                    answers.append(answer.status)
            return answers

    assert run(attack()) == [405] * 4
    assert served.daemon.asked == []


def test_a_huge_body_is_refused_and_the_page_goes_on(served):
    async def attack():
        async with Browser(served) as browser:
            headers = {"Origin": browser.origin, "Content-Type": "application/json"}
            url = f"{browser.base}api/profiles/check"
            try:
                async with browser.http.post(url, data=b"x" * (PROFILE_BYTES + 1), headers=headers) as answer:
                    status = answer.status
            except OSError:  # it hung up in the middle
                status = 413
            after, _ = await browser.call("GET", "state")
            return status, after

    assert run(attack()) == (413, 200)


@pytest.mark.parametrize("path", ["ask", "models/use", "bindings", "gestures/restore"])
def test_only_a_profile_may_be_long(served, path):
    async def attack():
        async with Browser(served) as browser:
            headers = {"Origin": browser.origin, "Content-Type": "application/json"}
            for body in (b"{" + b" " * (BODY_BYTES + 1) + b"}", in_pieces(b"{" + b" " * 100_000)):
                async with browser.http.post(f"{browser.base}api/{path}", data=body, headers=headers) as answer:
                    statuses.append(answer.status)
            return await browser.call("GET", "state")

    statuses = []
    assert run(attack())[0] == 200
    assert statuses == [413, 413]
    assert served.daemon.asked == [("status", {})]


async def in_pieces(body):
    """A body whose length isn't said beforehand."""
    for start in range(0, len(body), 1000):
        yield body[start : start + 1000]


def test_a_question_with_a_body_is_refused(served):
    async def attack():
        async with Browser(served) as browser:
            return await browser.call("GET", "state", {"x": "y" * 1000})

    status, told = run(attack())
    assert status == 400
    assert "no body" in told["error"]


def test_a_body_that_dribbles_has_a_time_in_all(served, monkeypatch):
    monkeypatch.setattr("gesturectl.ui.studio.api.BODY_S", 0.3)

    async def dribble():
        for _ in range(100):
            await asyncio.sleep(0.05)
            yield b" "

    async def attack():
        async with Browser(served) as browser:
            headers = {"Origin": browser.origin, "Content-Type": "application/json"}
            try:
                async with browser.http.post(f"{browser.base}api/ask", data=dribble(), headers=headers) as answer:
                    status = answer.status
            except OSError:  # it hung up while we wrote
                status = 408
            return status, (await browser.call("GET", "state"))[0]

    assert run(attack()) == (408, 200)


@pytest.mark.parametrize(
    "lines",
    [
        [f"X-{number}: {'a' * 100}" for number in range(20_000)],
        ["X: " + "a" * 1_000_000],
        ["Cookie: " + "a=b; " * 100_000],
    ],
    ids=["many", "long", "cookies"],
)
def test_a_flood_of_headers_is_cut_off(served, lines):
    authority = f"Host: {served.studio.authority}"
    assert raw(served.port, "GET / HTTP/1.1", authority, *lines) in ("", "HTTP/1.0 400 Bad Request")
    assert " 403 " in raw(served.port, "GET / HTTP/1.1", authority)


def test_a_long_address_is_cut_off(served):
    assert raw(served.port, f"GET /{'a' * 1_000_000} HTTP/1.1") in ("", "HTTP/1.0 400 Bad Request")


def test_who_is_refused_is_hung_up_on_and_the_log_isn_t_flooded(served, caplog):
    """Of a thousand requests in one connection one is looked at."""
    refused = f"GET / HTTP/1.1\r\nHost: {served.studio.authority}\r\n\r\n".encode()
    for asked in (refused, refused.replace(b"127.0.0.1", b"evil.test")):
        with socket.create_connection(("127.0.0.1", served.port), timeout=5) as connection:
            connection.sendall(asked * 1000)
            answer = b""
            try:
                while part := connection.recv(65536):
                    answer += part
            except ConnectionError:
                pass
        assert answer.count(b"HTTP/1.1 403") == 1
    for _ in range(20):
        raw(served.port, "GET / HTTP/1.1", "Host: evil.test")
    assert caplog.text.count("the studio refused a request") == 1


def test_after_many_links_that_don_t_work_further_ones_wait_and_a_good_one_isn_t_lost(served):
    async def attack():
        from aiohttp import ClientSession, CookieJar

        good = served.studio.link()
        guess = good.partition("token=")[0] + "token=guess"
        statuses = []
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
            for address in (*[guess] * 30, good):
                async with http.get(address) as answer:
                    statuses.append(answer.status)
            await asyncio.sleep(1.2)
            async with http.get(good) as answer:
                statuses.append(answer.status)
        return statuses

    statuses = run(attack())
    assert statuses[:20] == [403] * 20
    assert 429 in statuses[20:31]
    assert statuses[-1] == 200 or statuses[-2] == 200


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("command", "name", "text", "used", "ticket", "sum", "app", "title", "fixed", "values", "do", "action")
ROUTES = (
    ("POST", "ask"), ("PUT", "gestures"), ("DELETE", "gestures/x"), ("POST", "gestures/restore"),
    ("POST", "profiles/check"), ("PUT", "profiles/own.toml"), ("DELETE", "profiles/x.toml"), ("POST", "bindings"),
)  # fmt: skip


def test_whatever_the_fields_hold_the_answer_says_what_is_wrong_with_them(served, tmp_path, monkeypatch, caplog):
    for module in ("evaluation.own_library", "recognition.personal_file"):
        monkeypatch.setattr(f"gesturectl.{module}.data_dir", lambda: tmp_path)
    bodies = []

    @settings(derandomize=True, max_examples=60, database=None)
    @given(st.sampled_from(ROUTES), st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=5))
    def collect(route, body):
        bodies.append((*route, body))

    collect()

    async def attack():
        async with Browser(served) as browser:
            return [await browser.call(*asked) for asked in bodies]

    for (status, told), asked in zip(run(attack()), bodies, strict=True):
        assert status in (200, 400, 409, 422), asked
        assert status == 200 or told["error"]
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "[]", "null", "1", '{"command": 1}', '{"command": "rm"}', '{"command": "studio"}',
        '{"command": "pause", "x": 1}', "[" * 60_000, '{"command": "why", "last": NaN}',
        '{"command": "pause", "command": "quit"}', '{"command": "profile", "name": "\\ud800"}',
    ],
)  # fmt: skip
def test_nonsense_is_answered_with_what_is_wrong(served, body):
    async def ask():
        async with Browser(served) as browser:
            headers = {"Origin": browser.origin, "Content-Type": "application/json"}
            async with browser.http.post(f"{browser.base}api/ask", data=body, headers=headers) as answer:
                return answer.status, await answer.json()

    status, answer = run(ask())
    assert status == 400
    assert answer["error"]
    assert served.daemon.asked == []


def test_a_form_of_another_page_is_no_command(served):
    """A form can be sent across origins without asking first, but not as JSON."""

    async def ask():
        async with Browser(served) as browser:
            url, headers = f"{browser.base}api/ask", {"Origin": browser.origin}
            async with browser.http.post(url, data={"command": "quit"}, headers=headers) as answer:
                return answer.status

    assert run(ask()) == 400
    assert served.daemon.asked == []


def test_a_thousand_websockets_leave_the_page_working(served):
    async def attack():
        from aiohttp import ClientError

        async with Browser(served) as browser:
            open_ones, refused = [], 0

            async def one():
                nonlocal refused
                try:
                    open_ones.append(await browser.listen())
                except (ClientError, OSError):
                    refused += 1

            for _ in range(20):
                await asyncio.gather(*(one() for _ in range(50)))
            for socket_ in open_ones:
                await socket_.close()
            await asyncio.sleep(0.05)
            status, _ = await browser.call("GET", "state")
            async with browser.listen() as again:
                assert not again.closed
            return len(open_ones), refused, status

    opened, refused, status = run(attack())
    assert opened == PAGES
    assert refused == 1000 - PAGES
    assert status == 200


def test_hundreds_of_silent_connections_leave_descriptors_for_the_camera(served):
    held = []
    try:
        for _ in range(200):
            held.append(socket.create_connection(("127.0.0.1", served.port), timeout=5))
        time.sleep(0.3)
        alive = 0
        for connection in held:
            connection.setblocking(False)
            try:
                alive += connection.recv(1) != b""
            except BlockingIOError:
                alive += 1
            except OSError:
                pass
        assert 0 < alive <= CONNECTIONS
    finally:
        for connection in held:
            connection.close()
    assert wait_until(lambda: " 403 " in raw(served.port, "GET / HTTP/1.1", f"Host: {served.studio.authority}"))


def test_it_ends_by_itself_when_nobody_has_it_open(tmp_path):
    with Served(tmp_path, unused_s=0.2) as served:

        async def visit():
            async with Browser(served) as browser, browser.listen():
                await asyncio.sleep(0.6)
                return served.thread.is_alive()

        assert run(visit())  # an open page keeps it
        served.thread.join(3)
        assert not served.thread.is_alive()
        assert served.studio.link() is None
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", served.port), timeout=1)


def test_a_link_that_nobody_has_followed_yet_keeps_it(tmp_path):
    with Served(tmp_path, unused_s=0.1) as served:
        assert served.studio.link()
        time.sleep(0.5)
        assert served.thread.is_alive()


def test_closing_it_tells_the_pages(served):
    async def visit():
        async with Browser(served) as browser, browser.listen() as page:
            served.studio.close()
            message = await page.receive(timeout=5)
            return message.data

    assert run(visit()) == 1001


def wait_until(condition, timeout_s: float = 5.0) -> bool:
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        if condition():
            return True
        time.sleep(0.05)
    return False
