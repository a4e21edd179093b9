"""Nothing leaves the machine, and no picture reaches a disk: held by a trace of all system calls that could.

The daemon from its start to its end, both trackers, a training and Ray run as a person's session would have them: with
nothing of the tests' own environment, since ONNX Runtime sends nothing where it believes itself tested.
"""

import asyncio
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import onnxruntime
import pytest
from clip_camera import ClipCamera, write_part, write_segment
from marked_picture import mark, picture_in, pictures_below
from tracing import Call, Trace, traced, why_not

from gesturectl import paths
from gesturectl.daemon.client import ask
from gesturectl.recognition.shipped import FILE

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_not()), reason=why_not())]

_SESSION = ("PATH", "LANG", "PYTHONPATH", "LD_LIBRARY_PATH", "HOME", "OMP_NUM_THREADS")
"""What is kept of the environment, besides the user's own folders."""


_ON_ITS_WAY_S = 2.0
"""What a busy machine may need until all processes have heard that the page is closed."""


@pytest.fixture(scope="module")
def make_person(make_user, tmp_path_factory) -> Callable[[str], Any]:
    """Makes users whose environment has nothing that tells of tests, with a folder of their own for temporary files."""

    def make(name):
        person = make_user(tmp_path_factory.mktemp(name))
        kept = {key: value for key, value in person.env.items() if key in _SESSION or key.startswith("XDG_")}
        (person.home / "tmp").mkdir()
        person.env = {**kept, "TMPDIR": str(person.home / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"}
        return person

    return make


def run_traced(person, *words, codes=(0,)) -> Trace:
    """What one verb is seen to do."""
    folder = person.home / "trace"
    ran = person.run(*words, before=traced(folder), timeout_s=100)
    assert ran.code in codes, ran.err
    return Trace.read(folder)


class MarkedCamera(ClipCamera):
    """A network camera whose pictures can be told in any file."""

    def stamp(self, picture):
        mark(picture)


@dataclass(frozen=True)
class Session:
    """A daemon's life, as it was seen."""

    home: Path
    trace: Trace
    opened_s: float
    """When the page was opened, by the wall clock."""
    closed_s: float
    """When it was closed."""
    shown: list[int]
    """Bytes of the pictures that the page received."""
    limits: str
    """Of the process that sees the pictures."""
    strangers: list[str]
    """Files that `gesturectl forget` didn't know, while it still ran."""
    pictures: dict[str, str]
    """Files in which a picture was, while it still ran."""
    log: str
    """What it had logged by then."""
    left: list[str]
    """Files after it had forgotten everything and ended."""

    @cached_property
    def pictures_given(self) -> list[Call]:
        """Where something of a picture went into a socket, a pipe or a file."""
        return _pictures_in(self.trace)


@pytest.fixture(scope="module")
def desktop(request) -> dict[str, str]:
    """What a desktop sets in the environment: its display and its message bus, as far as they are installed here."""
    names: dict[str, str] = {}
    if shutil.which("Xvfb") and shutil.which("openbox"):
        names["DISPLAY"] = request.getfixturevalue("x_server")
    if shutil.which("dbus-daemon"):
        bus = request.getfixturevalue("bus_daemon")
        names |= {"DBUS_SESSION_BUS_ADDRESS": bus, "DBUS_SYSTEM_BUS_ADDRESS": bus}
    return names


@pytest.fixture(scope="module")
def session(make_person, desktop) -> Iterator[Session]:
    """Gestures, "not this", the page, a recording, a changed setting, a reload, a pause, forgetting, the end."""
    person = make_person("session")
    person.env |= desktop
    person.run("settings", "sound", "on")
    person.run("settings", "overlay", "on")
    trace = person.home / "trace"
    with MarkedCamera() as camera, (person.home / "events").open("w+") as events:
        daemon = person.start("run", "--source", camera.url, "--json", before=traced(trace), stdout=events)

        def tell(command, **arguments):
            return ask(command, arguments, folder=person.runtime, timeout_s=15)

        person.until(lambda status: status["state"] == "watching", 40)
        camera.make("swipe_left")
        _wait(lambda: "swipe_left" in (person.home / "events").read_text())
        _wait(lambda: tell("why")["candidates"])
        tell("not-this")
        opened_s = time.time()
        shown = asyncio.run(_look_at_the_page(tell("studio")["link"]))
        closed_s = time.time()
        limits = Path(f"/proc/{tell('status')['vision']['pid']}/limits").read_text()
        _record(camera, tell)
        tell("settings", values={"arming": True})
        tell("reload")
        tell("pause")
        tell("resume")
        _wait(lambda: (person.home / "data" / "gesturectl" / "refused.npz").exists())
        kept = [person.home / name for name in ("config", "data", "state", "runtime", "tmp")]
        pictures = pictures_below(*kept, person.home / "events")
        log = (person.home / "state" / "gesturectl" / "gesturectl.log").read_text()
        person.until(lambda status: "flick" in status["gestures"])  # whoever sees takes it up in a moment
        asked = person.run("forget", "all", "--yes", "--json")
        person.until(lambda status: "flick" not in status["gestures"])  # it has forgotten what it had learnt, too
        _record(camera, tell)
        person.until(lambda status: "flick" in status["gestures"])  # and learns anew
        person.run("forget", "all", "--yes")
        tell("quit")
        daemon.wait(20)
        yield Session(
            person.home, Trace.read(trace), opened_s, closed_s, shown, limits, _strangers(asked.out), pictures, log,
            [str(path) for folder in kept for path in folder.rglob("*") if path.is_file()],
        )  # fmt: skip
    person.end()


def test_the_daemon_speaks_to_nobody_beyond_this_machine(session):
    assert session.trace.leaks() == []


def test_the_daemon_asks_for_no_name(session):
    assert session.trace.names_sought() == []


def test_it_writes_nothing_but_what_forget_knows(session):
    """And for a moment, in the folder for temporary files, profiles that it checks; Python tries that folder once."""
    home = str(session.home)
    ours = re.compile(
        re.escape(home)
        + r"/((config|data|state|runtime)/gesturectl(/.*)?|tmp/gesturectl-\w+(/.*)?|tmp/\w{8})"
        + r"|/dev/null"
    )
    assert [path for path in sorted(session.trace.written()) if not ours.fullmatch(path)] == []
    assert session.strangers == []


def test_no_file_holds_anything_of_a_picture(session):
    assert session.pictures == {}
    assert [call for call in session.pictures_given if re.match(r"\d+</", call.words)] == []


def test_a_crash_writes_no_memory_with_pictures_in_it(session):
    assert re.search(r"Max core file size +0 +0", session.limits)


def test_a_picture_is_sent_only_while_somebody_looks_at_the_page(session):
    first_s, last_s = session.opened_s, session.closed_s + _ON_ITS_WAY_S
    assert [call for call in session.pictures_given if not first_s < call.at_s < last_s] == []


def test_the_page_does_show_pictures_so_they_would_have_been_seen(session):
    assert session.shown
    assert session.pictures_given


def test_when_it_has_forgotten_and_ended_only_the_log_of_its_end_is_left(session):
    (log,) = session.left
    assert log.endswith("gesturectl.log")
    assert "swipe_left begin" in session.log
    assert "swipe_left begin" not in Path(log).read_text()
    assert "stopped" in Path(log).read_text()


@pytest.mark.parametrize("tracker", ["onnx", "mediapipe"])
def test_a_tracker_speaks_to_nobody_and_keeps_nothing(tracker, make_person):
    if tracker == "mediapipe":
        pytest.importorskip("mediapipe")
    person = make_person(tracker)
    clip = write_part(person.home / "clip.mp4", 0, 5000)
    words = ("run", "--source", str(clip), "--tracker", tracker, "--dry-run", "--json", "--fast", "--no-tray")
    trace = run_traced(person, *words)
    assert trace.leaks() == []
    assert trace.names_sought() == []
    assert _pictures_in(trace) == []
    assert _files(person.home) == [str(clip)]


def test_the_doctor_speaks_to_nobody(make_person):
    person = make_person("doctor")
    trace = run_traced(person, "doctor", "--report", codes=(0, 1))  # 1: it found something amiss
    assert trace.leaks() == []
    assert _files(person.home) == []


@pytest.mark.train
def test_a_training_speaks_to_nobody_and_writes_only_where_it_was_told(make_person):
    pytest.importorskip("torch")
    sys.path.insert(0, str(Path(__file__).parent.parent / "training"))
    from toy_library import write_toy_library

    person = make_person("training")
    library, model = write_toy_library(person.home / "library", takes=3), person.home / "model"
    before = _files(person.home)
    small = ["--epochs", "1", "--steps", "16", "--batch", "8", "--threads", "1"]
    if importlib.util.find_spec("tensorboard"):
        small += ["--tensorboard"]
    trace = run_traced(person, "train", str(library), "--out", str(model), *small)
    assert trace.leaks() == []
    assert trace.names_sought() == []
    assert [path for path in _files(person.home) if path not in before and not path.startswith(str(model))] == []


def test_ray_on_this_machine_speaks_to_nobody_beyond_it(make_person):
    """It looks "localhost" up, which the C library knows without asking anybody."""
    pytest.importorskip("ray")
    person = make_person("ray")
    clips = person.home / "clips" / "swipe_left"
    clips.mkdir(parents=True)
    write_segment(clips / "1.mp4", "swipe_left")
    trace = run_traced(person, "import", str(clips.parent), "--out", str(person.home / "library"), "--ray", "local")
    assert trace.leaks() == []


def test_without_our_switch_the_same_session_is_seen_to_gather_telemetry(make_person):
    """The silence above is our doing: this environment doesn't make ONNX Runtime hold still by itself."""
    version = tuple(int(part) for part in onnxruntime.__version__.split(".")[:2])
    if version < (1, 29):
        pytest.skip("this ONNX Runtime has no telemetry")
    person = make_person("telemetry")
    model = str(paths.bundled("models") / FILE)
    code = f"import onnxruntime; onnxruntime.InferenceSession({model!r}, providers=['CPUExecutionProvider'])"
    offline = ["unshare", "--net", "--map-root-user"]
    if shutil.which("unshare") is None or subprocess.run([*offline, "true"], check=False).returncode:
        pytest.skip("it would send what it gathers, and this system can't keep it offline")
    environment = {key: value for key, value in person.env.items() if key not in ("XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    folder = person.home / "trace"
    command = [*offline, *traced(folder), sys.executable, "-c", code]
    subprocess.run(command, env=environment, timeout=60, check=True, cwd=person.home)
    assert [path for path in Trace.read(folder).written() if path.endswith("deviceid")]


def _wait(done: Callable[[], object], timeout_s: float = 30) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not done():
        assert time.monotonic() < deadline_s, "it never came true"
        time.sleep(0.1)


def _record(camera: ClipCamera, tell: Callable[..., dict[str, Any]]) -> None:
    """Two takes of a gesture of one's own, used and bound."""

    def at(*steps):
        return lambda: tell("record_status")["recording"]["step"] in steps

    tell("record", name="flick", takes=2)
    for _ in range(4):
        _wait(at("ready", "review"))
        if at("review")():
            break
        camera.make("swipe_left")
        _wait(at("performing", "resting", "checking", "review"))
    _wait(at("review"))
    tell("record_use")
    _wait(at("trying"))
    tell("record_bind", action='keys = "Ctrl+T"')


async def _look_at_the_page(link: str) -> list[int]:
    """Open the page and look at the camera's picture for a moment; how large the pictures were."""
    import aiohttp

    base = link.rpartition("open?")[0]
    origin = "/".join(base.split("/")[:3])
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar, raise_for_status=True) as browser:
        await (await browser.get(link)).read()
        await (await browser.get(base)).read()
        async with browser.ws_connect(f"{base}live", headers={"Origin": origin}) as line:
            await line.send_json({"watch": True})
            sizes: list[int] = []
            while len(sizes) < 3:
                message = await line.receive(10)
                if message.type is aiohttp.WSMsgType.BINARY:
                    sizes.append(len(message.data))
            return sizes


def _pictures_in(trace: Trace) -> list[Call]:
    """Where something of a picture went into a socket, a pipe or a file."""
    return [call for call, content in trace.given() if picture_in(content)]


def _strangers(told: str) -> list[str]:
    return list(json.loads(told)["strangers"])


def _files(home: Path) -> list[str]:
    """All files of a person, but the record of what was done."""
    return sorted(str(path) for path in home.rglob("*") if path.is_file() and path.parent.name != "trace")
