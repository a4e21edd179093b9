"""The branches that see hands from themselves or from the body: what must not change their answers, doesn't."""

import pytest

torch = pytest.importorskip("torch")

from toy import flat_hand  # noqa: E402

from gesturectl.recognition.inputs import InputSpec  # noqa: E402
from gesturectl.training.branches import build_branch  # noqa: E402
from gesturectl.training.branches.base import BranchShape, Rows  # noqa: E402
from gesturectl.training.features import window_features  # noqa: E402

pytestmark = pytest.mark.train

B, T = 3, 16


def turn(about: int, degrees: float) -> torch.Tensor:
    """(3, 3) a turn about one axis."""
    angle = torch.tensor(degrees).deg2rad()
    first, second = [axis for axis in range(3) if axis != about]
    turned = torch.eye(3)
    turned[first, first] = turned[second, second] = angle.cos()
    turned[first, second], turned[second, first] = -angle.sin(), angle.sin()
    return turned


def test_a_hands_own_shape_is_the_same_from_every_side():
    torch.manual_seed(0)
    branch = build_branch("hand_frame", BranchShape(4, T, 3, input=InputSpec("hand", "take", space=True)))
    points = torch.tensor(flat_hand(), dtype=torch.float32) * 8 + torch.randn(B, T, 21, 3) * 0.1
    view = turn(0, 40.0) @ turn(1, -70.0) @ turn(2, 25.0)
    reads = []
    for seen in (points, points @ view):
        sequence, _ = branch.read(window_features(seen, torch.ones(B, T), 0.05, 3, space=True))
        reads.append(sequence[..., : 21 * 3])
    assert torch.allclose(reads[0], reads[1], atol=2e-3)
    assert reads[0].abs().max() > 0.5


def rows(hand: torch.Tensor, right: bool, middle: float = 0.5, size: float = 1.0) -> Rows:
    """(B, T, 258) somebody whose one hand (B, T, 21, 2) is about the shoulders, in picture heights."""
    values = torch.zeros(B, T, 258)
    body = values[:, :, :132].reshape(B, T, 33, 4)
    body[:, :, 11, :2] = torch.tensor([middle + 0.15 * size, 0.5])
    body[:, :, 12, :2] = torch.tensor([middle - 0.15 * size, 0.5])
    placed = torch.zeros(B, T, 21, 3)
    side = 1.0 if right else -1.0
    placed[..., 0] = middle + size * side * hand[..., 0] * 0.75
    placed[..., 1] = 0.5 + size * hand[..., 1]
    start = 132 + (63 if right else 0)
    values[:, :, start : start + 63] = placed.flatten(2)
    values[:, :, :132] = body.flatten(2)
    return Rows(values, torch.ones(B, T))


def test_where_somebody_sits_and_which_hand_is_used_change_nothing():
    torch.manual_seed(0)
    branch = build_branch("body_hands", BranchShape(3, T, 2, input=InputSpec("keypoints", "take", size=258))).eval()
    hand = torch.tensor(flat_hand()[:, :2], dtype=torch.float32) + torch.randn(B, T, 1, 2) * 0.1 + 0.1
    with torch.inference_mode():
        usual, _ = branch(rows(hand, right=True))
        left, _ = branch(rows(hand, right=False))
        far, _ = branch(rows(hand, right=True, middle=0.35, size=0.7))
        still, _ = branch(rows(hand[:, :1].expand(-1, T, -1, -1), right=True))
    matters = (usual - still).abs().max()
    assert (usual - left).abs().max() < 0.02 * matters
    assert (usual - far).abs().max() < 0.02 * matters
