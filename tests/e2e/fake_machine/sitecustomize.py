"""Gives every Python process that finds this on its path the cameras of a fake machine, for as long as one is named.

`FAKE_MACHINE` is a folder with the file systems in which Linux keeps its cameras, and the pictures that they show. What
a camera's node says is how it behaves: "works", "denied", "taken", "silent", "hang open", "hang read". Nothing else of
the program is replaced: each process still loads, boxes itself in, and watches as ever.
"""

import os
import time
from pathlib import Path
from types import SimpleNamespace


def _fake(machine: Path, processes: Path) -> None:
    import cv2

    from gesturectl.capture import device, devices
    from gesturectl.types import Frame

    places = devices.Places(machine / "sys", machine / "dev", processes)

    def behaviour(node: Path) -> str:
        try:
            return node.read_text()
        except OSError:
            return "gone"

    def open_node(path: Path, flags: int) -> int:
        if behaviour(Path(path)) == "denied":
            raise PermissionError(13, "Permission denied")
        return os.open(path, os.O_RDONLY if Path(path).is_relative_to(machine) else flags)

    class Camera:
        """What `gesturectl.capture.opencv.Capture` is for a real one."""

        size, fps = (640, 480), 30.0

        def __init__(self, index: int, size: tuple[int, int], fps: float) -> None:
            self._node = places.nodes / f"video{index}"
            while behaviour(self._node) == "hang open":
                time.sleep(0.02)
            self.opened = behaviour(self._node) in ("works", "silent", "hang read")
            self._open = self._node.open() if self.opened else None
            pictures = [cv2.imread(str(path)) for path in sorted((machine / "pictures").iterdir())]
            self._pictures = [cv2.cvtColor(picture, cv2.COLOR_BGR2RGB) for picture in pictures]
            self._number = 0

        def grab(self) -> bool:
            time.sleep(1 / 30)
            while (now := behaviour(self._node)) == "hang read":
                time.sleep(0.02)
            if now == "silent":
                time.sleep(1.0)
            self._number += 1
            return now == "works"

        def frame(self, t_ms: int, glance: bool = False) -> Frame:
            there_and_back = [*self._pictures, *self._pictures[-2:0:-1]]
            picture = there_and_back[self._number % len(there_and_back)].copy()
            picture[:8, :8] = self._number % 251  # a sensor's noise: no two pictures are the same
            return Frame(t_ms, picture)

        def close(self) -> None:
            if self._open is not None:
                self._open.close()

    devices.os = SimpleNamespace(open=open_node, close=os.close, getpid=os.getpid)
    devices.list_cameras.__defaults__ = devices.why_unusable.__defaults__ = (places,)
    devices.who_uses.__defaults__ = (places, ())
    device.DeviceCamera.__init__.__defaults__ = (*device.DeviceCamera.__init__.__defaults__[:-1], Camera)


if "FAKE_MACHINE" in os.environ:
    _fake(Path(os.environ["FAKE_MACHINE"]), Path(os.environ["FAKE_PROCESSES"]))
