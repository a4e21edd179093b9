"""`gesturectl gestures`: list them, switch them off and on, delete a person's own and bring them back."""

import argparse
import json
from typing import Any

from gesturectl.daemon.client import ask, is_running
from gesturectl.errors import UsageError
from gesturectl.recognition.personal_file import known_gestures
from gesturectl.recognition.vocabulary import STARTER
from gesturectl.settings import load_settings, save_settings, with_values
from gesturectl.toml_schema import nearest

_EPILOG = """examples:
  gesturectl gestures list              those of the model and your own; which are switched off
  gesturectl gestures disable wave      it never does anything, in no app
  gesturectl gestures enable wave       it does again
  gesturectl gestures delete snap       one of your own: its takes are put away, for thirty days at least
  gesturectl gestures restore snap      ... and brought back

A running daemon takes it up at once. 'gesturectl which NAME' says what a gesture does; 'gesturectl enrol' learns your
own.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.epilog = _EPILOG
    words = parser.add_subparsers(dest="what", metavar="list|disable|enable|delete|restore", required=True)
    listed = words.add_parser("list", help="all gestures")
    disable = words.add_parser("disable", help="switch gestures off")
    enable = words.add_parser("enable", help="switch gestures on again")
    delete = words.add_parser("delete", help="put gestures of your own away")
    restore = words.add_parser("restore", help="bring deleted gestures back")
    for one in (disable, enable, delete, restore):
        one.add_argument("names", nargs="+", metavar="GESTURE")
    for one in (listed, disable, enable, delete, restore):
        one.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """List or switch. Raises UsageError for a gesture there isn't."""
    if args.what in ("delete", "restore"):
        for name in args.names:
            _delete(name) if args.what == "delete" else _restore(name)
    known = known_gestures()
    disabled = list(load_settings().disabled)
    if args.what in ("disable", "enable"):
        for name in args.names:
            if name not in (*known, *disabled):
                raise UsageError("gestures", f"there is no gesture {name!r}", nearest(name, known))
        others = [name for name in disabled if name not in args.names]
        disabled = sorted([*others, *dict.fromkeys(args.names)]) if args.what == "disable" else others
        _keep(disabled)
    rows = [{"gesture": name, "own": name not in STARTER, "disabled": name in disabled} for name in known]
    _tell(rows, args.json)
    return 0


def _delete(name: str) -> None:
    from gesturectl.evaluation.own_library import OwnLibrary
    from gesturectl.recognition.model_history import classifier_in_use

    own = OwnLibrary()
    own.forget_removed()
    own.delete(classifier_in_use(), name)


def _restore(name: str) -> None:
    from gesturectl.evaluation.own_library import OwnLibrary
    from gesturectl.recognition.model_history import classifier_in_use

    own = OwnLibrary()
    ticket = own.removed(name)
    if ticket is None:
        raise UsageError("gestures", f"no gesture {name!r} was deleted lately", "Record it again.")
    own.restore(ticket)
    own.use(classifier_in_use(), [*own.used, name])


def _keep(disabled: list[str]) -> None:
    values: dict[str, object] = {"disabled": disabled}
    if is_running():
        ask("settings", {"values": values})
    else:
        save_settings(with_values(load_settings(), values))


def _tell(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"type": "gestures", "gestures": rows}))
        return
    width = max(len(row["gesture"]) for row in rows)
    for row in rows:
        notes = [note for note, holds in (("your own", row["own"]), ("switched off", row["disabled"])) if holds]
        print(f"{row['gesture']:<{width}}  {', '.join(notes)}".rstrip())
