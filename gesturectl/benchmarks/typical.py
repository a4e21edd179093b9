"""The script that people write: OpenCV, MediaPipe Tasks on every frame. Started as a program of its own.

    python -m gesturectl.benchmarks.typical URL [HANDS] [--act]

says "hand" when it has seen its first one, and goes on until it is ended. With --act it also starts a program (`true`)
twice a second while there is a hand, and says how many milliseconds after the frame came that was done.
"""

import itertools
import subprocess
import sys
import time

import cv2

from gesturectl.catalogue import verified
from gesturectl.landmarks.mediapipe_tracker import MODEL

_ACT_EVERY = 15
"""Frames with a hand."""


def main() -> None:
    """Watch."""
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision

    acts = "--act" in sys.argv
    options = vision.HandLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=verified(MODEL)),
        running_mode=vision.RunningMode.VIDEO,
        num_hands=int(sys.argv[2]) if len(sys.argv) > 2 else 2,
    )
    capture = cv2.VideoCapture(sys.argv[1])
    seen = 0
    with vision.HandLandmarker.create_from_options(options) as landmarker:
        for count in itertools.count():
            if not capture.grab():
                return
            came_s = time.monotonic()
            there, picture = capture.retrieve()
            if not there:
                return
            image = mediapipe.Image(
                image_format=mediapipe.ImageFormat.SRGB, data=cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            )
            if not landmarker.detect_for_video(image, count * 33).hand_landmarks:
                continue
            seen += 1
            if seen == 1:
                _say("hand")
            elif acts and seen % _ACT_EVERY == 0:
                program = subprocess.Popen(["true"])
                _say(f"{1000 * (time.monotonic() - came_s):.2f}")
                program.wait()


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
