"""An engine on Ray: a cluster that is there already, or one of this machine's own for as long as the work takes.

Ray schedules, retries and moves the outcomes; here is what it needs to do so as the other engines do, and in private.
"""

import importlib
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from gesturectl.errors import GesturectlError, UsageError
from gesturectl.verbs.engines.base import AHEAD, Engine, R, T, Work, uninterrupted

LOCAL = "local"
"""The address that means: start a Ray on this machine, and end it afterwards."""
_AUTO = "auto"
_ANSWER_S = 5.0
_LOOK_S = 0.1
"""How often outcomes are looked for. Ray's own waiting would forget which signal ended it."""
_STOP_S = 5.0
_STORE_BYTES = 256 << 20
"""For outcomes on their way; a take is some hundred kilobytes. Ray would reserve a third of the memory."""
_ALWAYS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # which sends the working folder to the cluster
    "RAY_task_oom_retries": "1",  # instead of for ever
    "RAY_py_gcs_connect_timeout_s": "5",  # with these two, it gives up after 40 s instead of minutes
    "RAY_NUM_REDIS_GET_RETRIES": "2",
}
_LOOPBACK = "127.0.0.1"
_OFFLINE = {
    # Ray 2.60 listens on all interfaces of a Linux machine, whatever address it is given, unless it takes it for one
    # on which it never forms clusters.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": secrets.token_hex(32),  # so that other users of this machine can't give it work
    # With its statistics off, Ray still asks the network which cloud it is in. No proxy answers here, so it gives up.
    **{f"{scheme}_proxy": f"http://{_LOOPBACK}:9" for scheme in ("http", "https")},
    "no_proxy": f"{_LOOPBACK},localhost",
}
_JOIN = (
    "Check that `ray status` works there, with the same versions of Python and Ray, and that RAY_AUTH_MODE "
    "and RAY_AUTH_TOKEN are the cluster's; from a machine that isn't part of the cluster, the address is ray://HOST:10001"
)


@contextmanager
def on_ray(address: str, jobs: int = 1, gpus: int = 0) -> Iterator[Engine]:
    """The engine at `address`: HOST:PORT, ray://HOST:PORT, "auto" (one that runs here), or LOCAL, with `jobs` cores.

    Each task is given one core and `gpus` GPUs. A task whose worker or machine is lost is tried once more, then lost.
    Raises UsageError if Ray isn't installed or doesn't answer.
    """
    if importlib.util.find_spec("ray") is None:
        remedy = "Run pip install 'gesturectl[ray]', or leave --ray out to use the processes of this machine"
        raise UsageError("--ray", "it needs the package ray, which isn't installed", remedy)
    if address not in (LOCAL, _AUTO):
        _knock(address)
    with _scratch(address) as folder:
        with _environment(_ALWAYS | (_OFFLINE if address == LOCAL else {})), _signals_kept():
            ray = importlib.import_module("ray")  # it reads most of the environment now, once
            _connect(ray, address, jobs, folder)
        try:
            yield _Ray(ray, gpus)
        finally:
            with uninterrupted():
                ray.shutdown()


class _Ray:
    """The engine, while connected."""

    def __init__(self, ray: ModuleType, gpus: int) -> None:
        self._ray, self._gpus = ray, gpus

    def __call__(self, work: Work[T, R], tasks: Iterable[T], /) -> Generator[tuple[T, R], None, None]:
        remote = self._ray.remote(num_cpus=1, num_gpus=self._gpus, max_retries=1)(work.do)
        waiting = iter(tasks)
        running: dict[Any, T] = {}
        try:
            while True:
                for task in islice(waiting, max(0, AHEAD * self._slots() - len(running))):
                    running[remote.remote(task)] = task
                if not running:
                    return
                ready = self._ray.wait(list(running), num_returns=len(running), timeout=0)[0]
                for done in ready:
                    task = running.pop(done)
                    yield task, self._outcome(work, task, done)
                if not ready:
                    time.sleep(_LOOK_S)
        finally:
            with uninterrupted():
                self._stop(list(running))
                for task in running.values():
                    work.forget(task)

    def _slots(self) -> int:
        """Tasks that can run at once, as the cluster is now."""
        there = self._ray.cluster_resources()
        slots = int(there.get("CPU", 0))
        return max(1, min(slots, int(there.get("GPU", 0)) // self._gpus) if self._gpus else slots)

    def _outcome(self, work: Work[T, R], task: T, done: Any) -> R:
        errors = self._ray.exceptions
        try:
            outcome: R = self._ray.get(done)
        except errors.WorkerCrashedError:
            return work.lost(task, "its process crashes, twice")
        except errors.OutOfMemoryError:
            return work.lost(task, "there isn't enough memory for it")
        except (errors.NodeDiedError, errors.ObjectLostError):
            return work.lost(task, "its machine was lost, twice")
        except errors.RayError as error:
            remedy = "Install the same gesturectl, with the same extras, on every machine of the cluster"
            raise GesturectlError(
                "--ray", f"a worker fails: {_told(getattr(error, 'cause', error))}", remedy
            ) from error
        return outcome

    def _stop(self, running: list[Any]) -> None:
        if not running:
            return
        for one in running:
            self._ray.cancel(one, force=True)
        self._ray.wait(running, num_returns=len(running), timeout=_STOP_S)


def _connect(ray: ModuleType, address: str, jobs: int, folder: str) -> None:
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    options: dict[str, Any] = {} if address.startswith("ray://") else quiet
    if address == LOCAL:
        options |= {"num_cpus": jobs, "include_dashboard": False, "object_store_memory": _STORE_BYTES}
        options |= {"_node_ip_address": _LOOPBACK, "_temp_dir": folder}
    try:
        ray.init(address, **options)
    except (ray.exceptions.RayError, OSError, RuntimeError, ValueError) as error:
        ray.shutdown()
        raise UsageError(f"--ray {address}", _told(error), _JOIN) from error
    if address == LOCAL and any(node["NodeManagerAddress"] != _LOOPBACK for node in ray.nodes()):
        ray.shutdown()
        remedy = "Leave --ray out to use the processes of this machine"
        raise UsageError(f"--ray {LOCAL}", "this Ray would listen to the network", remedy)


def _knock(address: str) -> None:
    """See whether anybody is there: Ray itself would try for minutes, or end the whole program."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise UsageError(f"--ray {address}", "it isn't an address", f"Give HOST:PORT, ray://HOST:PORT, auto or {LOCAL}")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _ANSWER_S).close()
    except OSError as error:
        fact = f"nobody answers ({error.strerror or error})"
        raise UsageError(f"--ray {address}", fact, _JOIN) from error


@contextmanager
def _scratch(address: str) -> Iterator[str]:
    """A folder for what a Ray of our own writes, which it would leave behind; none for others."""
    if address != LOCAL:
        yield ""
        return
    short = Path("/tmp")  # noqa: S108  sockets are in it, and their paths may have 107 letters at most
    folder = tempfile.mkdtemp(prefix="gesturectl-", dir=short if short.is_dir() else None)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Within, these are in the environment, of us and of processes that are started."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Afterwards, signals do what they did before: Ray has its own answer to being told to end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _told(error: BaseException) -> str:
    """The first words of a foreign error, or its last where it is a traceback."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return (lines[-1] if "Traceback" in str(error) else lines[0]).rstrip(".")[:200]
