"""`gesturectl profiles`: check profiles, list what is in force, or say where they are."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from gesturectl.errors import UsageError
from gesturectl.profiles.load import default_folders, load, profile_files
from gesturectl.profiles.panic import refuse_panic_chord, wanted_panic_chord
from gesturectl.profiles.schema import DEFAULT, Profile, Profiles
from gesturectl.recognition.personal_file import known_gestures

_EPILOG = """examples:
  gesturectl profiles path                 where to put your own
  gesturectl profiles check                every mistake in them, with file, line and key
  gesturectl profiles check my.toml        a file before you put it there
  gesturectl profiles list                 the profiles in force, and what chooses each
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.epilog = _EPILOG
    words = parser.add_subparsers(dest="what", metavar="check|list|path", required=True)
    check = words.add_parser("check", help="name every mistake; exit code 3 if there is one")
    check.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="files or folders in place of your own folder; read together with the bundled ones",
    )
    _json(check)
    _json(words.add_parser("list", help="the profiles in force, and what chooses each"))
    _json(words.add_parser("path", help="the folders that are read, general ones first"))


def run(args: argparse.Namespace) -> int:
    """Check, list or locate. Raises ConfigError with all mistakes."""
    if args.what == "path":
        return _path(args.json)
    if args.what == "list":
        return _list(args.json)
    return _check(args.paths, args.json)


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _path(as_json: bool) -> int:
    bundled, own = default_folders()
    if as_json:
        print(json.dumps({"type": "profile_folders", "bundled": str(bundled), "own": str(own)}))
    else:
        missing = "" if own.is_dir() else "   (make this folder; it isn't there yet)"
        print(f"bundled  {bundled}\nyours    {own}{missing}")
    return 0


def _list(as_json: bool) -> int:
    profiles = load(default_folders(), known_gestures())
    rows = [_row(profile, profiles) for profile in profiles.profiles.values()]
    if as_json:
        print(json.dumps({"type": "profiles", "profiles": rows}))
        return 0
    width = max(len(str(row["name"])) for row in rows)
    for row in rows:
        print(f"{row['name']:<{width}}  {row['chosen_by']}")
    return 0


def _row(profile: Profile, profiles: Profiles) -> dict[str, object]:
    tagged = [app.name for app in profiles.apps.values() if set(app.tags) & set(profile.tags)]
    parts = []
    if profile.apps or profile.tags:
        parts.append(", ".join(dict.fromkeys((*profile.apps, *tagged))))
    if profile.title:
        parts.append("title " + " or ".join(pattern.text for pattern in profile.title))
    by_hand = "everywhere" if profile.name == DEFAULT else f"only by `gesturectl profile {profile.name}`"
    return {
        "name": profile.name,
        "chosen_by": " with ".join(parts) or by_hand,
        "intents": sorted(profile.intents),
        "actions": sorted(profile.actions),
        "files": [str(path) for path in profile.files],
    }


def _check(paths: Sequence[Path], as_json: bool) -> int:
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise UsageError(str(missing[0]), "there is no such file or folder", "Look with: gesturectl profiles path")
    bundled, own = default_folders()
    folders = tuple(paths) or (own,)
    empty = [path for path in paths if not profile_files(path)]
    if empty:
        raise UsageError(str(empty[0]), "there is no profile in this folder", "A profile's name ends with .toml")
    profiles = load((bundled, *folders), known_gestures())
    refuse_panic_chord(profiles, wanted_panic_chord())
    files = profiles.files
    if as_json:
        print(json.dumps({"type": "profiles_check", "ok": True, "files": [str(f) for f in files]}))
    else:
        count = sum(path.parent != bundled for path in files)
        print(f"No mistakes: {count} of yours, {len(files) - count} bundled.")
    return 0
