"""What the process of vision says, be it taken over by a model or a camera: messages, and what they do."""

import io
import json

from fuzzing import Target, Try

SEEDS = (
    ["CameraChanged", ["watching", "camera", None]],
    ["CameraChanged", ["lost", "camera", ["camera", "it is gone", "Plug it in."]]],
    ["Recognised", [["fist", "right", "begin", 0.9, 1234]]],
    ["Recognised", [["fist", "right", "end", 0.9, 2234]]],
    ["Tried", [["wave", "left", 5, 60, 0.8, 0.7, 0.5, 0.2, False, [["confident", None], ["rested", "no rest"]]]]],
    ["InView", [7, ["left", "right"]]],
    ["HandsAt", [9, [["left", 0.25, 0.5, 0.125, 1.0, False]]]],
    ["Looked", [1, 2, 3, 4, 29.5, ["right"], "it is dark", {"landmarks": 12.5}]],
    ["Knows", [["snap", "wave"]]],
    ["Logged", [30, "gesturectl.x", "words"]],
    ["Pulse", ["reading", 0.25]],
    ["Looked", [1, 2, 3, 4, float("nan"), [], "", {"landmarks": float("inf")}]],
    ["Looked", [10**30, 2, 3, 4, 1.0, [], "", {}]],
)


def seeds() -> list[bytes]:
    lines = [json.dumps(seed).encode() for seed in SEEDS]
    framed = b"".join(len(line).to_bytes(4, "little") + bytes(4) + line for line in lines)
    return [b"\1" + b"\n".join(lines), *(b"\1" + line for line in lines), b"\0" + framed]


def make() -> Try:
    from daemon_fakes import FakePlans

    from gesturectl.actions.keys import KeysAction
    from gesturectl.daemon.control import answer
    from gesturectl.daemon.engine import Engine
    from gesturectl.daemon.messages import BrokeOff, CameraChanged, HandsAt, InView, Looked, Recognised, Tried
    from gesturectl.daemon.vision_process import KINDS
    from gesturectl.daemon.wire import Channel, WireError, unpack
    from gesturectl.desktop.testing import RecordingInjector

    kinds, raw = {kind.__name__: kind for kind in KINDS}, bytes(512)
    heard = (BrokeOff, CameraChanged, HandsAt, InView, Looked, Recognised, Tried)

    def attempt(data: bytes) -> None:
        engine = Engine(
            FakePlans(fist=KeysAction((("a",),), held=True)), RecordingInjector(), lambda _: None, dry_run=False
        )
        try:
            if data[:1] == b"\0":
                messages = list(Channel(io.BytesIO(data[1:]), io.BytesIO(), KINDS))
            else:
                messages = [unpack(line, raw, kinds) for line in data[1:].split(b"\n")]
        except WireError as error:
            assert str(error)
            return
        for message in messages:
            if isinstance(message, heard):
                engine.handle(message)
                engine.chores()
        for command in ("status", "why"):
            told = json.loads(
                answer(json.dumps({"command": command}).encode(), lambda name, given: engine._obey(name, given))
            )
            assert told["ok"] is True
        engine.release("the end")

    return attempt


TARGET = Target(
    "wire", make, seeds,
    (*(json.dumps(seed[0]).encode() for seed in SEEDS), b"NaN", b"Infinity", b"1e999", b"9" * 30, b"-1", b"null",
     b"\\ud800", b'"begin"', b'"end"', b'"repeat"', b"[", b"]", b'"left"', b'"right"'),
)  # fmt: skip
