"""The script that people write: OpenCV, MediaPipe Tasks on every frame. Started as a program of its own.

    python -m gesturectl.benchmarks.typical URL [HANDS]

says "hand" when it has seen its first one, and goes on until it is ended.
"""

import itertools
import sys

import cv2

from gesturectl.catalogue import verified
from gesturectl.landmarks.mediapipe_tracker import MODEL


def main() -> None:
    """Watch."""
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.HandLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=verified(MODEL)),
        running_mode=vision.RunningMode.VIDEO,
        num_hands=int(sys.argv[2]) if len(sys.argv) > 2 else 2,
    )
    capture = cv2.VideoCapture(sys.argv[1])
    said = False
    with vision.HandLandmarker.create_from_options(options) as landmarker:
        for count in itertools.count():
            there, picture = capture.read()
            if not there:
                return
            image = mediapipe.Image(
                image_format=mediapipe.ImageFormat.SRGB, data=cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            )
            if landmarker.detect_for_video(image, count * 33).hand_landmarks and not said:
                said = True
                sys.stdout.write("hand\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
