"""What the studio costs the daemon: `python scripts/measure_studio.py` (Linux; needs no browser).

One daemon before a rendered camera whose hand rests in the picture: its own memory (USS) and processor time before the
page is opened, with a page that looks at Live, with one that looks at something else, and after all are closed and the
server has ended.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "e2e"), str(ROOT / "tests" / "ui" / "studio")]

from browsing import Home  # noqa: E402
from clip_camera import ClipCamera  # noqa: E402

SETTLE_S, WATCH_S, TIMES = 8.0, 5.0, 4
END_S = 66.0
"""Until the server has ended by itself."""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, ClipCamera() as camera:
        home = Home(Path(folder))
        with home.daemon(camera):
            pid = home.ask("status")["pid"]
            time.sleep(SETTLE_S)
            tell("before", pid)
            asyncio.run(looking(home, pid, watch=True))
            asyncio.run(looking(home, pid, watch=False))
            time.sleep(END_S)
            tell("closed again", pid)


async def looking(home: Home, pid: int, watch: bool) -> None:
    """A page as the browser's own: it takes what it is sent."""
    from aiohttp import ClientSession, CookieJar

    link = home.ask("studio")["link"]
    base, origin = link.partition("open?")[0], "/".join(link.split("/")[:3])
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        async with http.get(link):
            pass
        async with http.ws_connect(f"{base}live", headers={"Origin": origin}, max_msg_size=0) as page:
            await page.send_str(json.dumps({"watch": watch}))
            reading = asyncio.create_task(read(page))
            await asyncio.sleep(SETTLE_S)
            await asyncio.to_thread(tell, "Live is looked at" if watch else "another page is open", pid)
            reading.cancel()


async def read(page) -> None:
    """Take whatever comes."""
    async for _ in page:
        pass


def tell(name: str, pid: int) -> None:
    """One line: memory and processor time, the median of a few stretches."""
    costs = []
    for _ in range(TIMES):
        before_s, began_s = cpu_s(pid), time.monotonic()
        time.sleep(WATCH_S)
        costs.append((cpu_s(pid) - before_s) * 1000 / (time.monotonic() - began_s))
    low, high = min(costs), max(costs)
    print(
        f"{name:<22} {own_mb(pid):6.1f} MB {statistics.median(costs):6.0f} ms of CPU a second ({low:.0f} to {high:.0f})"
    )


def own_mb(pid: int) -> float:
    """Megabytes that belong to the process alone."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def cpu_s(pid: int) -> float:
    """Seconds of processor time so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
