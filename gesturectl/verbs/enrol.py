"""`gesturectl enrol`: learn a person's own gestures from a few takes each."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gesturectl.errors import GesturectlError, UsageError
from gesturectl.paths import data_dir
from gesturectl.recognition.personal_file import NAME, Stored, read_personal, write_personal
from gesturectl.toml_schema import nearest

_EPILOG = """examples:
  gesturectl enrol                            all gestures of your own library
  gesturectl enrol ~/my-gestures              those of another: my-gestures/<gesture>/<take>.npz
  gesturectl enrol takes/snap takes/salute    two folders of takes, each named like its gesture
  gesturectl enrol --background idle          ... told from you doing nothing in particular (half a minute of it)
  gesturectl enrol --list                     what is enrolled
  gesturectl enrol --remove snap              forget one; its takes stay where they are
  gesturectl enrol --again                    learn all again, after takes have come or gone

Three to five takes of a gesture are enough; a folder "nothing" holds takes of what isn't one. Half a minute of
yourself doing nothing in particular (gesturectl record --idle) is background whatever you enrol. A running gesturectl
takes the gestures up within a second. In a profile they are named like those of the model. docs/personal.md has more.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument(
        "folders", nargs="*", type=Path, metavar="LIBRARY|FOLDER", help="where the takes are (default: your library)"
    )
    parser.add_argument("--background", type=Path, action="append", default=[], metavar="DIR",
                        help="takes of yourself doing nothing in particular; may be given again")  # fmt: skip
    parser.add_argument("--either-hand", action="store_true", help="learn each gesture for the other hand, too, in a "
                        "mirror")  # fmt: skip
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="say what is enrolled")
    what.add_argument("--again", action="store_true", help="learn again what is enrolled, and what was said to be no "
                      "gesture")  # fmt: skip
    what.add_argument("--remove", nargs="+", metavar="GESTURE", help="forget gestures")
    parser.add_argument("--model", type=Path, metavar="PATH", help="another gesture model than the one in use")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Learn, list or forget. Raises GesturectlError where there is nothing to learn from."""
    path = data_dir() / NAME
    if args.again:
        if args.folders or args.background or args.either_hand:
            raise UsageError("enrol", "--again goes without folders", "Leave the folders out")
        return _again(args, path)
    if args.list or args.remove:
        if args.folders or args.background or args.either_hand:
            raise UsageError("enrol", "--list and --remove go without folders", "Leave the folders out")
        stored = read_personal(path)
        if args.list or stored is None:
            return _tell(stored, path, args.json, (), args.remove or ())
        return _remove(args, stored, path)
    folders = [folder.expanduser() for folder in args.folders] or [data_dir() / "library"]
    return _learn(args, path, folders, [folder.expanduser() for folder in args.background], (), args.either_hand)


def _learn(
    args: argparse.Namespace,
    path: Path,
    folders: Sequence[Path],
    idle: Sequence[Path],
    left_out: Sequence[str],
    either_hand: bool,
) -> int:
    # Imported here: onnxruntime takes longer than everything else.
    from gesturectl.daemon.work import at_work
    from gesturectl.evaluation.enrolment import enrolled_from
    from gesturectl.recognition.model_history import classifier_in_use

    with at_work("enrol"):
        classifier = classifier_in_use(args.model)
        learnt = enrolled_from(classifier, folders, idle, left_out=left_out, either_hand=either_hand)
        write_personal(path, learnt.stored)
    _tell_problems(learnt.problems)
    rows = [
        {"gesture": warned.gesture, "take": warned.take or None, "kind": warned.kind, "text": str(warned)}
        for warned in learnt.warnings
    ]
    return _tell(learnt.stored, path, args.json, rows, ())


def _again(args: argparse.Namespace, path: Path) -> int:
    from gesturectl.daemon.work import at_work
    from gesturectl.evaluation.refusing import learn_again
    from gesturectl.recognition.model_history import classifier_in_use

    problems: list[GesturectlError] = []
    with at_work("enrol"):
        stored = learn_again(classifier_in_use(args.model), path, problems)
    _tell_problems(problems)
    return _tell(stored, path, args.json, (), ())


def _tell_problems(problems: Sequence[GesturectlError]) -> None:
    for problem in problems:
        sys.stderr.write(f"gesturectl: {problem}\n")


def _remove(args: argparse.Namespace, stored: Stored, path: Path) -> int:
    names = stored.personal.labels
    for name in args.remove:
        if name not in names:
            raise UsageError("enrol --remove", f'no gesture "{name}" is enrolled', nearest(name, names))
    if set(names) == set(args.remove):
        path.unlink()
        return _tell(None, path, args.json, (), ())
    folders, idle = ([Path(folder) for folder in listed] for listed in (stored.sources, stored.idle))
    return _learn(args, path, folders, idle, (*stored.left_out, *args.remove), stored.either_hand)


def _tell(
    stored: Stored | None, path: Path, as_json: bool, warnings: Sequence[dict[str, Any]], missing: Sequence[str]
) -> int:
    if missing:
        raise UsageError("enrol --remove", "no gesture is enrolled", "Enrol some first: gesturectl enrol FOLDER")
    gestures = stored.personal.gestures if stored else ()
    if as_json:
        rows = [
            {
                "gesture": gesture.name,
                "takes": gesture.takes,
                "hands": list(gesture.hands),
                "both_hands": gesture.both,
                "length_ms": gesture.length_ms,
                "threshold": gesture.threshold,
            }
            for gesture in gestures
        ]
        sources = {"sources": list(stored.sources), "background": list(stored.idle)} if stored else {}
        print(
            json.dumps({"type": "enrolled", "file": str(path), "gestures": rows, "warnings": list(warnings), **sources})
        )
        return 0
    if not gestures:
        print("No gesture of your own is enrolled.")
        return 0
    width = max(len(gesture.name) for gesture in gestures)
    for gesture in gestures:
        hands = "both hands" if gesture.both else f"{' or '.join(gesture.hands)} hand"
        takes = f"{gesture.takes} take{'s' if gesture.takes > 1 else ''}"
        print(f"{gesture.name:<{width}}  {takes:<9}  {hands:<18}  {gesture.length_ms / 1000:.1f} s")
    for warned in warnings:
        print(f"warning: {warned['text']}")
    return 0
