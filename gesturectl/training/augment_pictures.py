"""Changes to sequences of pictures, new in every epoch and alike in all pictures of a take; left stays left."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from gesturectl.training.augment_takes import warped_steps


@dataclass(frozen=True, slots=True)
class PictureAugment:
    """How far each change goes; zero switches it off. There is no mirror: it would turn left into right."""

    rotation_deg: float = 8.0
    scale: float = 0.12
    shift: float = 0.08
    """Largest shift, as a share of the picture."""
    light: float = 0.25
    """Largest change of brightness and of contrast, as a share."""
    colour: float = 0.1
    """Largest change of each colour, as a share: lamps differ."""
    noise: float = 4.0
    """σ of each pixel, in levels of 255."""
    patch: float = 0.25
    """Largest side of a grey patch that hides a part, as a share of the picture."""
    warp: float = 0.35
    crop: float = 0.12

    def changed(
        self, points: Tensor, mask: Tensor, label: Tensor, mirrors: Tensor, random: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Changed copies of the pictures `points` (B, T, S, S, 3) in levels of 255, and `mask` (B, T)."""
        B, T, height, width, _ = points.shape
        place = points.device

        def spread(limit: float, *size: int) -> Tensor:
            return (2 * torch.rand(B, *size, generator=random, device=place) - 1) * limit

        rows = torch.arange(B, device=place)[:, None]
        at = warped_steps(points, self.warp, self.crop, random).round().long()
        seen, mask = points[rows, at], mask[rows, at]

        angle, size = spread(self.rotation_deg) * torch.pi / 180, 1 + spread(self.scale)
        cos, sin = angle.cos() * size, angle.sin() * size
        to = 2 * spread(self.shift, 2)
        where = torch.stack(
            [torch.stack([cos, -sin, to[:, 0]], dim=1), torch.stack([sin, cos, to[:, 1]], dim=1)], dim=1
        )
        flat = seen.permute(0, 1, 4, 2, 3).reshape(B, T * 3, height, width)
        grid = affine_grid(where, [B, T * 3, height, width], align_corners=False)
        flat = grid_sample(flat, grid, padding_mode="border", align_corners=False)
        seen = flat.reshape(B, T, 3, height, width)

        gain = (1 + spread(self.light, 1, 1, 1, 1)) * (1 + spread(self.colour, 1, 3, 1, 1))
        seen = (seen - 127.5) * gain + 127.5 + spread(self.light, 1, 1, 1, 1) * 127.5
        seen = seen + torch.randn(seen.shape, generator=random, device=place) * self.noise
        hidden = self._patch(B, height, width, random, place)
        seen = torch.where(hidden, 127.5, seen).clamp(0, 255)
        return seen.permute(0, 1, 3, 4, 2) * mask[..., None, None, None], mask, label

    def _patch(self, B: int, height: int, width: int, random: torch.Generator, place: torch.device) -> Tensor:
        """(B, 1, 1, S, S) where the patch is."""
        corner, side = (torch.rand(2, B, 1, generator=random, device=place) for _ in range(2))
        side = side * self.patch
        along = [torch.linspace(0, 1, length, device=place)[None] for length in (height, width)]
        inside = [(x >= corner[k]) & (x < corner[k] + side[k]) for k, x in enumerate(along)]
        return (inside[0][:, :, None] & inside[1][:, None, :])[:, None, None]
