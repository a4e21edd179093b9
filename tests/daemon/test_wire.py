"""Messages as bytes: they come out as they went in, and nothing else comes out."""

import contextlib
import io
import json
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesturectl.daemon.messages import (
    Begin,
    CameraChanged,
    CameraState,
    HandsAt,
    InView,
    Knows,
    Looked,
    Outdated,
    Pulse,
    Ready,
    Recognised,
    Seen,
    Switch,
    Tried,
    Trouble,
)
from gesturectl.daemon.remembered import Scene
from gesturectl.daemon.view import View
from gesturectl.daemon.vision_process import KINDS
from gesturectl.daemon.wire import Channel, WireError, pack, unpack, unpacked
from gesturectl.pointing.place import HandPlace
from gesturectl.recognition.attempts import Attempt, Verdict
from gesturectl.recognition.decide import Rejection
from gesturectl.types import GestureEvent, Hands, Phase

EVENT = GestureEvent("swipe_left", "right", Phase.BEGIN, 0.875, 1234)
VERDICTS = (Verdict("confident", None), Verdict("rested", "no rest since wave"))
MESSAGES = (
    CameraChanged(CameraState.LOST, "cam", Trouble("camera", "it is gone", "Plug it in.")),
    CameraChanged(CameraState.OPENING),
    Recognised(EVENT),
    Tried(Attempt("wave", "left", 5, 60, 0.8, 0.7, 0.5, 0.2, False, VERDICTS)),
    InView(7, ("left", "right")),
    HandsAt(9, (HandPlace("left", 0.25, 0.5, 0.125, 1.0, False),)),
    Looked(1, 2, 3, 4, 29.5, ("right",), "it is dark", {"landmarks": 12.5}, 3.25),
    Knows(("snap", "wave")),
    Outdated(),
    Ready("onnx", "starter", ("wave",), "no network"),
    Pulse("reading", 0.25),
)


def received(data: bytes, kinds=KINDS):
    return list(Channel(io.BytesIO(data), io.BytesIO(), kinds))


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_comes_out_as_it_went_in(message):
    assert received(pack(message)) == [message]


def test_hands_keep_every_bit_and_that_they_are_absent():
    hands = Hands.none(40, 4 / 3)
    hands = Hands(40, hands.image_points, hands.world_points, np.array([True, False]), hands.score, 4 / 3)
    (seen,) = received(pack(Seen(hands, "", (EVENT,))))
    for field in fields(Hands):
        assert np.array_equal(getattr(seen.hands, field.name), getattr(hands, field.name), equal_nan=True)
    (scene,) = received(pack(Scene(EVENT, (hands, hands))))
    assert scene.event == EVENT
    assert len(scene.frames) == 2


def test_a_picture_travels_as_bytes():
    refused = Rejection(5, "wave", "left", 0.5, "confident", "score 0.50")
    view = View(5, 1.5, 90.0, b"\xff\xd8\x00", {"left": ((0.5, 0.25),)}, {"left": {"wave": 0.5}}, (refused,))
    (shown,) = received(pack(view))
    assert shown.jpeg == view.jpeg
    assert shown.as_json() == view.as_json()


def test_what_was_packed_alone_is_unpacked_without_a_channel():
    packed = pack(MESSAGES[0])
    assert unpacked(packed, CameraChanged) == MESSAGES[0]
    for broken in (b"", packed[:6], packed[:-1], packed + b"x"):
        with pytest.raises(WireError):
            unpacked(broken, CameraChanged)
    with pytest.raises(WireError):
        unpacked(packed, Knows)


def test_messages_follow_each_other_and_a_broken_off_one_is_the_end():
    data = b"".join(map(pack, MESSAGES))
    assert received(data) == list(MESSAGES)
    assert received(data[:-3]) == list(MESSAGES[:-1])


def test_orders_are_no_messages():
    order = pack(Switch("point", True))
    assert received(order, (Begin, Switch)) == [Switch("point", True)]
    with pytest.raises(WireError):
        received(order)


@pytest.mark.parametrize(
    "plain",
    [
        ["Recognised", [["wave", "middle", "begin", 0.5, 1]]],  # no such hand
        ["Recognised", [["wave", "left", "begin", "0.5", 1]]],
        ["Recognised", [["wave", "left", "begin", 0.5]]],
        ["Recognised", [["wave", "left", "sometime", 0.5, 1]]],
        ["Recognised", {"event": 1}],
        ["Looked", [1, 2, 3, 4, 29.5, ["right"], "", {"landmarks": "long"}]],
        ["Seen", [[0, [[2, 21, 3], [0, 9999]], [[2, 21, 3], [0, 0]], [[2], [0, 0]], [[2], [0, 0]], 1.3], "", []]],
        ["os.system", ["true"]],
        ["Engine", []],
        [],
        {},
        None,
    ],
)  # fmt: skip
def test_what_no_type_allows_is_refused(plain):
    with pytest.raises(WireError):
        unpack(json.dumps(plain).encode(), b"", {kind.__name__: kind for kind in KINDS})


def test_a_message_that_claims_to_be_huge_is_refused_before_it_is_read():
    with pytest.raises(WireError, match="bytes"):
        received(b"\xff\xff\xff\xff\x00\x00\x00\x00")


@given(st.binary(max_size=300))
def test_any_bytes_are_messages_or_refused(data):
    with contextlib.suppress(WireError):
        assert all(isinstance(message, KINDS) for message in received(data))


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9), st.lists, max_leaves=12)
)
def test_any_json_is_a_message_or_refused(value):
    for kind in KINDS:
        with contextlib.suppress(WireError):
            assert isinstance(
                unpack(json.dumps([kind.__name__, value]).encode(), b"\0" * 64, {kind.__name__: kind}), kind
            )
