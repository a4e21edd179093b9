"""`gesturectl devices`: the cameras, whether they can be used, and what they really deliver."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from gesturectl.capture.camera import Camera
from gesturectl.capture.devices import CameraInfo, can_list, candidates
from gesturectl.capture.probe import Probe, probe
from gesturectl.capture.source import open_source
from gesturectl.errors import CameraLostError

_EPILOG = """examples:
  gesturectl devices                               what is plugged in
  gesturectl devices --probe                       switch each on for two seconds: real rate, size and light
  gesturectl run --source 2 --dry-run              use one by its index …
  gesturectl run --source "HD Pro Webcam" --dry-run    … or by a part of its name, which survives replugging
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.epilog = _EPILOG
    parser.add_argument("--probe", action="store_true", help="open each camera for two seconds and measure it")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """List the cameras; none at all is an answer, too."""
    cameras = candidates() if args.probe or can_list() else ()
    rows = [_row(camera, args.probe) for camera in cameras]
    if not can_list():
        rows = [row for row in rows if row["usable"]]  # the rest are indices that were tried
    if args.json:
        print(json.dumps({"type": "devices", "cameras": rows}))
    else:
        print("\n".join(_line(row) for row in rows) or _nothing(args.probe))
    return 0


def _row(camera: CameraInfo, probing: bool) -> dict[str, Any]:
    fact, remedy = (camera.problem.fact, camera.problem.remedy) if camera.problem else ("", "")
    found = None
    if probing and not fact:
        try:
            found = _probed(camera)
        except CameraLostError as error:
            fact, remedy = error.fact, error.remedy
    return {
        "index": camera.index,
        "name": camera.name,
        "path": camera.path,
        "usable": not fact,
        "reason": fact,
        "remedy": remedy,
        "probe": asdict(found) if found else None,
    }


def _probed(camera: CameraInfo) -> Probe:
    opened: Camera = open_source(camera.index)
    try:
        return probe(opened)
    finally:
        opened.close()


def _line(row: dict[str, Any]) -> str:
    if not row["usable"]:
        state = f"unusable: {row['reason']}. {row['remedy']}"
    elif row["probe"]:
        found = row["probe"]
        state = "{width}×{height}, {fps:.1f} pictures a second, brightness {brightness:.0f} of 255".format(**found)
        state += f"\n      {found['trouble']}" if found["trouble"] else ""
    else:
        state = "looks usable"
    return f"{row['index']:>3}  {row['name'] or 'Camera'}  {row['path']}  {state}"


def _nothing(probed: bool) -> str:
    if can_list() or probed:
        return "no camera found; plug one in, or give --source a video, a folder of pictures or a URL"
    return "this system doesn't list its cameras; gesturectl devices --probe tries the first few"
