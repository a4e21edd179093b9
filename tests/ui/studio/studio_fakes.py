"""A studio whose daemon is a stand-in: it answers like the real one, and remembers what it was asked."""

import asyncio
import threading
from pathlib import Path

import numpy as np

from gesturectl import paths
from gesturectl.daemon.broadcast import Broadcast
from gesturectl.daemon.control import COMMANDS
from gesturectl.daemon.history import History
from gesturectl.daemon.performer import Report
from gesturectl.daemon.status import Status
from gesturectl.daemon.view import view_of
from gesturectl.errors import DaemonError, UsageError
from gesturectl.gestures.take import Take
from gesturectl.types import Frame, GestureEvent, Hands, Phase, Prediction
from gesturectl.ui.studio.backstage import Backstage
from gesturectl.ui.studio.server import Studio


class FakeDaemon:
    """What the page has of the daemon."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[tuple[str, dict]] = []
        self.busy = False
        self.viewer = None
        self.takes: dict[int, Take] = {}
        self.viewers: list[bool] = []
        self.broadcast, self.history = Broadcast(), History()
        self.own_profiles, self.library = folder / "profiles", folder / "library"

    def ask(self, command, arguments):
        if self.busy:
            raise DaemonError("daemon", "the engine is busy", "Try again in a moment.")
        self.asked.append((command, dict(arguments)))
        return Status(state="watching", app="firefox", profile="browser").as_json()

    def take(self, number):
        if number not in self.takes:
            raise UsageError("record", f"there is no take {number}")
        return self.takes[number]

    def show(self, viewer):
        self.viewer = viewer
        self.viewers.append(viewer is not None)

    def fire(self, gesture: str, t_ms: int = 1000, action: str | None = "press Left") -> None:
        report = Report(GestureEvent(gesture, "right", Phase.BEGIN, 0.9, t_ms), action, "" if action else "nothing")
        self.history.note(report, "firefox")
        self.broadcast.publish(report)

    def see(self, t_ms: int) -> None:
        """A frame in which a right hand is seen."""
        hands = Hands.none(t_ms, 4 / 3)
        points = hands.image_points.copy()
        points[1] = 0.5
        hands = Hands(t_ms, points, hands.world_points, np.array([False, True]), np.array([0, 1], np.float32), 4 / 3)
        scores = np.array([0.7, 0.3], np.float32)
        prediction = Prediction(t_ms, "right", ("wave", "nothing"), scores, 0.9)
        if self.viewer is not None:
            frame = Frame(t_ms, np.full((480, 640, 3), 90, np.uint8))
            self.viewer(view_of(frame, hands, {"right": prediction}, (), 90.0))

    def backstage(self) -> Backstage:
        checks = [{"name": "python", "state": "ok", "fact": "3.11", "remedy": ""}]
        return Backstage(
            ask=self.ask,
            commands=lambda: set(COMMANDS),
            broadcast=self.broadcast,
            take=self.take,
            history=self.history,
            show=self.show,
            profiles=(paths.bundled("profiles"), self.own_profiles),
            library=self.library,
            examine=lambda: iter(checks),
        )


class Served:
    """A studio that serves, in a thread of its own, until the context ends."""

    def __init__(self, folder: Path, unused_s: float = 60.0) -> None:
        self.daemon = FakeDaemon(folder)
        self.studio = Studio(self.daemon.backstage(), unused_s)
        self._ready = threading.Event()
        self.thread = threading.Thread(target=self.studio.serve, args=(self._ready.set,), daemon=True)

    def __enter__(self):
        self.thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_):
        self.studio.close()
        self.thread.join(5)
        assert not self.thread.is_alive()

    @property
    def port(self) -> int:
        return int(self.studio.authority.rpartition(":")[2])


class Browser:
    """A client with the headers and the cookie of the page itself. For `async with`."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.origin = f"http://{served.studio.authority}"

    async def __aenter__(self):
        from aiohttp import ClientSession, CookieJar

        self.http = ClientSession(cookie_jar=CookieJar(unsafe=True))
        link = await asyncio.to_thread(self.served.studio.link)
        self.base = link.partition("open?")[0]
        async with self.http.get(link) as answer:
            assert answer.status == 200
        return self

    async def __aexit__(self, *_):
        await self.http.close()

    async def call(self, method: str, path: str, body=None, **headers):
        """The status and the JSON of an answer."""
        headers = {"Origin": self.origin, **headers}
        async with self.http.request(method, f"{self.base}api/{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None) if answer.status != 403 else None

    def listen(self):
        return self.http.ws_connect(f"{self.base}live", headers={"Origin": self.origin})
