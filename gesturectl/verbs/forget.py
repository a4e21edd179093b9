"""`gesturectl forget`: what is stored of a person, where and how much; and deleting it."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from gesturectl.daemon.client import ask, is_running
from gesturectl.daemon.work import nobody_at_work
from gesturectl.desktop.autostart import MEANS
from gesturectl.desktop.autostart.base import Autostart
from gesturectl.desktop.base import Unavailable
from gesturectl.errors import DaemonError, DesktopError, GesturectlError, UsageError
from gesturectl.paths import data_dir
from gesturectl.recognition.personal_file import NAME, read_personal
from gesturectl.settings import Settings, settings_path
from gesturectl.toml_schema import nearest
from gesturectl.verbs.forgetting.belongings import KINDS, Found, find, strangers
from gesturectl.verbs.forgetting.removal import Removal, remove, remove_empty_folders

_ALL = "all"
_EPILOG = """examples:
  gesturectl forget                       what is stored, where and how much; nothing is deleted
  gesturectl forget recordings            show what would go, and ask
  gesturectl forget recordings learnt     ... the takes, and what was learnt from them
  gesturectl forget all --dry-run         show what would go
  gesturectl forget all --yes             everything, without asking; but not profiles that you wrote by hand
  gesturectl forget all profiles --yes    those, too

  recordings   takes, deleted gestures, soaks
  learnt       what was learnt from them: personal gestures, retrained models, tuned thresholds
  logs         the log, locks
  settings     settings, what 'gesturectl bind' wrote, the desktop's permission to press keys
  profiles     profiles that you wrote by hand
  autostart    starting at login

