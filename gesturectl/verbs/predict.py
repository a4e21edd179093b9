"""`gesturectl predict`: what a model sees in one picture, recording or take, without the daemon."""

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from gesturectl.capture.replay import PICTURE_SUFFIXES
from gesturectl.capture.source import open_source
from gesturectl.errors import GesturectlError, SourceError, UsageError
from gesturectl.evaluation.pictures import write_picture
from gesturectl.evaluation.prediction import Seen, TakePrediction, held_still, predict_take, top
from gesturectl.evaluation.replay import hands_of
from gesturectl.evaluation.score_panel import with_panel
from gesturectl.evaluation.skeleton_picture import skeleton_frames, skeleton_strip
from gesturectl.evaluation.tracking import track_clip
from gesturectl.evaluation.variants import mirrored
from gesturectl.gestures.take import Take, read_take
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.shipped import classifier_at
from gesturectl.recognition.whole_take import UnusableTakeError
from gesturectl.types import HANDS, Frame, Hands, Phase, UInt8
from gesturectl.ui.annotate import annotate
from gesturectl.ui.clip import ClipWriter

_EPILOG = """examples:
  gesturectl predict hand.jpg                        the five likeliest gestures in a picture
  gesturectl predict clip.mp4 --out seen.mp4         ... at every moment of a recording, drawn beside it
  gesturectl predict take.npz --model mine.onnx --top 3 --json
  gesturectl predict take.npz --out strip.png        the hands of a take as a strip of pictures

A single picture is taken as a hand that is held still: poses can be seen in it, motions can't. A recording may be a
video or a folder of pictures; every frame is looked at. `--out` ends in .png (pictures, takes) or .mp4 (recordings,
takes); what is drawn is mirrored, as people know themselves.

With --json, one object a line: {"type":"window","t_ms","hand","top","agreement"} for every window that a live model
looks at, {"type":"event","gesture","hand","phase","score","t_ms"} for what would be recognised live, and at the end
{"type":"prediction","path","model","top","frames","hands_frames","windows","events","out"}.
"""
_PICTURE, _CLIP, _TAKE = "picture", "clip", "take"


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """What was given, and the hands in it."""

    path: Path
    kind: str
    take: Take
    frame: Frame | None
    """The picture itself, if it is one."""
    is_mirrored: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("path", type=Path, metavar="PATH", help="a picture, a video, a folder of pictures or a take")
    parser.add_argument("--model", type=Path, metavar="PATH", help="another gesture model than the one that ships")
    parser.add_argument("--out", type=Path, metavar="FILE", help="draw what is seen into this .png or .mp4")
    parser.add_argument("--top", type=_count, default=5, metavar="N", help="how many gestures (default: %(default)s)")
    parser.add_argument("--fps", type=float, metavar="FPS", help="frames a second of a folder of pictures")
    parser.add_argument("--mirrored", action="store_true", help="it is mirrored, as selfie views are")
    parser.add_argument("--tracker", choices=("onnx", "mediapipe"), default="onnx", help="what finds the hands")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Predict, report, draw. Raises SourceError, ModelError, GesturectlError where there is nothing to see."""
    path: Path = args.path.expanduser()
    kind = _kind_of(path)
    if args.out is not None:
        _check_out(args.out, kind)
    classifier = classifier_at(args.model, live=False)
    source = _read(path, kind, args, classifier)
    if not source.take.present.any():
        remedy = "Give another one, or try --tracker mediapipe" if kind != _TAKE else "Give another one"
        raise GesturectlError(str(path), "no hand was found in it", remedy)
    try:
        prediction = predict_take(classifier, source.take)
    except UnusableTakeError as error:
        raise GesturectlError(str(path), error.fact, error.remedy) from error
    if args.out is not None:
        _draw(args.out, source, prediction, args.top, args.fps)
    tell = _tell_json if args.json else _tell
    tell(args, classifier, source, prediction)
    return 0


def _kind_of(path: Path) -> str:
    if path.suffix.lower() == ".npz":
        return _TAKE
    return _PICTURE if path.suffix.lower() in PICTURE_SUFFIXES and not path.is_dir() else _CLIP


def _check_out(out: Path, kind: str) -> None:
    allowed = {_PICTURE: (".png", ".jpg"), _CLIP: (".mp4",), _TAKE: (".png", ".jpg", ".mp4")}[kind]
    if out.suffix.lower() not in allowed:
        raise UsageError("--out", f"what is seen in a {kind} can't go into {out.name}", f"Give {' or '.join(allowed)}")


def _read(path: Path, kind: str, args: argparse.Namespace, classifier: Classifier) -> _Source:
    frame = None
    if kind == _TAKE:
        take = read_take(path)
    elif kind == _PICTURE:
        frame = _frame(path)
        take = held_still(_hands(frame, args.tracker), classifier.card.window_ms)
    else:
        take = track_clip(path, args.fps, {}, args.tracker)
    return _Source(path, kind, mirrored(take) if args.mirrored else take, frame, args.mirrored)


def _frame(path: Path) -> Frame:
    try:
        coded = np.fromfile(path, np.uint8)  # cv2.imread can't open every path on Windows
    except OSError as error:
        raise SourceError(str(path), f"can't be read ({error.strerror})", "Check its name") from error
    try:
        image = cv2.imdecode(coded, cv2.IMREAD_COLOR) if coded.size else None
    except cv2.error:
        image = None
    if image is None:
        raise SourceError(str(path), "it is no picture, or a damaged one", "Give a picture that a viewer opens")
    return Frame(0, np.ascontiguousarray(image[:, :, ::-1]).astype(np.uint8, copy=False))


def _hands(frame: Frame, tracker_kind: Any) -> Hands:
    from gesturectl.landmarks import open_tracker

    with closing(open_tracker(tracker_kind)) as tracker:
        tracker.track(frame, search=True)
        # The second look starts from where the first found the hand, which places the joints better.
        return tracker.track(frame, search=True)


def _draw(out: Path, source: _Source, prediction: TakePrediction, count: int, fps: float | None) -> None:
    bars = prediction.top(count)
    if out.suffix.lower() == ".mp4":
        rate = float(source.take.meta.get("fps") or 30.0)
        with ClipWriter(out, min(max(rate, 1.0), 120.0)) as writer:
            for image in _moving(source, prediction, count, fps):
                writer.write(image)
    elif source.frame is not None:
        hands = next(hands_of(source.take))
        image = annotate(_upright(source.frame.image, source.is_mirrored), hands, ())
        write_picture(out, with_panel(image, [("in this picture", bars)]))
    else:
        words = ", ".join(f"{label} {100 * score:.0f} %" for label, score in bars[:3])
        write_picture(out, skeleton_strip(source.take, title=f"{source.path.stem}: {words}"))


def _moving(source: _Source, prediction: TakePrediction, count: int, fps: float | None) -> Iterator[UInt8]:
    """Each frame with the hands, and a panel of what is seen in each of them just then."""
    windows: dict[int, list[Seen]] = {}
    for seen in prediction.windows:
        windows.setdefault(seen.t_ms, []).append(seen)
    begun = [event for event in prediction.events if event.phase is Phase.BEGIN]
    whole = [] if windows else [("as a whole", prediction.top(count))]
    pictures = _frames(source, fps) if source.kind == _CLIP else skeleton_frames(source.take)
    for picture, t_ms in zip(pictures, source.take.t_ms.tolist(), strict=False):
        sections = [
            (f"{seen.hand} hand", top(prediction.labels, seen.scores, count if len(windows[t_ms]) == 1 else 3))
            for seen in windows.get(t_ms, [])
        ]
        notes = [f"{e.gesture} at {e.t_ms / 1000:.1f} s" for e in begun if 0 <= t_ms - e.t_ms < 1500][-3:]
        yield with_panel(picture, sections or whole, notes)


def _frames(source: _Source, fps: float | None) -> Iterator[UInt8]:
    """The recording again, with the hands drawn on it."""
    with closing(open_source(str(source.path.resolve()), fast=True, fps=fps)) as camera:
        for hands in hands_of(source.take):
            if camera.grab() is None:
                return
            yield annotate(
                _upright(camera.retrieve().image, source.is_mirrored), hands, (), f"{hands.t_ms / 1000:.1f} s"
            )


def _upright(image: UInt8, is_mirrored: bool) -> UInt8:
    return image[:, ::-1] if is_mirrored else image


def _tell(args: argparse.Namespace, classifier: Classifier, source: _Source, prediction: TakePrediction) -> None:
    begun = [event for event in prediction.events if event.phase is Phase.BEGIN and source.kind != _PICTURE]
    for event in begun:
        print(f"{event.t_ms / 1000:7.1f} s   {event.gesture} ({event.hand} hand, {event.score:.2f})")
    if source.kind != _PICTURE and prediction.windows and not begun:
        print("nothing would have been recognised live")
    what = {_PICTURE: "held still", _CLIP: "at the surest moment", _TAKE: "at the surest moment"}[source.kind]
    print(f"{source.path.name}, {what if prediction.windows else 'as a whole'}, as {classifier.card.name} sees it:")
    for label, score in prediction.top(args.top):
        print(f"  {label:<20}{100 * score:6.1f} %  {'█' * round(30 * score)}".rstrip())
    if args.out is not None:
        print(f"drawn into {args.out}")


def _tell_json(args: argparse.Namespace, classifier: Classifier, source: _Source, prediction: TakePrediction) -> None:
    lines: list[tuple[int, dict[str, Any]]] = [
        (
            seen.t_ms,
            {
                "type": "window",
                "t_ms": seen.t_ms,
                "hand": seen.hand,
                "top": _top_json(top(prediction.labels, seen.scores, args.top)),
                "agreement": round(seen.agreement, 4),
            },
        )
        for seen in (prediction.windows if source.kind != _PICTURE else ())
    ]
    events = prediction.events if source.kind != _PICTURE else ()
    lines += [
        (
            event.t_ms,
            {
                "type": "event", "gesture": event.gesture, "hand": event.hand, "phase": str(event.phase),
                "score": round(event.score, 4), "t_ms": event.t_ms,
            },
        )
        for event in events
    ]  # fmt: skip
    for _, line in sorted(lines, key=lambda entry: entry[0]):
        print(json.dumps(line, ensure_ascii=False))
    present = source.take.present
    still = source.kind == _PICTURE
    summary = {
        "type": "prediction",
        "path": str(source.path),
        "model": classifier.card.name,
        "top": _top_json(prediction.top(args.top)),
        "frames": 1 if still else len(present),
        "hands_frames": int(bool(present[0].any())) if still else int(present.any(axis=1).sum()),
        "hands": [hand for slot, hand in enumerate(HANDS) if present[:, slot].any()],
        "windows": 0 if still else len(prediction.windows),
        "events": sum(event.phase is Phase.BEGIN for event in events),
        "out": str(args.out) if args.out else None,
    }
    print(json.dumps(summary, ensure_ascii=False))


def _top_json(bars: Sequence[tuple[str, float]]) -> list[dict[str, Any]]:
    return [{"gesture": label, "score": round(score, 4)} for label, score in bars]


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("at least one")
    return count
