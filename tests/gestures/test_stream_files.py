"""The sidecar that says what happens when in a stream."""

from pathlib import Path

import pytest

from gesturectl.gestures.stream import LabelledEvent, events_path, read_events, write_events
from gesturectl.gestures.take import TakeError


def test_events_come_back_in_order(tmp_path: Path) -> None:
    take = tmp_path / "long take.npz"
    late, early = LabelledEvent("hello, you", 500, 900), LabelledEvent("wave", 0, 40)
    write_events(take, [late, early])
    assert events_path(take).name == "long take.events.csv"
    assert read_events(take) == (early, late)
    assert [entry.name for entry in tmp_path.iterdir()] == ["long take.events.csv"]


def test_a_stream_without_a_sidecar_or_with_an_empty_one_has_no_events(tmp_path: Path) -> None:
    take = tmp_path / "a.npz"
    assert read_events(take) == ()
    events_path(take).touch()
    assert read_events(take) == ()
    events_path(take).write_text("gesture,start_ms,end_ms\n\n")
    assert read_events(take) == ()


def test_what_spreadsheets_write_is_read(tmp_path: Path) -> None:
    take = tmp_path / "a.npz"
    events_path(take).write_bytes("\ufeffgesture,start_ms,end_ms\r\nwave,1,2\r\n".encode())
    assert read_events(take) == (LabelledEvent("wave", 1, 2),)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("wave,1,2\n", "its first line is 'wave,1,2'"),
        ("gesture,start_ms,end_ms\nwave,1\n", "2 values instead of 3"),
        ("gesture,start_ms,end_ms\nwave,1,2\nwave,x,2\n", "event 2: its times are no whole numbers"),
        ("gesture,start_ms,end_ms\nwave,3,2\n", "ends at 2, before it starts at 3"),
        ("gesture,start_ms,end_ms\n../x,1,2\n", "folders can't have"),
        ('gesture,start_ms,end_ms\n"wave,1,2\n', "it is no CSV"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, text: str, fact: str) -> None:
    events_path(tmp_path / "a.npz").write_text(text)
    with pytest.raises(TakeError) as caught:
        read_events(tmp_path / "a.npz")
    assert fact in str(caught.value)


def test_bytes_that_are_no_text_are_our_error(tmp_path: Path) -> None:
    events_path(tmp_path / "a.npz").write_bytes(b"\xff\xfe\x00junk")
    with pytest.raises(TakeError, match="UTF-8"):
        read_events(tmp_path / "a.npz")
