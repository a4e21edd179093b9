# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "onnx"]
# ///
"""Make the hand models in `models/` from MediaPipe's, byte for byte the same each time.

  python scripts/convert_models.py                    get the originals and write models/
  python scripts/convert_models.py --check            rebuild from the originals inside models/hand_landmarker.task
                                                      and compare; writes nothing, needs no network

The originals come from the wheel mediapipe 0.10.21 (Apache-2.0), the last line of releases that bundles them.
"""

import argparse
import hashlib
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from onnx_graph import to_onnx
from onnx_prune import pruned
from onnx_quantise import Tuning, quantised
from tflite_graph import read_graph

MODELS = Path(__file__).parent.parent / "models"
WHEEL = "mediapipe==0.10.21"
ORIGINALS = {
    "hand_detector.tflite": "mediapipe/modules/palm_detection/palm_detection_full.tflite",
    "hand_landmarks_detector.tflite": "mediapipe/modules/hand_landmark/hand_landmark_full.tflite",
}
"""The originals: the name MediaPipe Tasks gives each in its bundle, and where the wheel keeps it."""
BUNDLE = "hand_landmarker.task"
CONVERTED = {
    "palm_detection.onnx": ("hand_detector.tflite", ("boxes", "logits")),
    "hand_landmark.onnx": ("hand_landmarks_detector.tflite", ("points", "presence", "right", "world_points")),
}
"""What is made: from which original, and what its outputs are called."""
QUICK, QUICK_FROM = "hand_landmark_quick.onnx", "hand_landmark.onnx"
"""The 8-bit form, and what it is made from."""
TUNING = Path(__file__).with_name("hand_landmark_tuning.npz")
"""What `calibrate_hand.py` found for it."""


def main() -> int:
    """Build or check; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="rebuild and compare with models/ instead of writing")
    parser.add_argument("--wheel", type=Path, help="the MediaPipe wheel, if it is already here")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if args.check and args.wheel is None:
            originals = originals_of(MODELS / BUNDLE, {name: name for name in ORIGINALS})
        else:
            originals = originals_of(args.wheel or fetch_wheel(Path(scratch)), ORIGINALS)
        built = build(originals)
    changed = [name for name, content in built.items() if _current(name) != content]
    for name, content in built.items():
        state = "differs" if name in changed else "same"
        print(f"{hashlib.sha256(content).hexdigest()}  {name}  {len(content)} bytes, {state}")
    if args.check:
        return 1 if changed else 0
    for name in changed:
        _write(MODELS / name, built[name])
    print("models/SOURCES.md lists these sums" if not changed else "written; put the new sums into models/SOURCES.md")
    return 0


def build(originals: dict[str, bytes]) -> dict[str, bytes]:
    """Every file of `models/` that this script makes, by name, from the originals by their names in the bundle."""
    files = {BUNDLE: bundle(originals)}
    for name, (original, outputs) in CONVERTED.items():
        files[name] = pruned(to_onnx(read_graph(originals[original]), name.removesuffix(".onnx"), outputs))
    files[QUICK] = quantised(files[QUICK_FROM], QUICK.removesuffix(".onnx"), Tuning.load(TUNING))
    return files


def bundle(originals: dict[str, bytes]) -> bytes:
    """A MediaPipe Tasks bundle: a ZIP of stored entries whose data start at multiples of four, as Tasks maps them."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name in ORIGINALS:
                entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
                entry.create_system = 3  # the same bytes on every system
                entry.external_attr = 0o644 << 16
                padding = -(file.tell() + zipfile.sizeFileHeader + len(name)) % 4
                if (
                    padding
                ):  # an extra field has a header of four bytes; the identifier is the one Android's zipalign uses
                    entry.extra = struct.pack("<HH", 0xD935, padding) + bytes(padding)
                archive.writestr(entry, originals[name])
        file.seek(0)
        return file.read()


def originals_of(archive: Path, places: dict[str, str]) -> dict[str, bytes]:
    """The original models in a wheel or a bundle, by their names in the bundle."""
    with zipfile.ZipFile(archive) as file:
        return {name: file.read(place) for name, place in places.items()}


def fetch_wheel(folder: Path) -> Path:
    """Download the wheel. It is one for Linux on every system; only the models in it are read."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--python-version", "3.11", "--platform", "manylinux_2_28_x86_64", "--dest", str(folder), WHEEL]
    subprocess.run(command, check=True)
    return next(folder.glob("*.whl"))


def _current(name: str) -> bytes | None:
    path = MODELS / name
    return path.read_bytes() if path.is_file() else None


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
