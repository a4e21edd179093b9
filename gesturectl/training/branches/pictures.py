"""What the branches over pictures share: how a square becomes small, and light becomes numbers about zero.

Without either the networks below don't begin to learn: signals shrink from layer to layer.
"""

from torch import Tensor, nn

from gesturectl.training.branches.base import Rows


def centred(window: Rows) -> Tensor:
    """(B, T, 3, S, S) the pictures of `window` with middle grey at zero; steps without a picture are zero, too."""
    return (window.values - 0.5) * 4.0 * window.mask[:, :, None, None, None]


def convolution(inputs: int, outputs: int) -> nn.Sequential:
    """3×3 filters, normalised over the picture (Wu and He 2018, arXiv 1803.08494), then half the pixels."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1),
        nn.GroupNorm(1, outputs),
        nn.ReLU(),
        nn.MaxPool2d(2, ceil_mode=True),
    )


def each_step(network: nn.Module, pictures: Tensor) -> Tensor:
    """(B, T, ...) what `network` makes of every picture of `pictures` (B, T, 3, S, S) on its own."""
    B, T = pictures.shape[:2]
    made: Tensor = network(pictures.flatten(0, 1))
    return made.reshape(B, T, *made.shape[1:])
