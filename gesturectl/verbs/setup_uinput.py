"""`gesturectl setup-uinput`: let whoever sits here press keys through the kernel; shown first, done on --yes."""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

from gesturectl.atomic import whole_file
from gesturectl.errors import DesktopError, UsageError
from gesturectl.paths import asset

RULE = "70-gesturectl-uinput.rules"

_MODULE = "# gesturectl presses keys through this module.\nuinput\n"

_COMMANDS = (
    ("modprobe", "uinput"),
    ("udevadm", "control", "--reload"),
    ("udevadm", "trigger", "--settle", "--name-match=uinput"),
)

_EPILOG = """For desktops that offer no better way (gesturectl doctor says so): some of Wayland, and the console.
It needs administrator rights, and it has a price: every program you run may press keys, too, afterwards.

examples:
  gesturectl setup-uinput                          what would be done; nothing is
  sudo gesturectl setup-uinput --yes               do it
  sudo gesturectl setup-uinput --undo --yes        take it back
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.epilog = _EPILOG
    parser.add_argument("--yes", action="store_true", help="do it, rather than show it")
    parser.add_argument("--undo", action="store_true", help="remove what an earlier set-up wrote")
    parser.add_argument("--root", type=Path, metavar="DIR", help="write below DIR and run nothing (for packagers)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Show the steps, or take them."""
    if sys.platform != "linux":
        raise UsageError("setup-uinput", "uinput is Linux' own", "Nothing to do here.")
    root = args.root or Path("/")
    files = {
        root / "etc/udev/rules.d" / RULE: asset(RULE).read_text(encoding="utf-8"),
        root / "etc/modules-load.d/gesturectl-uinput.conf": _MODULE,
    }
    commands = () if args.root else _COMMANDS[1:] if args.undo else _COMMANDS
    if args.yes:
        _remove(files) if args.undo else _write(files)
        for command in commands:
            _run(command)
    if args.json:
        told = {"type": "setup-uinput", "done": args.yes, "undo": args.undo, "files": list(map(str, files))}
        print(json.dumps({**told, "commands": [list(command) for command in commands]}))
    else:
        _tell(args, files, commands)
    return 0


def _tell(args: argparse.Namespace, files: dict[Path, str], commands: tuple[tuple[str, ...], ...]) -> None:
    past = args.yes
    for path, text in files.items():
        if args.undo:
            print(f"{'removed' if past else 'would remove'} {path}")
        else:
            print(f"{'wrote' if past else 'would write'} {path}:\n{textwrap.indent(text, '    ')}")
    for command in commands:
        print(f"{'ran' if past else 'would run'} {shlex.join(command)}")
    if not past:
        print("\nNothing was done. Every program you run could press keys afterwards, as it can on X11.")
        print(f"To do it: sudo {shlex.join([*_ourselves(), *(['--undo'] if args.undo else []), '--yes'])}")
    elif not args.undo and not args.root:
        print("\nDone; if gesturectl doctor doesn't see it yet, log in again.")


def _write(files: dict[Path, str]) -> None:
    for path, text in files.items():

        def write(path: Path = path, text: str = text) -> None:
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(path) as file:
                file.write(text.encode())
            path.chmod(0o644)

        _allowed(path, write)


def _remove(files: dict[Path, str]) -> None:
    for path in files:
        _allowed(path, lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]


def _allowed(path: Path, step: Callable[[], None]) -> None:
    try:
        step()
    except OSError as error:
        remedy = f"Run it as the administrator: sudo {shlex.join([*_ourselves(), '--yes'])}"
        raise DesktopError(str(path), f"it can't be written ({error.strerror or error})", remedy) from error


def _run(command: tuple[str, ...]) -> None:
    # Where udev or modprobe isn't installed the files are still right: they take effect at the next start.
    if shutil.which(command[0]) is None:
        raise DesktopError(shlex.join(command), "there is no such program", "Restart the computer instead.")
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        words = (ran.stderr or ran.stdout).strip().splitlines()
        fact = f"it failed ({words[-1] if words else f'exit code {ran.returncode}'})"
        raise DesktopError(shlex.join(command), fact, "Restart the computer instead; the files are written.")


def _ourselves() -> list[str]:
    """How this program is called with its whole path: sudo doesn't search in a virtual environment."""
    program = Path(sys.argv[0])
    name = str(program.resolve()) if os.access(program, os.X_OK) else "gesturectl"
    return [name, "setup-uinput"]
