"""The verbs. Each verb's module is imported when the verb is called, so that `gesturectl status` stays quick."""

import argparse
import errno
import importlib
import json
import sys
from collections.abc import Sequence
from keyword import iskeyword

from gesturectl import __version__
from gesturectl.errors import GesturectlError
from gesturectl.process import Ended, discard_output, endable, ready_streams

VERBS: dict[str, str] = {
    "run": "watch the camera (or a file) and act on gestures",
    "demo": "run the bundled clip through everything; needs no camera and no display",
    "doctor": "say what works on this machine, what doesn't, and what to do about it",
    "devices": "list the cameras",
    "which": "say what a gesture does in an app, and why",
    "apps": "say what the focused window is called here, ready for a profile",
    "profiles": "check, list or locate profiles",
    "bind": "say what a gesture does, everywhere or in one app, without writing a profile",
    "unbind": "forget what 'bind' said of a gesture",
    "studio": "open the page that shows what the daemon sees and does",
    "status": "say what the running daemon sees and does",
    "pause": "stop acting and release the camera",
    "resume": "watch again after a pause",
    "profile": "fix one profile, or choose by app again",
    "why": "say why the last gestures did or didn't fire, rule by rule, and what came of them",
    "arming": "let gestures act only while armed; arm and disarm by a key or a foot switch",
    "pointer": "let your hand move the pointer, and a pinch press its button",
    "reload": "read profiles and settings again",
    "quit": "stop the running daemon",
    "settings": "tell or change the program's own settings",
    "gestures": "list gestures; switch them off and on; delete your own and bring them back",
    "autostart": "start at login, or no longer",
    "setup-uinput": "let yourself press keys through the kernel, where a desktop offers no better way",
    "models": "list installed models, and take a gesture model into use or roll back",
    "import": "bring videos or key points from elsewhere into the library of takes",
    "record": "record a gesture of your own and use it at once, hands only",
    "takes": "list the takes in the library, play them, or write them as moving pictures",
    "enrol": "learn your own gestures from a few takes each",
    "not-this": "say that what fired was no gesture: it becomes an example of nothing",
    "adapt": "learn your way of the starter gestures, and say what that gains",
    "soak": "count what would fire while you just work, and keep that as examples of nothing",
    "tune": "choose thresholds for your own gestures and your own work",
    "retrain": "train the gesture model on with your own takes (needs the extra 'train')",
    "train": "train a gesture model (needs the extra: pip install 'gesturectl[train]')",
    "sweep": "train with many settings, in several processes or on a cluster, and rank them",
    "evaluate": "measure a model on takes or streams",
    "benchmark": "train families of models on a public set, and set them beside published figures",
    "bench": "measure what all this costs here, beside what people would use instead",
    "forget": "say what is stored of you and where, and delete it",
    "predict": "say what a model sees in a picture, a recording or a take",
}
"""Each verb and its one line of help; its module is `gesturectl.verbs.<verb>`: `_` for `-`."""

_EPILOG = """exit codes:
  0 done   1 failed   2 wrong usage   3 mistakes in profiles or settings   4 no camera or unusable source
  5 model missing or damaged   6 the desktop refuses   7 daemon not running, already running, or silent
  A mistake of the program itself is 1, too; a crash report stays on this machine (gesturectl doctor --report).

start here:
  gesturectl demo                                  see it work on the bundled clip
  gesturectl run --dry-run                         your camera, saying what it would do
  gesturectl which --app firefox swipe_left        what a gesture does in an app, and why
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; returns its exit code. Errors go to stderr as place, fact and remedy (as JSON with `--json`).

    SIGTERM ends a verb like Ctrl-C does: what is held is released, and what is half-written is removed.
    """
    ready_streams()
    words = list(sys.argv[1:] if argv is None else argv)
    verb = next((word for word in words if not word.startswith("-")), None)
    args = argparse.Namespace(json=False)
    try:
        with endable():
            parser = _parser(verb)
            args = parser.parse_args(words)
            if args.verb is None:
                parser.print_help()
                return 2
            code = int(args.run(args))
            sys.stdout.flush()
            return code
    except GesturectlError as error:
        _print_error(error, as_json=getattr(args, "json", False))
        return error.exit_code
    except Ended as end:
        return end.exit_code
    except BrokenPipeError:  # the reader of our output (head, a closed pager) went away
        discard_output()
        return 0
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            discard_output()
            place = error.filename or "standard output"
            full = GesturectlError(str(place), "the disk is full", "Free some space and try again.")
            _print_error(full, as_json=False)
            return full.exit_code
        return _tell_crash(verb, error, as_json=getattr(args, "json", False))


def _tell_crash(verb: str | None, error: Exception, as_json: bool) -> int:
    """A mistake of ours: one line instead of a traceback, which a report keeps."""
    from gesturectl import crashes, paths

    kept = crashes.write(paths.state_dir(), verb if verb in VERBS else "gesturectl", error)
    where = f"It is kept in {kept}, and sent nowhere. " if kept is not None else ""
    remedy = f"{where}Please report what 'gesturectl doctor --report' prints."
    fact = f"a mistake of the program ({type(error).__name__})"
    crash = GesturectlError(crashes.place_of(error), fact, remedy)
    _print_error(crash, as_json)
    return crash.exit_code


def _parser(verb: str | None) -> argparse.ArgumentParser:
    """The parser, with the options of `verb` alone: the other verbs' modules stay unread."""
    parser = argparse.ArgumentParser(
        prog="gesturectl",
        description="Hands-free computer control: hand gestures seen by the webcam become keys, media and commands.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"gesturectl {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="verb")
    for name, line in VERBS.items():
        sub = verbs.add_parser(
            name,
            help=line,
            description=line[0].upper() + line[1:] + ".",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name == verb:
            word = name.replace("-", "_") + ("_" if iskeyword(name) else "")
            module = importlib.import_module(f"gesturectl.verbs.{word}")
            module.add_arguments(sub)
            sub.set_defaults(run=module.run)
    return parser


def _print_error(error: GesturectlError, as_json: bool) -> None:
    print(f"gesturectl: {error}", file=sys.stderr)
    if as_json:
        problems = getattr(error, "problems", (error,))
        listed = [{"place": p.place, "fact": p.fact, "remedy": p.remedy} for p in problems]
        try:
            print(json.dumps({"type": "error", "exit_code": error.exit_code, "problems": listed}), flush=True)
        except OSError:  # nobody reads it; stderr has it
            discard_output()


if __name__ == "__main__":
    sys.exit(main())
