"""The page's ear: one websocket a page, with news as they come, and the camera's picture while somebody looks at it."""

import asyncio
import json
import logging
from collections import deque
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from gesturectl.daemon.broadcast import Listener, News, Progress, SettingsChanged, StatusChanged
from gesturectl.daemon.performer import Report
from gesturectl.daemon.view import View
from gesturectl.ui.studio.backstage import Backstage

if TYPE_CHECKING:
    from aiohttp import web

_log = logging.getLogger(__name__)

PAGES = 8
"""Pages at a time."""
_KEPT = 200
"""News that wait for a slow page; older ones are lost to it."""
_WORDS_BYTES = 4096
"""The longest thing a page has to say here."""


class Live:
    """All pages that are open. For the loop's thread, but for what the broadcast and vision call."""

    def __init__(self, backstage: Backstage) -> None:
        self._backstage = backstage
        self._sockets: set[_Page] = set()
        self._listener: Listener | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._showing = False
        self.apps: deque[str] = deque(maxlen=12)
        """Apps that had the focus lately, newest last."""

    @property
    def pages(self) -> int:
        """How many are open."""
        return len(self._sockets)

    def start(self) -> None:
        """Listen to the news."""
        loop = self._loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(self._hear)

        self._listener = self._backstage.broadcast.listen(StatusChanged, SettingsChanged, Report, Progress, wake=wake)

    async def close(self) -> None:
        """Hang up on all pages."""
        if self._listener is not None:
            self._listener.close()
        self._show(False)
        for page in list(self._sockets):
            await page.socket.close(code=1001, message=b"the studio is closed")

    async def handle(self, request: "web.Request") -> "web.StreamResponse":
        """One page's websocket, until it is closed."""
        from aiohttp import web

        if len(self._sockets) >= PAGES:
            return web.Response(status=503, text=f"At most {PAGES} pages can be open at a time.\n")
        socket = web.WebSocketResponse(heartbeat=20, max_msg_size=_WORDS_BYTES, compress=False)
        page = _Page(socket)
        self._sockets.add(page)
        sender: asyncio.Task[None] | None = None
        try:
            await socket.prepare(request)
            sender = asyncio.create_task(page.send())
            async for message in socket:
                self._obey(page, message.data)
        finally:
            self._sockets.discard(page)
            if sender is not None:
                sender.cancel()
            self._show(any(other.watches for other in self._sockets))
        return socket

    def tell(self, kind: str, content: dict[str, Any]) -> None:
        """Say something to every page."""
        for page in self._sockets:
            page.tell({"type": kind, **content})

    def _obey(self, page: "_Page", words: object) -> None:
        try:
            wish = json.loads(words) if isinstance(words, str) else None
        except (ValueError, RecursionError):
            wish = None
        if isinstance(wish, dict) and isinstance(wish.get("watch"), bool):
            page.watches = wish["watch"]
            self._show(any(other.watches for other in self._sockets))

    def _hear(self) -> None:
        """The broadcast has news. Those about status are told as they are, a gesture with where it happened."""
        for news in self._listener.drain() if self._listener else ():
            if isinstance(news, StatusChanged) and news.status.app:
                self._note_app(news.status.app)
            content = _as_json(news)
            if isinstance(news, Report):
                entry = self._backstage.history.find(news.event)
                content["entry"] = entry.as_json() if entry is not None else None
            for page in self._sockets:
                page.tell(content)

    def _note_app(self, app: str) -> None:
        if app in self.apps:
            self.apps.remove(app)
        self.apps.append(app)

    def _show(self, wanted: bool) -> None:
        """Have vision hand its frames over, or not. Nothing is encoded while nobody looks."""
        if wanted != self._showing:
            self._showing = wanted
            self._backstage.show(self._see if wanted else None)

    def _see(self, view: View) -> None:
        """A frame was looked at. In a thread of vision's, which mustn't wait."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._draw, view)

    def _draw(self, view: View) -> None:
        words = json.dumps({"type": "look", **view.as_json()})
        for page in self._sockets:
            if page.watches:
                page.show(words, view.jpeg)


class _Page:
    """One page's websocket, and what is to be sent to it."""

    def __init__(self, socket: "web.WebSocketResponse") -> None:
        self.socket = socket
        self.watches = False
        """Whether it shows the camera's picture."""
        self._news: deque[str] = deque(maxlen=_KEPT)
        self._look: tuple[str, bytes] | None = None
        self._something = asyncio.Event()

    def tell(self, content: dict[str, Any]) -> None:
        self._news.append(json.dumps(content))
        self._something.set()

    def show(self, words: str, picture: bytes) -> None:
        """The newest picture takes the place of one that wasn't sent yet."""
        self._look = words, picture
        self._something.set()

    async def send(self) -> None:
        """Send what there is, as fast as the page takes it, until it is gone."""
        try:
            while not self.socket.closed:
                await self._something.wait()
                self._something.clear()
                while self._news:
                    await self.socket.send_str(self._news.popleft())
                look, self._look = self._look, None
                if look is not None:
                    await self.socket.send_str(look[0])
                    await self.socket.send_bytes(look[1])
        except ConnectionError:
            _log.debug("a page is gone")


def _as_json(news: News) -> dict[str, Any]:
    match news:
        case StatusChanged(status):
            return {"type": "status", "status": status.as_json()}
        case SettingsChanged(settings):
            return {"type": "settings", "settings": asdict(settings)}
        case Progress():
            return {"type": "progress", **asdict(news), "details": dict(news.details)}
        case _:
            return news.as_json()
