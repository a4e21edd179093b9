"""Augmentation must not change what a window shows."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from toy import LABELS, toy_windows  # noqa: E402

from gesturectl.training.augment import OFF, Augment, augment, mirror_table  # noqa: E402

pytestmark = pytest.mark.train


def batch():
    windows = toy_windows(40)
    return (
        torch.from_numpy(windows.points.astype(np.float32)),
        torch.from_numpy(windows.mask),
        torch.from_numpy(windows.label),
    )


def test_switched_off_it_changes_nothing():
    points, mask, label = batch()
    same = augment(points, mask, label, mirror_table(LABELS), OFF, torch.Generator())
    assert all(torch.equal(a, b) for a, b in zip(same, (points, mask, label), strict=True))


def test_a_mirrored_swipe_has_the_other_name_and_the_other_way():
    points, mask, label = batch()
    how = Augment(mirror=1.0, rotation_deg=0, scale=0, offset=0, jitter=0, drop=0, shift=0)
    seen, _, named = augment(points, mask, label, mirror_table(LABELS), how, torch.Generator())
    left, right, other = LABELS.index("swipe_left"), LABELS.index("swipe_right"), LABELS.index("grab")
    assert (named[label == left] == right).all()
    assert (named[label == right] == left).all()
    assert (named[label == other] == other).all()
    assert torch.allclose(seen[..., 0], -points[..., 0])
    assert torch.equal(seen[..., 1:], points[..., 1:])


def test_a_gesture_whose_mirror_image_has_no_name_is_not_mirrored():
    points, mask, label = batch()
    labels = ("nothing", "swipe_left", "wink", "grab")
    how = Augment(mirror=1.0, rotation_deg=0, scale=0, offset=0, jitter=0, drop=0, shift=0)
    seen, _, named = augment(points, mask, label, mirror_table(labels), how, torch.Generator())
    assert torch.equal(named, label)
    assert torch.equal(seen[label == 1], points[label == 1])


def test_a_turn_keeps_lengths_and_absent_steps_stay_empty():
    points, mask, label = batch()
    how = Augment(mirror=0, scale=0, offset=0, jitter=0, drop=0.5, shift=2)
    random = torch.Generator().manual_seed(3)
    seen, there, _ = augment(points, mask, label, mirror_table(LABELS), how, random)
    assert (seen[there == 0] == 0).all()
    assert there.sum() < mask.sum()
    turned = Augment(mirror=0, scale=0, offset=0, jitter=0, drop=0, shift=0)
    seen, _, _ = augment(points, mask, label, mirror_table(LABELS), turned, random)
    assert torch.allclose(seen[..., :2].norm(dim=-1), points[..., :2].norm(dim=-1), atol=1e-5)
    assert not torch.allclose(seen, points, atol=0.05)
