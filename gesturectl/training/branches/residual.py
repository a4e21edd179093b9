"""What the temporal CNNs with shortcuts share: one block."""

import torch
from torch import Tensor, nn


class ResidualBlock(nn.Module):
    """(B, N, T) to (B, M, T / 2): two convolutions beside a shortcut, then half the steps."""

    def __init__(self, inputs: int, outputs: int, drop: float) -> None:
        super().__init__()
        self.convolved = nn.Sequential(
            nn.Conv1d(inputs, outputs, 5, padding=2, bias=False), nn.BatchNorm1d(outputs), nn.ReLU(),
            nn.Dropout1d(drop), nn.Conv1d(outputs, outputs, 3, padding=1, bias=False), nn.BatchNorm1d(outputs),
        )  # fmt: skip
        self.shortcut = nn.Conv1d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        self.halved = nn.MaxPool1d(2, ceil_mode=True)

    def forward(self, values: Tensor) -> Tensor:
        halved: Tensor = self.halved(torch.relu(self.convolved(values) + self.shortcut(values)))
        return halved
