"""Google's MediaPipe Tasks behind our protocol: the reference that our own tracker is held against."""

from typing import Any

import numpy as np

from gesturectl.catalogue import verified
from gesturectl.errors import ModelError
from gesturectl.landmarks.identity import Identity, Memory
from gesturectl.landmarks.region import region_of_joints
from gesturectl.types import JOINTS, Float32, Frame, Hands

MODEL = "hand_landmarker.task"


class MediaPipeTracker:
    """MediaPipe's hand landmarker in VIDEO mode, two hands. Owned by one thread; holds about 180 MB.

    It decides for itself when to look for new hands (on every frame while it follows fewer than two), so `search` has
    no say, and one visible hand costs twice what our own tracker takes.
    """

    name = "mediapipe"
    provider = "CPU"

    def __init__(self) -> None:
        """Load the models, in about 0.7 s. Raises ModelError if they, or MediaPipe itself, are missing."""
        try:
            import mediapipe
            from mediapipe.tasks.python import BaseOptions, vision
        except ImportError as error:
            raise ModelError(
                "mediapipe",
                f"the package isn't installed ({error})",
                "It has wheels for Linux x86-64, Windows and macOS arm64 only; use the tracker onnx",
            ) from error
        self._mediapipe: Any = mediapipe
        self._vision: Any = vision
        self._options: Any = vision.HandLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=verified(MODEL)),
            running_mode=vision.RunningMode.VIDEO,
            num_hands=2,
        )
        self._landmarker: Any = None
        self._stamp = 0
        self._memory = Memory()
        self.forget()

    def track(self, frame: Frame, search: bool) -> Hands:
        """The hands in `frame`, followed and new ones."""
        # Tasks refuses a time that doesn't grow and uses it for nothing else here; a count never jumps back.
        self._stamp += 1
        image = self._mediapipe.Image(
            image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(frame.image)
        )
        result = self._landmarker.detect_for_video(image, self._stamp)
        height, width = frame.image.shape[:2]
        points = [_array(hand) for hand in result.hand_landmarks]
        # Tasks calls a left hand "Left" if the picture isn't mirrored, as ours are.
        rights = [top[0].score if top[0].category_name == "Right" else 1 - top[0].score for top in result.handedness]
        identities: list[Identity] = []
        for hand, right in zip(points, rights, strict=True):
            region = region_of_joints(hand[:, :2] * np.array([width, height], np.float32))
            identity = self._memory.recall(region.x, region.y, region.size, frame.t_ms, identities)
            identity.vote(right, frame.t_ms)
            self._memory.remember(identity, region.x, region.y, region.size, frame.t_ms)
            identities.append(identity)
        image_points = np.full((2, JOINTS, 3), np.nan, np.float32)
        world_points = np.full((2, JOINTS, 3), np.nan, np.float32)
        score = np.zeros(2, np.float32)
        for index, slot in enumerate(self._memory.slots(identities, frame.t_ms)):
            image_points[slot] = points[index]
            world_points[slot] = _array(result.hand_world_landmarks[index])
            score[slot] = 1.0  # Tasks keeps its belief to itself; it is more than a half
        return Hands(frame.t_ms, image_points, world_points, score > 0, score, width / height)

    def forget(self) -> None:
        """Drop all hands being followed: Tasks can only do that by starting anew."""
        self.close()
        self._landmarker = self._vision.HandLandmarker.create_from_options(self._options)
        self._memory.forget()

    def close(self) -> None:
        """Release the models."""
        if self._landmarker is not None:
            self._landmarker.close()
            self._landmarker = None


def _array(landmarks: Any) -> Float32:
    """(21, 3) x, y, z."""
    return np.array([(point.x, point.y, point.z) for point in landmarks], np.float32)
