"""Families over pictures begin to learn at all: which way does a bright square go?"""

import pytest

torch = pytest.importorskip("torch")

from torch.nn.functional import cross_entropy  # noqa: E402

from gesturectl.recognition.inputs import InputSpec  # noqa: E402
from gesturectl.training.branches import build_branch  # noqa: E402
from gesturectl.training.branches.base import BranchShape, Rows  # noqa: E402

pytestmark = pytest.mark.train
STEPS, SIDE, SQUARE = 8, 16, 5
WAYS = ((1, 0), (-1, 0), (0, 1), (0, -1))


def moving_squares(count, seed):
    """(B, T, 3, S, S) grey pictures in [0, 1] in which a brighter square goes one of four ways, and (B,) which."""
    random = torch.Generator().manual_seed(seed)
    pictures = 0.5 + 0.05 * torch.randn(count, STEPS, 3, SIDE, SIDE, generator=random)
    way = torch.randint(0, 4, (count,), generator=random)
    for number in range(count):
        x, y = torch.randint(4, 7, (2,), generator=random).tolist()
        across, down = WAYS[int(way[number])]
        for step in range(STEPS):
            a, b = (
                min(max(start + towards * (step - STEPS // 2), 0), SIDE - SQUARE)
                for start, towards in ((x, across), (y, down))
            )
            pictures[number, step, :, b : b + SQUARE, a : a + SQUARE] = 0.85
    return Rows(pictures.clamp(0, 1), torch.ones(count, STEPS)), way


@pytest.mark.parametrize("family", ["lrcn", "conv_lstm"])
def test_a_hundred_steps_tell_four_ways_apart(family):
    torch.manual_seed(1)
    network = build_branch(family, BranchShape(4, STEPS, 2, 0.0, InputSpec("crops", "take", False, SIDE)))
    rows, way = moving_squares(64, seed=2)
    optimiser = torch.optim.AdamW(network.parameters(), lr=4e-3)
    for step in range(100):
        chosen = torch.arange(16) + 16 * (step % 4)
        loss = cross_entropy(network(Rows(rows.values[chosen], rows.mask[chosen]))[0], way[chosen])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    unseen, truth = moving_squares(64, seed=3)
    network.eval()
    with torch.inference_mode():
        right = (network(unseen)[0].argmax(dim=1) == truth).float().mean()
    assert right > 0.8
