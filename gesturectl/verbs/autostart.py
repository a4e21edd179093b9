"""`gesturectl autostart`: start at login, or no longer."""

import argparse
import json

from gesturectl.desktop.autostart import MEANS, choose_autostart
from gesturectl.desktop.autostart.base import Autostart
from gesturectl.desktop.base import Unavailable
from gesturectl.errors import DesktopError

_EPILOG = """examples:
  gesturectl autostart enable             by the best means of this desktop
  gesturectl autostart enable --by xdg    by another one
  gesturectl autostart status             whether, and by what
  gesturectl autostart disable            no longer, whatever means it was

systemd starts it with limits that programs started by gestures inherit: no new privileges (no sudo), and, where systemd
may filter packets, no network but this machine. --network lifts the latter, for cameras and actions that need it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.epilog = _EPILOG
    words = parser.add_subparsers(dest="what", metavar="enable|disable|status", required=True)
    enable = words.add_parser("enable", help="start at every login")
    enable.add_argument("--by", choices=[means.name for means in MEANS], help="the means (default: the best here)")
    enable.add_argument("--network", action="store_true", help="don't keep it to this machine")
    for parser_ in (
        enable,
        words.add_parser("disable", help="start no longer"),
        words.add_parser("status", help="say"),
    ):
        parser_.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Enable, disable or tell. Raises DesktopError if the system refuses."""
    if args.what == "enable":
        wanted = _wanted(args.by)
        _disable()  # never by two means at once
        wanted.enable(network=args.network)
    elif args.what == "disable":
        _disable()
    return _tell(args.json)


def _wanted(name: str | None) -> Autostart:
    """The means called `name`, or the best. Raises DesktopError if it can't be used here."""
    candidates = [means for means in MEANS if name in (None, means.name)]
    means, reasons = choose_autostart(candidates)
    if means is None:
        _, why = next(((n, r) for n, r in reasons if n == name), reasons[0])
        raise DesktopError(f"autostart {name or ''}".strip(), why.reason, why.remedy)
    return means


def _enabled() -> list[Autostart]:
    return [means() for means in MEANS if not isinstance(means.rank(), Unavailable) and means().enabled()]


def _disable() -> None:
    for means in _enabled():
        means.disable()


def _tell(as_json: bool) -> int:
    enabled = _enabled()
    by = enabled[0] if enabled else None
    if as_json:
        told = {"type": "autostart", "enabled": by is not None, "by": by and by.name, "place": by and by.place}
        print(json.dumps(told))
    elif by is None:
        print("It doesn't start at login.")
    else:
        print(f"It starts at login, by {by.name}: {by.place}")
    return 0
