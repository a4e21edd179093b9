"""`gesturectl studio`: open the page of the running daemon in a browser, or say where it is."""

import argparse
import json
import sys

from gesturectl.daemon.client import ask
from gesturectl.errors import DesktopError
from gesturectl.ui.opening import open_link
from gesturectl.ui.studio.access import TOKEN_S

_EPILOG = """examples:
  gesturectl studio                open it in your browser
  gesturectl studio --print        print the address instead, for another browser on this machine

The page shows what the camera sees and why a gesture did or didn't fire; gestures are recorded there, models trained,
profiles edited. It is served on this machine's loopback alone, from when it is opened until nobody has looked at it for
a minute. The address works once, within two minutes, for whoever has it: don't pass it on.
"""
_START_S = 12.0
"""The first time, the daemon has to load its web server."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("--print", action="store_true", help="print the address; open nothing")
    parser.add_argument("--json", action="store_true", help="print the address as one JSON object; open nothing")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Open the page. Without a browser its address is printed. Raises DaemonError if no daemon runs."""
    link = str(ask("studio", timeout_s=_START_S)["link"])
    if args.json:
        print(json.dumps({"type": "studio", "link": link, "valid_s": TOKEN_S}))
    elif args.print:
        print(link)
    else:
        try:
            open_link(link)
            print("The studio is open in your browser.")
        except DesktopError:
            sys.stderr.write("gesturectl: no browser could be started; open this address on this machine:\n")
            print(link)
    return 0
