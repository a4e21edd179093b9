"""The page's server: a port of its own on the loopback, for as long as somebody looks."""

import asyncio
import logging
import socket
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

from gesturectl.daemon.allowance import Allowance
from gesturectl.errors import DaemonError
from gesturectl.ui.studio.access import COOKIE, Access, objection, security_headers
from gesturectl.ui.studio.api import PROFILE_BYTES, Api
from gesturectl.ui.studio.backstage import Backstage
from gesturectl.ui.studio.live import Live

if TYPE_CHECKING:
    from aiohttp import web
    from aiohttp.typedefs import Middleware

_log = logging.getLogger(__name__)

UNUSED_S = 60.0
"""A page that nobody has open ends after so long; its port is closed then."""
CONNECTIONS = 64
"""At a time. A browser uses six; more would take descriptors that the camera needs."""
SILENT_S = 10.0
"""A connection that asks for nothing for so long is closed."""

_WRONG_LINKS, _WRONG_LINKS_A_SECOND = 20, 1
"""Links that don't work, before further ones aren't looked at for a while. A browser's old tabs are few."""
_SAY_AGAIN_S = 60.0
"""Between two lines in the log about refused requests."""

_PAGE = Path(__file__).parent / "page"
_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_GONE = (
    "This link to the studio has been used, or is too old.\nOpen the studio again: Studio… in the tray's menu, or\n\n"
    "    gesturectl studio\n"
)
_Handler = Callable[["web.Request"], Awaitable["web.StreamResponse"]]


class Studio:
    """Serves the page until closed or unused. `serve` runs in the thread that calls it; the rest is for any thread."""

    def __init__(self, backstage: Backstage, unused_s: float = UNUSED_S) -> None:
        self._backstage, self._unused_s = backstage, unused_s
        self._access = Access()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None
        self._ended = False
        self._used_s = 0.0
        self._tries = Allowance(_WRONG_LINKS, _WRONG_LINKS_A_SECOND)
        self._refusals = _Refusals()
        self._spoke: WeakSet[asyncio.BaseTransport] = WeakSet()
        self.authority = ""
        """ "127.0.0.1:PORT", once it serves."""

    def serve(self, ready: Callable[[], None]) -> None:
        """Serve until closed or unused; calls `ready` once links work. Raises DaemonError if there can be no server."""
        try:
            import aiohttp  # noqa: F401  not loaded before somebody opens the page
        except ImportError as error:
            remedy = "Install gesturectl again: python -m pip install --force-reinstall gesturectl"
            raise DaemonError("studio", f"its web server can't be loaded ({error})", remedy) from error
        try:
            listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        except OSError as error:
            raise DaemonError("studio", f"no port can be opened ({error.strerror})", "Look at the firewall.") from error
        with listener:
            asyncio.run(self._serve(listener, ready))

    def link(self) -> str | None:
        """An address that opens the page once, within two minutes; None if the server is about to end."""
        with self._lock:
            if self._ended or not self.authority:
                return None
            return f"http://{self.authority}{self._access.base}open?token={self._access.new_token()}"

    def close(self) -> None:
        """End. Pages that are open are told."""
        with self._lock:
            self._ended = True
            loop, ending = self._loop, self._ending
        if loop is not None and ending is not None and not loop.is_closed():
            loop.call_soon_threadsafe(ending.set)

    async def _serve(self, listener: socket.socket, ready: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        ending = asyncio.Event()
        live = Live(self._backstage)
        self.authority = f"127.0.0.1:{listener.getsockname()[1]}"
        runner = _runner(self._application(live))
        await runner.setup()
        server = await loop.create_server(_Door(runner, self._spoke), sock=listener)
        with self._lock:
            self._loop, self._ending = loop, ending
        self._used_s = loop.time()
        live.start()
        ready()
        _log.info("the studio is open")
        try:
            while not ending.is_set():
                try:
                    await asyncio.wait_for(ending.wait(), min(1.0, self._unused_s))
                except TimeoutError:
                    self._end_if_unused(live, ending)
        finally:
            with self._lock:
                self._ended = True
            server.close()
            await live.close()
            await runner.cleanup()
            _log.info("the studio is closed")

    def _end_if_unused(self, live: Live, ending: asyncio.Event) -> None:
        now_s = asyncio.get_running_loop().time()
        if live.pages:
            self._used_s = now_s
        with self._lock:
            if now_s - self._used_s >= self._unused_s and not self._access.expecting:
                self._ended = True
                ending.set()

    def _application(self, live: Live) -> "web.Application":
        from aiohttp import web

        application = web.Application(middlewares=[self._guard()], client_max_size=PROFILE_BYTES)
        base, headers = self._access.base, security_headers(self.authority)

        async def prepare(request: web.Request, response: web.StreamResponse) -> None:
            response.headers.update(headers)
            response.headers.pop("Server", None)

        application.on_response_prepare.append(prepare)
        application.router.add_get(f"{base}open", self._open)
        application.router.add_get(f"{base}live", live.handle)
        for path in sorted(_PAGE.iterdir()):
            if path.suffix in _KINDS:
                name = "" if path.name == "index.html" else path.name
                application.router.add_get(f"{base}{name}", _file(path))
        Api(self._backstage, live).add_to(application.router, f"{base}api/")
        return application

    def _guard(self) -> "Middleware":
        from aiohttp import web

        @web.middleware
        async def guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
            """Let only the page itself through, in a session."""
            if request.transport is not None:
                self._spoke.add(request.transport)
            why = objection(request.method, request.headers, self.authority)
            if why:
                self._refusals.note(why)
                return _refused(f"Refused: {why}.\n")
            opening = request.path == f"{self._access.base}open"
            if not opening and not self._access.knows(request.cookies.get(COOKIE, "")):
                return _refused(_GONE)
            self._used_s = asyncio.get_running_loop().time()
            return await handler(request)

        return guard

    async def _open(self, request: "web.Request") -> "web.Response":
        """Exchange a link for a session. The next page is fetched by the one that this answers with, and not by a
        redirection: a browser that came from elsewhere would keep a strict cookie back.
        """
        from aiohttp import web

        now_s = asyncio.get_running_loop().time()
        if self._tries.left(now_s) < 1:
            return _refused("Too many links that don't work. Try again in a moment.\n", 429)
        session = self._access.redeem(request.query.get("token", ""))
        if session is None:
            self._tries.take(now_s)
            self._refusals.note("its link doesn't work")
            return _refused(_GONE)
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>gesturectl studio</title>'
            '<link rel="icon" href="icon.svg"><script src="open.js"></script>'
        )
        response = web.Response(text=page, content_type="text/html")
        response.set_cookie(COOKIE, session, path=self._access.base, httponly=True, samesite="Strict")
        return response


