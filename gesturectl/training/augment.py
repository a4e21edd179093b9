"""Small changes to normalised windows, new in every epoch, that don't change what they show."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from gesturectl.recognition.vocabulary import mirrored_label


@dataclass(frozen=True, slots=True)
class Augment:
    """How far each change goes; zero switches it off."""

    mirror: float = 0.5
    """Share of windows seen in a mirror, with the label of the mirrored gesture."""
    rotation_deg: float = 12.0
    """Largest turn in the plane of the image: cameras hang askew and arms sweep askew."""
    scale: float = 0.15
    """Largest change of size, as a share: the palm's length is only estimated."""
    offset: float = 0.02
    """σ of a joint's constant offset, in palm lengths."""
    jitter: float = 0.01
    """σ of a joint's noise in each step, in palm lengths."""
    drop: float = 0.15
    """Largest share of steps in which the hand is lost."""
    shift: int = 2
    """Largest number of steps by which the window ends earlier."""

    def changed(
        self, points: Tensor, mask: Tensor, label: Tensor, mirrors: Tensor, random: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Changed copies of a batch: see `augment`."""
        return augment(points, mask, label, mirrors, self, random)


OFF = Augment(mirror=0.0, rotation_deg=0.0, scale=0.0, offset=0.0, jitter=0.0, drop=0.0, shift=0)
"""Leaves every window as it is."""


def mirror_table(labels: Sequence[str], unmirrored: Collection[str] = ()) -> Tensor:
    """(L,) the label each label has in a mirror, -1 where that isn't one of `labels`, or is one of `unmirrored`."""
    names = list(labels)
    mirrored = [mirrored_label(label) for label in names]
    known = set(names) - set(unmirrored)
    return torch.tensor([names.index(label) if label in known else -1 for label in mirrored])


def augment(
    points: Tensor, mask: Tensor, label: Tensor, mirrors: Tensor, how: Augment, random: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Changed copies of `points` (B, T, 21, C), `mask` (B, T) and `label` (B,)."""
    B, T, J, C = points.shape

    def uniform(*size: int) -> Tensor:
        return torch.rand(*size, generator=random, device=points.device)

    angle = (2 * uniform(B) - 1) * (how.rotation_deg * torch.pi / 180)
    size = 1 + (2 * uniform(B) - 1) * how.scale
    mirrored = (uniform(B) < how.mirror) & (mirrors[label] >= 0)
    label = torch.where(mirrored, mirrors[label], label)
    flip = torch.where(mirrored, -1.0, 1.0)

    cos, sin = angle.cos() * size, angle.sin() * size
    plane = torch.stack(
        [torch.stack([cos * flip, sin * flip], dim=1), torch.stack([-sin, cos], dim=1)], dim=1
    )  # (B, 2, 2)
    xy = (points[..., :2].reshape(B, T * J, 2) @ plane).reshape(B, T, J, 2)
    if how.offset:
        xy = xy + torch.randn(B, 1, J, 2, generator=random, device=points.device) * how.offset
    if how.jitter:
        xy = xy + torch.randn(B, T, J, 2, generator=random, device=points.device) * how.jitter * uniform(B, 1, 1, 1)
    points = xy if C == 2 else torch.cat([xy, points[..., 2:] * size[:, None, None, None]], dim=-1)

    if how.drop:
        mask = mask * (uniform(B, T) >= uniform(B, 1).square() * how.drop)
    earlier = int(
        torch.randint(0, how.shift + 1, (), generator=random, device=points.device)
    )  # one for the batch: a slice instead of a gather
    if earlier:
        points = torch.cat([torch.zeros_like(points[:, :earlier]), points[:, :-earlier]], dim=1)
        mask = torch.cat([torch.zeros_like(mask[:, :earlier]), mask[:, :-earlier]], dim=1)
    return points * mask[..., None, None], mask, label
