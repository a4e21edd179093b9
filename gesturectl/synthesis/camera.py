"""What a webcam does to a scene: perspective, blur, noise, compression.

The camera sits at the origin: x right, y up, z towards the viewer (it looks along −z), in mm.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]
UInt8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class View:
    """A picture's size and the camera's focal length."""

    width: int = 640
    height: int = 480
    focal_heights: float = 1.25
    """Focal length over the picture's height; 1.25 is a common webcam (44° up and down)."""

    @property
    def focal_px(self) -> float:
        """Focal length in pixels."""
        return self.focal_heights * self.height

    def scaled(self, factor: int) -> "View":
        """The same view with `factor` times as many pixels each way."""
        return View(self.width * factor, self.height * factor, self.focal_heights)

    def project(self, points: ArrayLike) -> Float:
        """(..., 2) pixels, x right and y down, of (..., 3) mm in front of the camera."""
        p = np.asarray(points, np.float64)
        reach = self.focal_px / -p[..., 2]
        return np.stack([self.width / 2 + reach * p[..., 0], self.height / 2 - reach * p[..., 1]], -1)

    def normalised(self, points: ArrayLike, root: int = 0) -> Float:
        """(..., J, 3) as `Hands.image_points`: x, y in [0, 1]; z relative to joint `root`, nearer is negative."""
        p = np.asarray(points, np.float64)
        pixels = self.project(p) / (self.width, self.height)
        distance = -p[..., root, 2][..., None]
        z = (p[..., root, 2][..., None] - p[..., 2]) * self.focal_px / (distance * self.width)
        return np.concatenate([pixels, z[..., None]], -1)


@dataclass(frozen=True, slots=True)
class Sensor:
    """What a webcam adds to a perfect picture."""

    blur_px: float = 0.55
    noise: float = 0.012
    """Standard deviation of the noise, in shares of full scale."""
    exposure: float = 1.0
    jpeg_quality: int | None = 88
    """None leaves the picture uncompressed."""


def expose(picture: Float32, sensor: Sensor, rng: np.random.Generator) -> UInt8:
    """The (height, width, 3) RGB picture in [0, 1] as the camera gives it."""
    height, width = picture.shape[:2]
    image = picture * np.float32(sensor.exposure)
    if sensor.blur_px:
        image = cv2.GaussianBlur(image, (0, 0), sensor.blur_px).astype(np.float32)
    if sensor.noise:
        grey = rng.standard_normal((height, width, 1), np.float32) * np.float32(0.8 * sensor.noise)
        half = rng.standard_normal(((height + 1) // 2, (width + 1) // 2, 3), np.float32)  # chroma noise is coarser
        colour = cv2.resize(half, (width, height)) * np.float32(sensor.noise)
        image = image + (grey + colour) * (1.2 - 0.6 * image)  # dark parts are noisier after gamma
    pixels: UInt8 = (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)
    if sensor.jpeg_quality is None:
        return pixels
    _, packed = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, sensor.jpeg_quality])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)[..., ::-1])