def _refused(text: str, status: int = 403) -> "web.Response":
    """No, and no further request on this connection: whoever has a thousand of them needs a thousand connections."""
    from aiohttp import web

    response = web.Response(status=status, text=text)
    response.force_close()
    return response


class _Refusals:
    """Tells the log of refused requests: the first at once, of more only how many."""

    def __init__(self) -> None:
        self._count = 0
        self._said_s = -_SAY_AGAIN_S

    def note(self, why: str) -> None:
        """One was refused. In the loop's thread."""
        now_s = asyncio.get_running_loop().time()
        self._count += 1
        if now_s - self._said_s >= _SAY_AGAIN_S:
            more = f" ({self._count - 1} more since the last line like this)" if self._count > 1 else ""
            _log.warning("the studio refused a request: %s%s", why, more)
            self._said_s, self._count = now_s, 0


def _runner(application: "web.Application") -> "web.AppRunner":
    from aiohttp import web

    return web.AppRunner(application, handle_signals=False, access_log=None, keepalive_timeout=SILENT_S)


class _Door:
    """Makes a protocol for each connection; beyond `CONNECTIONS`, one that hangs up."""

    def __init__(self, runner: "web.AppRunner", spoke: "WeakSet[asyncio.BaseTransport]") -> None:
        """`runner` is set up; `spoke` holds the connections that have asked for something."""
        assert runner.server is not None  # noqa: S101  after `setup`
        self._server, self._spoke = runner.server, spoke
        self._loop = asyncio.get_running_loop()
        self._coming = 0

    def __call__(self) -> asyncio.BaseProtocol:
        """For one connection."""
        if len(self._server.connections) + self._coming >= CONNECTIONS:
            return _HangUp()
        protocol = self._server()
        # It counts itself in one round of the loop from now; of a crowd, all come in this one.
        self._coming += 1
        self._loop.call_soon(self._loop.call_soon, self._came)
        self._loop.call_later(SILENT_S, self._hang_up_if_silent, protocol)
        return protocol

    def _came(self) -> None:
        self._coming -= 1

    def _hang_up_if_silent(self, protocol: "web.RequestHandler") -> None:
        transport = protocol.transport
        if transport is not None and transport not in self._spoke:
            transport.abort()


class _HangUp(asyncio.Protocol):
    """Ends a connection as soon as it is made."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hang up."""
        if isinstance(transport, asyncio.Transport):
            transport.abort()


def _file(path: Path) -> _Handler:
    async def handler(request: "web.Request") -> "web.StreamResponse":
        from aiohttp import web

        content = await asyncio.to_thread(path.read_bytes)
        return web.Response(body=content, content_type=_KINDS[path.suffix], charset="utf-8")

    return handler
