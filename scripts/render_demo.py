"""Render the bundled demo clip and its sidecar of true gestures into gesturectl/assets.

    python scripts/render_demo.py

takes about five minutes on two cores. Frames are kept in build/demo, by a digest of the code that made them, so that a
second run only encodes. Needs ffmpeg for the small H.264 file; without it OpenCV writes a larger MPEG-4 one.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np

from gesturectl.synthesis.camera import Sensor, View
from gesturectl.synthesis.clips import frame_image
from gesturectl.synthesis.gestures import drum_the_fingers, lowered, perform, rest, resting, scratch_the_face
from gesturectl.synthesis.motion import Script
from gesturectl.synthesis.scene import Look, Scene

SEED = 7
FPS = 30.0
VIEW = View(640, 480)
SENSOR = Sensor(blur_px=0.5, noise=0.005, jpeg_quality=None)  # little noise: it is most of a small file
REST_S = 0.7
PROCESSES = 2
ROOT = Path(__file__).resolve().parent.parent
CLIP = ROOT / "gesturectl" / "assets" / "demo.mp4"
EVENTS = CLIP.with_name("demo.events.csv")


def write_script() -> Script:
    """What the hand in the demo does: gestures with rests, and two everyday movements that must not fire."""
    rng = np.random.default_rng(SEED)
    script = Script(lowered(), rng)
    script.hold(0.2)
    script.move(resting(), 0.7)
    script.hold(REST_S)
    for step in (
        "swipe_left", "swipe_right", scratch_the_face, "circle_cw", "thumbs_up", drum_the_fingers, "fist", "victory",
    ):  # fmt: skip
        if isinstance(step, str):
            perform(script, step, rng)
            rest(script, REST_S, rng)
        else:
            step(script, rng)
            script.hold(0.4)
    script.move(lowered(), 0.7)
    script.hold(0.2)
    return script


def main() -> int:
    """Render what isn't cached, encode, write the sidecar."""
    script = write_script()
    count = int(script.seconds * FPS)
    cache = ROOT / "build" / "demo" / _digest()
    cache.mkdir(parents=True, exist_ok=True)
    missing = [index for index in range(count) if not _path(cache, index).exists()]
    _say(f"{script.seconds:.1f} s, {count} frames, {len(missing)} to render")
    with Pool(PROCESSES, _start) as pool:
        for done, _ in enumerate(pool.imap_unordered(_render, [(cache, index) for index in missing], 4), 1):
            if done % 60 == 0:
                _say(f"{done}/{len(missing)}")

    CLIP.parent.mkdir(parents=True, exist_ok=True)
    part = CLIP.with_name("demo.part.mp4")
    (_encode if shutil.which("ffmpeg") else _encode_with_opencv)([_path(cache, i) for i in range(count)], part)
    part.replace(CLIP)
    rows = [f"{event.gesture},{event.start_ms},{event.end_ms}" for event in script.events]
    part = EVENTS.with_name("demo.part.csv")
    part.write_text("\n".join(["gesture,start_ms,end_ms", *rows]) + "\n", encoding="utf-8")
    part.replace(EVENTS)
    _say(f"{CLIP}: {CLIP.stat().st_size / 1e6:.2f} MB, {len(rows)} gestures")
    return 0


_scene: Scene | None = None


def _start() -> None:
    """Prepare a worker: polite, one thread, its own scene."""
    global _scene
    os.nice(10)
    cv2.setNumThreads(1)
    _scene = Scene(VIEW, Look(), 2, SENSOR)


def _render(job: tuple[Path, int]) -> None:
    cache, index = job
    assert _scene is not None
    image = frame_image(write_script(), _scene, "right", index, FPS, SEED)
    part = cache / f"{index:05}.part.png"
    cv2.imwrite(str(part), image[..., ::-1])
    part.replace(_path(cache, index))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _path(cache: Path, index: int) -> Path:
    return cache / f"{index:05}.png"


def _digest() -> str:
    """Changes whenever the code that renders does."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("gesturectl.synthesis.")]
    sources = [Path(__file__), *(Path(str(module.__file__)) for module in modules)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]


def _encode(pictures: list[Path], target: Path) -> None:
    command = [
        "ffmpeg", "-y", "-loglevel", "error", "-framerate", str(int(FPS)), "-i", str(pictures[0].parent / "%05d.png"),
        "-frames:v", str(len(pictures)), "-c:v", "libx264", "-threads", "1", "-preset", "slow", "-crf", "22",
        "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-fflags", "+bitexact", "-map_metadata", "-1", str(target),
    ]  # fmt: skip
    subprocess.run(command, check=True)


def _encode_with_opencv(pictures: list[Path], target: Path) -> None:
    writer = cv2.VideoWriter(str(target), cv2.VideoWriter.fourcc(*"mp4v"), FPS, (VIEW.width, VIEW.height))
    for picture in pictures:
        frame = cv2.imread(str(picture))
        assert frame is not None
        writer.write(frame)
    writer.release()


if __name__ == "__main__":
    sys.exit(main())
