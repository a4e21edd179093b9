"""One contract over all engines: processes of this machine, and a Ray of its own."""

import importlib.util
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from gesturectl.cli import main
from gesturectl.errors import UsageError
from gesturectl.verbs.engines.base import Engine, Work, in_turn
from gesturectl.verbs.engines.local import in_processes
from gesturectl.verbs.engines.on_ray import LOCAL, on_ray
from gesturectl.verbs.importing.tasks import TRACKING, Problem, Task


def do(task: tuple[str, Path]) -> str:
    """What the tests' tasks do: their names say it."""
    name, folder = task
    if name == "deadly":
        os._exit(3)
    if name == "endless":
        (folder / "pid").write_text(str(os.getpid()))
        time.sleep(600)
    if name == "patient":  # until the endless one is under way
        while not (folder / "pid").exists():
            time.sleep(0.05)
    return f"{name} done"


def lost(task: tuple[str, Path], reason: str) -> str:
    return f"{task[0]} lost: {reason}"


def forget(task: tuple[str, Path]) -> None:
    with (task[1] / "forgotten").open("a") as file:
        file.write(f"{task[0]}\n")


WORK = Work(do, lost, forget)


@contextmanager
def ray_of_our_own(jobs: int) -> Iterator[Engine]:
    """Its workers find this file. Ray isn't imported first, because it reads its settings when it is."""
    if importlib.util.find_spec("ray") is None:
        pytest.skip("needs ray")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        with on_ray(LOCAL, jobs) as engine:
            yield engine


@pytest.mark.train
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's table of sockets")
def test_a_ray_of_our_own_listens_to_this_machine_alone_and_changes_nothing_here(tmp_path: Path) -> None:
    # The first test of this file: there is one Ray at a time.
    listening, environment = _listening(), dict(os.environ)
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with ray_of_our_own(1) as engine:
        assert list(engine(WORK, [("a", tmp_path)])) == [(("a", tmp_path), "a done")]
        new = _listening() - listening
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers
    assert new
    assert [address for address in new if not address.startswith(_LOOPBACKS)] == []
    assert {name for name in os.environ if name.startswith("RAY_AUTH") or name.lower().endswith("_proxy")} <= (
        environment.keys()
    )


@pytest.fixture(scope="module")
def ray() -> Iterator[Engine]:
    with ray_of_our_own(2) as engine:
        yield engine


@pytest.fixture(params=["processes", pytest.param("ray", marks=pytest.mark.train)])
def engine(request: pytest.FixtureRequest) -> Engine:
    chosen: Engine = in_processes(2) if request.param == "processes" else request.getfixturevalue("ray")
    return chosen


def test_all_outcomes_arrive_each_with_its_task(engine: Engine, tmp_path: Path) -> None:
    tasks = [(f"task {number}", tmp_path) for number in range(20)]
    outcomes = list(engine(WORK, tasks))
    assert sorted(task for task, _ in outcomes) == sorted(tasks)
    assert all(outcome == f"{task[0]} done" for task, outcome in outcomes)
    assert not (tmp_path / "forgotten").exists()


def test_no_tasks_are_no_outcomes(engine: Engine) -> None:
    assert list(engine(WORK, [])) == []


def test_a_task_that_crashes_its_process_is_lost_and_the_others_are_done(engine: Engine, tmp_path: Path) -> None:
    names = ["a", "b", "deadly", "c", "d", "e", "f"]
    outcomes = {task[0]: outcome for task, outcome in engine(WORK, [(name, tmp_path) for name in names])}
    assert outcomes.keys() == set(names)
    assert outcomes.pop("deadly").startswith("deadly lost: its process crashes")
    assert all(outcome == f"{name} done" for name, outcome in outcomes.items())


def test_tasks_are_taken_no_sooner_than_they_can_be_begun(engine: Engine, tmp_path: Path) -> None:
    taken = []

    def tasks() -> Iterator[tuple[str, Path]]:
        for number in range(1000):
            taken.append(number)
            yield f"task {number}", tmp_path

    with closing(engine(WORK, tasks())) as outcomes:
        next(outcomes)
    assert len(taken) <= 8


def test_stopping_waits_for_no_task_and_leaves_neither_processes_nor_traces(engine: Engine, tmp_path: Path) -> None:
    with closing(engine(WORK, [("endless", tmp_path), ("patient", tmp_path)])) as outcomes:
        assert next(outcomes)[0][0] == "patient"
        started_s = time.monotonic()
    assert time.monotonic() - started_s < 20
    assert _has_ended(int((tmp_path / "pid").read_text()))
    assert "endless" in (tmp_path / "forgotten").read_text().split()


def test_one_job_needs_no_other_process(tmp_path: Path) -> None:
    assert list(in_turn(WORK, [("a", tmp_path)])) == [(("a", tmp_path), "a done")]


def test_a_lost_clip_is_named_with_the_reason_and_its_half_kept_frames_are_removed(tmp_path: Path) -> None:
    partial = tmp_path / ".a.frames.123.partial"
    partial.mkdir()
    task = Task("wave", tmp_path / "a.npz", Path("a.mp4"), None, {}, "onnx", tmp_path / "a.frames")
    assert TRACKING.lost(task, "why") == Problem("a.mp4", "it can't be decoded or tracked: why")
    TRACKING.forget(task)
    assert not partial.exists()


def test_without_ray_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r"isn't installed.*pip install 'gesturectl\[ray\]'"), on_ray(LOCAL):
        pass


@pytest.mark.train
@pytest.mark.parametrize(
    ("address", "fact"),
    [("head", "isn't an address"), ("head:99999", "isn't an address"), ("{free}", "nobody answers")],
)
def test_an_address_where_no_ray_is_is_one_clear_error(
    address: str, fact: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if importlib.util.find_spec("ray") is None:
        pytest.skip("needs ray")
    (tmp_path / "videos" / "wave").mkdir(parents=True)
    (tmp_path / "videos" / "wave" / "a.mp4").write_bytes(b"")
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = f"127.0.0.1:{server.getsockname()[1]}"
    words = ["--out", str(tmp_path / "lib"), "--format", "pictures", "--ray", address.format(free=free)]
    assert main(["import", str(tmp_path / "videos"), *words]) == 2
    assert fact in capsys.readouterr().err


_LOOPBACKS = ("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F")


def _listening() -> set[str]:
    """The local addresses, in hexadecimal, to which programs of this machine listen, with their ports."""
    rows = [
        line.split()
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(table).exists()
        for line in Path(table).read_text().splitlines()[1:]
    ]
    return {row[1] for row in rows if row[3] == "0A"}


def _has_ended(pid: int) -> bool:
    """Whether the process is gone, or goes soon."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
