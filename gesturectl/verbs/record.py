"""`gesturectl record`: record a gesture of one's own and use it, in under two minutes, hands only."""

import argparse
import json
import sys
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from functools import partial
from typing import Any

from gesturectl.errors import GesturectlError, UsageError
from gesturectl.profiles.own import parse_action
from gesturectl.recording.session import TAKES
from gesturectl.types import NOTHING

_EPILOG = """examples:
  gesturectl record snap                                   five takes, then use it, try it, bind it
  gesturectl record snap --bind 'keys = "Ctrl+T"' --app firefox
  gesturectl record snap --add                             more takes of a gesture that is there
  gesturectl record --idle                                 half a minute of you doing nothing in particular: worth more
                                                           than more takes
  gesturectl record snap --source clip.mp4 --json          from a recording, for programs

Nothing needs to be pressed between takes. Rest your hand, in the picture or out of it; show the gesture; rest again.
Each take is cut by itself and told good or poor; poor ones are made again. If the daemon runs, it records; else a
camera is opened. Takes hold the joints of your hands, never pictures. Ctrl-C cancels, and leaves nothing. With --json,
a line {"type":"recording", ...} comes whenever something changes, at last {"type":"recorded", ...}.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("name", nargs="?", help="what the gesture is to be called; emoji are fine")
    parser.add_argument(
        "--takes", type=int, default=TAKES, metavar="N", help=f"good takes to record (default: {TAKES})"
    )
    parser.add_argument("--add", action="store_true", help="add takes to a gesture that is there")
    parser.add_argument("--idle", action="store_true", help="record half a minute of nothing in particular instead")
    parser.add_argument("--bind", default="", metavar="ACTION", help="what it is to do, as in a profile")
    parser.add_argument("--app", default="", help="... in this app only")
    parser.add_argument("--yes", action="store_true", help="use the takes whatever is warned of")
    parser.add_argument("--cancel", action="store_true", help="cancel what the daemon is recording")
    parser.add_argument(
        "--source", metavar="X", help="another camera, or a recording (default: the daemon's, else yours)"
    )
    parser.add_argument("--mirrored", action="store_true", help="the source is mirrored: turn it over")
    parser.add_argument("--fast", action="store_true", help="play a recording as fast as it can be looked at")
    parser.add_argument("--tracker", choices=("onnx", "mediapipe"), help="what finds the hands (default: the setting)")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Record, or cancel."""
    from gesturectl.verbs.recording.seats import daemon_seat

    if args.cancel:
        return _cancel(args.json)
    name = _name(args)
    if args.bind:
        parse_action(args.bind)
    with ExitStack() as stack:
        seat = daemon_seat() if args.source is None else None
        if seat is None:
            from gesturectl import crashes, paths
            from gesturectl.daemon.logs import tell_console
            from gesturectl.daemon.work import at_work

            tell_console()
            crashes.keep_in(paths.state_dir())
            stack.callback(crashes.keep_in, None)
            stack.enter_context(at_work("record"))
            seat = _here(args)
        stack.callback(seat.close)
        return _record(args, seat, name)


def _record(args: argparse.Namespace, seat: Any, name: str) -> int:
    from gesturectl.verbs.recording.dialogue import Dialogue, Wishes
    from gesturectl.verbs.recording.screen import screen

    asks = sys.stdin.isatty() and sys.stdout.isatty() and not args.json
    seat.ask("record", name=name, takes=args.takes, add=args.add)
    dialogue = Dialogue(seat, screen(args.json), Wishes(args.bind, args.app, args.yes, asks))
    try:
        ended = dialogue.lead()
    except BaseException:
        with suppress(GesturectlError):  # it is over already
            seat.ask("record_cancel")
        raise
    return _tell(ended, dialogue.bound, args.json)


def _tell(ended: Mapping[str, Any], bound: Mapping[str, Any] | None, as_json: bool) -> int:
    saved = ended["step"] == "saved"
    if as_json:
        keys = ("name", "good", "takes", "warnings", "recognised", "attempts", "hint", "idle")
        report = {key: ended[key] for key in keys}
        print(json.dumps({"type": "recorded", "saved": saved, **report, "bound": bound}))
    elif bound is not None:
        where = f" in {bound['app']}" if bound["app"] else ""
        print(f"It does{where}: {bound['does'] or 'nothing yet'}.")
        if bound["warning"]:
            print(f"warning: {bound['warning']}")
    elif saved and not ended["idle"]:
        print(f"Have it do something: gesturectl bind {ended['name']} 'keys = \"Ctrl+T\"'")
    return 0 if saved else 1


def _name(args: argparse.Namespace) -> str:
    if args.idle:
        if args.name or args.bind or args.add:
            raise UsageError("record", "--idle goes without a name, --bind and --add", "Leave them out.")
        return NOTHING
    if not args.name:
        raise UsageError("record", "it takes a name for the gesture", "Write: gesturectl record snap")
    if args.name == NOTHING:
        raise UsageError("record", f'"{NOTHING}" is what is no gesture', "Write: gesturectl record --idle")
    if args.app and not args.bind:
        raise UsageError("record", "--app goes with --bind", "Say what it is to do, or leave --app out.")
    return str(args.name)


def _here(args: argparse.Namespace) -> Any:
    """A recording of our own: models, camera and all."""
    from gesturectl.capture.names import is_recording
    from gesturectl.capture.source import open_source
    from gesturectl.daemon.record_alone import Alone
    from gesturectl.daemon.sight import find_sight
    from gesturectl.recording.learning import learning_with
    from gesturectl.settings import load_settings
    from gesturectl.verbs.recording.seats import Here

    settings = load_settings()
    source = args.source if args.source is not None else settings.camera
    mirrored = args.mirrored or (args.source is None and settings.mirrored)
    sight = find_sight(
        args.tracker or settings.tracker,
        None,
        True,
        lambda text: print(f"gesturectl: {text}", file=sys.stderr),
        power=settings.power,
        compute=settings.compute,
    )
    is_file = is_recording(source)
    learning = partial(learning_with, sight.classifier)
    try:
        alone = Alone(lambda: open_source(source, fast=args.fast, mirrored=mirrored), sight.pipeline, learning, is_file)
    except BaseException:
        sight.tracker.close()
        raise
    return Here(alone, sight.tracker.close)


def _cancel(as_json: bool) -> int:
    from gesturectl.daemon.client import ask

    answer = ask("record_cancel")["recording"]
    print(json.dumps(answer) if as_json else answer["text"])
    return 0
