"""Libraries on disk of hands that can't be confused, for training from end to end."""

from pathlib import Path

import cv2
import numpy as np
from toy import flat_hand

from gesturectl.gestures.take import Take, absent, write_take


def toy_take(gesture: str, seed: int, fps: float = 30.0, world: bool = False, both: bool = False, **meta) -> Take:
    """A second of a hand that does `gesture`: swipe_left, swipe_right, grab, fist or nothing."""
    random = np.random.default_rng(seed)
    count = round(fps)
    t_ms = (np.arange(count) * 1000 / fps).astype(np.int64)
    s = (t_ms / 1000)[:, None, None]
    hand = flat_hand() * random.uniform(0.8, 1.2)
    tips = np.arange(21)[:, None] % 4 == 0
    if gesture == "grab":
        points = hand * np.where(tips, 1 - 0.7 * s, 1.0)
    elif gesture == "fist":
        points = np.broadcast_to(hand * np.where(tips, 0.3, 1.0), (count, 21, 3))
    else:
        way = {"swipe_left": -0.5, "swipe_right": 0.5}.get(gesture, 0.0)
        points = hand + way * random.uniform(0.7, 1.3) * s * np.array([1.0, 0, 0])
    points = points + np.array([0.5, 0.6, 0]) + random.normal(0, 0.002, (count, 21, 3))
    image = absent(count)
    image[:, 1] = points
    if both:
        image[:, 0] = points * [-1, 1, 1] + [1, 0, 0]
    image[random.random(count) < 0.1] = np.nan
    present = np.isfinite(image).all(axis=(2, 3))
    about = {"aspect": 1.0, **({"world": "sensor"} if world else {}), **meta}
    return Take(t_ms, image, image * np.float32(0.5) if world else absent(count), present, about)


def write_frames(folder: Path, take: Take) -> None:
    """Joints as white dots on black."""
    folder.mkdir()
    for t_ms, points in zip(take.t_ms, take.image_points[:, 1], strict=True):
        picture = np.zeros((48, 48, 3), np.uint8)
        for x, y in points[:, :2][np.isfinite(points[:, 0])]:
            cv2.circle(picture, (round(float(x) * 48), round(float(y) * 48)), 2, (255, 255, 255), -1)
        cv2.imwrite(str(folder / f"{t_ms:08d}.jpg"), picture)


def write_toy_library(
    folder: Path, gestures=("swipe_left", "swipe_right", "grab"), takes: int = 6, frames: bool = False, **how
) -> Path:
    """`takes` takes of each of `gestures`, by three people; with `frames`, a picture of each frame is kept."""
    for g, gesture in enumerate(gestures):
        for number in range(takes):
            take = toy_take(gesture, 100 * g + number, subject=f"p{number % 3}", **how)
            write_take(folder / gesture / f"{number:02d}.npz", take)
            if frames:
                write_frames(folder / gesture / f"{number:02d}.frames", take)
    return folder
