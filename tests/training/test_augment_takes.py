"""Changes to whole takes, key points and pictures must not change what they show."""

import pytest

torch = pytest.importorskip("torch")

from gesturectl.training.augment_pictures import PictureAugment  # noqa: E402
from gesturectl.training.augment_takes import KeypointAugment, TakeAugment, warped, warped_steps  # noqa: E402

pytestmark = pytest.mark.train

STILL = {
    "rotation_deg": 0, "tilt_deg": 0, "scale": 0, "warp": 0, "crop": 0, "drop": 0, "joint_drop": 0, "noise": 0,
}  # fmt: skip
MIRRORS = torch.tensor([1, 0, 2, -1])


def takes(hands=1, batch=6, steps=20):
    random = torch.Generator().manual_seed(0)
    points = torch.randn(batch, steps, 21 * hands, 3, generator=random)
    mask = torch.ones(batch, steps, hands)
    mask[:, 5:8, 0] = 0
    points = points * mask.repeat_interleave(21, dim=2)[..., None]
    return points, mask if hands == 2 else mask[..., 0], torch.tensor([0, 1, 2, 3, 0, 1])


def changed(how, *batch, seed=0):
    return how.changed(*batch, MIRRORS, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("hands", [1, 2])
def test_switched_off_it_changes_nothing(hands):
    batch = takes(hands)
    assert all(
        torch.allclose(a, b, atol=1e-5) for a, b in zip(changed(TakeAugment(**STILL), *batch), batch, strict=True)
    )


def test_a_mirror_exchanges_hands_and_labels():
    points, mask, label = takes(2)
    seen, there, named = changed(TakeAugment(**STILL, mirror=1.0), points, mask, label)
    assert named.tolist() == [1, 0, 2, 3, 1, 0]
    has_name = label != 3
    assert torch.allclose(seen[has_name][:, :, :21, 0], -points[has_name][:, :, 21:, 0], atol=1e-5)
    assert torch.allclose(seen[has_name][:, :, 21:, 1:], points[has_name][:, :, :21, 1:], atol=1e-5)
    assert torch.equal(there[has_name], mask[has_name].flip(2))
    assert torch.allclose(seen[3], points[3], atol=1e-5)


def test_a_turn_in_space_keeps_lengths_and_one_in_the_plane_keeps_depth():
    points, mask, label = takes()
    still = STILL | {"rotation_deg": 30, "tilt_deg": 30}
    in_space, _, _ = changed(TakeAugment(**still, space=True), points, mask, label)
    assert torch.allclose(in_space.norm(dim=-1), points.norm(dim=-1), atol=1e-4)
    assert not torch.allclose(in_space[..., 2], points[..., 2], atol=0.05)
    in_plane, _, _ = changed(TakeAugment(**still), points, mask, label)
    assert torch.allclose(in_plane[..., 2], points[..., 2], atol=1e-5)
    assert not torch.allclose(in_plane[..., 0], points[..., 0], atol=0.05)


def test_warped_time_only_goes_forward_and_stays_in_the_take():
    at = warped_steps(torch.zeros(500, 20), 0.6, 0.3, torch.Generator().manual_seed(1))
    assert (at.diff(dim=1) >= 0).all()
    assert at.min() >= 0
    assert at.max() <= 19


def test_between_steps_lies_the_line_and_gaps_are_not_bridged():
    line = torch.arange(20.0)[None, :, None, None, None].expand(4, 20, 1, 21, 3)
    mask = torch.ones(4, 20, 1)
    mask[:, 10:] = 0
    moved, there = warped(line * mask[..., None, None], mask, 0.5, 0.0, torch.Generator().manual_seed(2))
    at = warped_steps(line, 0.5, 0.0, torch.Generator().manual_seed(2))
    inside = at < 9
    assert torch.allclose(moved[..., 0, 0, 0][inside], at[inside], atol=1e-4)
    assert there[..., 0][inside].all()
    assert not there[..., 0][at > 10].any()


def test_noise_is_as_large_as_was_measured():
    points, mask, label = takes(batch=6)
    noisy, _, _ = changed(TakeAugment(**(STILL | {"noise": 1.0})), points, mask, label)
    spread = (noisy - points)[:, 0].std(dim=(0, 2))
    assert (spread > 0.02).all()
    assert (spread < 0.12).all()


def test_lost_steps_are_empty_and_lost_joints_lie_at_the_wrist():
    points, mask, label = takes(batch=6)
    seen, there, _ = changed(TakeAugment(**(STILL | {"drop": 0.9, "joint_drop": 0.5})), points, mask, label, seed=3)
    assert there.sum() < mask.sum()
    assert (seen[there == 0] == 0).all()
    at_wrist = (seen == seen[:, :, :1]).all(dim=3).all(dim=1)
    assert 0.2 < at_wrist[:, 1:].float().mean() < 0.8


def test_unknown_key_points_stay_unknown():
    points, mask = torch.rand(4, 12, 126) + 0.1, torch.ones(4, 12)
    points[:, :, :63] = 0
    seen, there, label = changed(KeypointAugment(drop=0.8), points, mask, torch.tensor([0, 1, 2, 3]))
    assert (seen[:, :, :63] == 0).all()
    assert (seen[there == 0] == 0).all()
    assert not torch.equal(seen, points)
    assert label.tolist() == [0, 1, 2, 3]


def test_pictures_keep_their_sides():
    """A bright left half stays left however the pictures are changed; all pictures of a take are changed alike."""
    pictures = torch.zeros(16, 5, 24, 24, 3)
    pictures[:, :, :, :12] = 220.0
    seen, _, _ = changed(PictureAugment(), pictures, torch.ones(16, 5), torch.zeros(16, dtype=torch.long))
    assert seen.shape == pictures.shape
    assert (seen[:, :, :, :6].mean((1, 2, 3, 4)) > seen[:, :, :, 18:].mean((1, 2, 3, 4))).all()
    assert seen.min() >= 0
    assert seen.max() <= 255
    assert (seen[:, 0] - seen[:, 4]).abs().mean() < 8
    assert not torch.allclose(seen, pictures, atol=20)
