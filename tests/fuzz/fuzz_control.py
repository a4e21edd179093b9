"""The control socket, from the bytes of a line to those of its answer: a real engine, settings and recorder."""

import json
import logging
from types import SimpleNamespace

from fuzzing import Target, Try, scratch

REQUESTS = (
    b'{"command":"status"}', b'{"command":"why","last":3,"after":1}', b'{"command":"profile","name":"other"}',
    b'{"command":"settings","values":{"sound":true,"arming_s":2.5,"pause_at":["22:00-07:00"]}}',
    b'{"command":"gestures","do":"disable","name":"fist"}', b'{"command":"arming","do":"on"}',
    b'{"command":"pointer","do":"toggle"}', b'{"command":"record","name":"snap","takes":3,"add":false}',
    b'{"command":"record_retry","takes":[1]}',
    b'{"command":"record_bind","gesture":"fist","app":"","action":{"keys":"Ctrl+T"}}',
    b'{"command":"record_cancel"}', b'{"command":"pause"}\n{"command":"resume"}', b'{"command":"not-this","t_ms":1}',
    b'{"command":"settings","values":{"profile":"\\ud800"}}', b'{"command":"status","command":"quit"}',
    b'{"command":"why","last":NaN}', b'{"command":"why","last":1e999}', b"[[[[", b"\xff\xfe", b"null",
)  # fmt: skip


class Tracebacks(logging.Handler):
    """Remembers a logged traceback: a mistake of the program that its net caught."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            raise AssertionError(f"logged: {record.getMessage()}") from record.exc_info[1]


def make() -> Try:
    from daemon_fakes import FakePlans

    from gesturectl.daemon.control import answer
    from gesturectl.daemon.engine import Engine
    from gesturectl.daemon.inbox import Request
    from gesturectl.daemon.messages import CameraChanged, CameraState
    from gesturectl.daemon.preferences import Preferences, offer_settings
    from gesturectl.daemon.record_commands import offer_recording
    from gesturectl.daemon.recorder import Recorder
    from gesturectl.desktop.testing import RecordingInjector
    from gesturectl.recording.shelf import Shelf
    from gesturectl.settings import Settings

    folder = scratch()
    log, tracebacks = logging.getLogger("gesturectl"), Tracebacks()
    learning = SimpleNamespace(shelf=Shelf(folder / "library"), enrolled=lambda: (), prepare=lambda: None)
    recorder = Recorder(lambda: learning, lambda _: None)
    plans = FakePlans()
    engine = Engine(plans, RecordingInjector(), lambda _: None, dry_run=False)
    offer_settings(engine, Preferences(Settings(), folder / "settings.toml"), plans, lambda: None)
    offer_recording(engine, recorder, folder / "profiles")
    engine.handle(CameraChanged(CameraState.WATCHING, "camera"))
    silent = SimpleNamespace(put=lambda _: None)

    def handle(command, arguments):
        """As `Engine.ask`, in this thread."""
        replies = []
        silent.put = replies.append
        engine.handle(Request(command, arguments, silent))
        (reply,) = replies
        if isinstance(reply, Exception):
            raise reply
        return reply

    def attempt(data: bytes) -> None:
        log.addHandler(tracebacks)
        try:
            answers = [answer(line, handle) for line in data.split(b"\n")]
        finally:
            log.removeHandler(tracebacks)
        for told in answers:
            assert b"\n" not in told
            assert told.isascii()
            assert not any(byte < 0x20 for byte in told)
            answered = json.loads(told, parse_constant=_no_constant)
            if answered["ok"] is not True:
                for error in answered["error"].get("problems", [answered["error"]]):
                    assert error["place"] and error["fact"] and error["remedy"], error

    return attempt


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} in an answer is no JSON")


TARGET = Target(
    "control", make, lambda: REQUESTS,
    (b'"command"', b'"name"', b'"values"', b'"takes"', b'"do"',
     b"\\ud800", b"\\u001b", b"NaN", b"-1", b"1e999", b"[", b"{", b"null", b"true"),
)  # fmt: skip