There is no way back. Files are deleted as any are: neither overwritten, nor taken out of your backups. A running
gesturectl goes on with what is left; while anything records, learns, retrains, imports or soaks, nothing is deleted.
Files that gesturectl didn't write stay, and so does what links lead to, what you had written elsewhere (--out, --svg,
the demo's clip), and what setup-uinput did ('gesturectl setup-uinput --undo').
Exit code 1 if you said no or something can't be deleted, 2 if nobody can be asked and --yes is missing.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.epilog = _EPILOG
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"{', '.join(KINDS)}, or all")
    parser.add_argument("--yes", action="store_true", help="don't ask")
    parser.add_argument("--dry-run", action="store_true", help="show what would go, and delete nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Tell what is stored, or delete it. Raises UsageError, DaemonError; GesturectlError for what can't be deleted."""
    kinds = _kinds(args.kinds)
    running = is_running()
    if not args.kinds or args.dry_run:
        _tell(args, find(kinds, running), _autostart(kinds), Removal(), done=False)
        return 0
    _not_while_busy(running)
    elsewhere = _takes_elsewhere()
    with nobody_at_work("forget"):
        found, starts = find(kinds, running), _autostart(kinds)
        if not args.yes and (found or starts) and not _agreed(args, found, starts):
            print("Nothing was deleted.")
            return 1
        removal = _forget(found, starts, running)
    remove_empty_folders(running)
    if args.json or args.yes or not (found or starts):
        _tell(args, found, starts, removal, done=True)
    if not args.json:
        _tell_rest(kinds, removal, elsewhere, running)
    if removal.failed:
        path, fact = removal.failed[0]
        more = f", nor can {len(removal.failed) - 1} others" if len(removal.failed) > 1 else ""
        raise GesturectlError(str(path), f"it can't be deleted ({fact}){more}", "Look at the folder, and try again.")
    return 0


def _kinds(words: Sequence[str]) -> list[str]:
    """What is meant by the words; without any, everything is told of. Raises UsageError."""
    for word in words:
        if word not in (*KINDS, _ALL):
            raise UsageError("forget", f'there is nothing called "{word}" to forget', nearest(word, (*KINDS, _ALL)))
    if not words:
        return list(KINDS)
    return [kind for kind in KINDS if kind in words or (_ALL in words and kind != "profiles")]


def _forget(found: Sequence[Found], starts: Sequence[Autostart], running: bool) -> Removal:
    if running and any(settings_path() in one.files for one in found):
        ask("settings", {"values": json.loads(json.dumps(asdict(Settings())))})  # else it would write its own again
    removal = remove(found, running)
    for means in starts:
        try:
            means.disable()
        except (DesktopError, OSError) as error:
            removal.failed.append((Path(means.place), str(error)))
    if running and {"settings", "profiles"} & {one.store.kind for one in found}:
        ask("reload")
    return removal


def _not_while_busy(running: bool) -> None:
    """Raises DaemonError while a running gesturectl records or retrains."""
    if not running:
        return
    status = ask("status")
    if (status.get("retraining") or {}).get("state") == "running":
        raise DaemonError("forget", "a retraining is under way", "End it first: gesturectl retrain --cancel")
    try:
        recording = ask("record_status")["recording"]
    except DaemonError:  # it has no recorder
        return
    if recording is not None and not recording["over"]:
        raise DaemonError("forget", "a gesture is being recorded", "Finish or cancel that first.")


def _autostart(kinds: Sequence[str]) -> list[Autostart]:
    """The means that start it at login, also those that can't be used in this session; none unless they are meant."""
    all_means = [means() for means in MEANS] if "autostart" in kinds else []
    return [
        means
        for means in all_means
        if Path(means.place).is_file() or (not isinstance(means.rank(), Unavailable) and means.enabled())
    ]


def _agreed(args: argparse.Namespace, found: Sequence[Found], starts: Sequence[Autostart]) -> bool:
    """Whether the person says yes. Raises UsageError where nobody can be asked."""
    if args.json or not _has_terminal():
        remedy = "Give --yes, or --dry-run to look first; nothing was deleted"
        raise UsageError("forget", "there is no way back, and nobody can be asked here", remedy)
    _tell(args, found, starts, Removal(), done=False)
    try:
        return input("Delete all this? There is no way back. [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _has_terminal() -> bool:
    return bool(sys.stdin and sys.stdin.isatty() and sys.stdout.isatty())


def _takes_elsewhere() -> list[str]:
    """Folders of takes of the person's own that they enrolled from, outside the program's."""
    try:
        stored = read_personal(data_dir() / NAME)
    except GesturectlError:
        return []
    sources = (*stored.sources, *stored.idle) if stored else ()
    return [folder for folder in sources if not Path(folder).is_relative_to(data_dir().resolve())]


def _tell(
    args: argparse.Namespace, found: Sequence[Found], starts: Sequence[Autostart], removal: Removal, done: bool
) -> None:
    if args.json:
        told = {"type": "forget", "done": done, "kinds": _kinds(args.kinds), "stored": [_as_json(one) for one in found]}
        told |= {"autostart": [means.place for means in starts], "strangers": [str(path) for path in strangers()]}
        told |= {"deleted": len(removal.deleted), "emptied": list(map(str, removal.emptied))}
        told |= {"failed": [[str(path), why] for path, why in removal.failed]}
        print(json.dumps(told))
        return
    if not (found or starts):
        print("Nothing of that is stored.")
        return
    head = "Deleted:" if done else "Stored:" if not args.kinds else "To be deleted:"
    print(head)
    for one in found:
        print(f"  {one.store.kind:<11}{one.store.what}\n{'':13}{_amount(one)}, in {_place(one)}")
    for means in starts:
        print(f"  {'autostart':<11}starting at login\n{'':13}{means.place}")
    if not args.kinds:
        total = _size(sum(one.size for one in found))
        print(f"\nIn all {total}. Nothing was deleted. 'gesturectl forget --help' says how.")


def _tell_rest(kinds: Sequence[str], removal: Removal, elsewhere: Sequence[str], running: bool) -> None:
    """How much went; what is left, and why."""
    if count := len(removal.deleted):
        print(f"{count} file{'s' if count != 1 else ''} deleted.")
    for path in removal.emptied:
        print(f"Emptied, since gesturectl runs and writes to it: {path}")
    if running and "logs" in kinds:
        print("Left until it ends (gesturectl quit): its lock and socket, and in its memory what fired lately")
    for path, target in removal.links:
        print(f"Left: {target}, to which {path} was a link")
    profiles = [path for one in find(["profiles"]) for path in one.files]
    if profiles and "profiles" not in kinds:
        print(f"Left: {len(profiles)} of your own profiles, in {profiles[0].parent} (gesturectl forget profiles)")
    for folder in elsewhere:
        print(f"Left: takes of yours in {folder}")
    for path in strangers():
        print(f"Left, since gesturectl didn't write it: {path}")


def _as_json(one: Found) -> dict[str, Any]:
    return {
        "kind": one.store.kind,
        "what": one.store.what,
        "files": [str(path) for path in one.files],
        "bytes": one.size,
        "oldest": _day(one.oldest_s),
    }


def _amount(one: Found) -> str:
    count = len(one.files)
    files = f"{count} file{'s' if count != 1 else ''}, {_size(one.size)}"
    return f"{files}, {'the oldest ' if count > 1 else ''}of {_day(one.oldest_s)}"


def _size(count: int) -> str:
    """Of so many bytes."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.1f} kB"


def _place(one: Found) -> str:
    """The innermost folder that holds all of them; the file itself where there is one."""
    folders = one.files[0].parents
    place = one.files[0]
    if len(one.files) > 1:
        place = next(folder for folder in folders if all(path.is_relative_to(folder) for path in one.files))
    truly = place.parent.resolve() / place.name
    return str(place) if truly == place else f"{place} (really {truly})"


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().date().isoformat()
