"""What the branches over pictures share: how a square becomes small."""

from torch import Tensor, nn


def convolution(inputs: int, outputs: int) -> nn.Sequential:
    """3×3 filters, then half the pixels."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2, ceil_mode=True))


def each_step(network: nn.Module, pictures: Tensor) -> Tensor:
    """(B, T, ...) what `network` makes of every picture of `pictures` (B, T, 3, S, S) on its own."""
    B, T = pictures.shape[:2]
    made: Tensor = network(pictures.flatten(0, 1))
    return made.reshape(B, T, *made.shape[1:])
