"""The second opinion of a personal head: one hidden layer, trained in NumPy within a second or so.

Discriminants draw straight lines between gestures; where two look alike (a pinch and a grab), a small network that saw
the same examples tells them apart better, and on streams the mean of both is right more often than either
(docs/personal.md). Trained with AdamW (Loshchilov and Hutter 2019), dropout, noise and label smoothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesturectl.types import Float32

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

HIDDEN = 192
"""Units; 96 gave five points of Jaccard less on streams, 256 no more."""
_BATCH = 128
_EPOCHS = 24
_MOST_STEPS = 1500
"""However many examples there are: twice as many change nothing."""
_RATE = 4e-3
_DECAY = 1e-3
_DROPPED_FEATURES, _DROPPED_UNITS = 0.2, 0.3
_NOISE = 0.15
"""Standard deviations of a feature."""
_SMOOTHING = 0.05
_BACKGROUND_WEIGHT = 1.5
"""A false activation is worse than a miss."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Weights of a hidden layer and of the gestures, with background as the last output."""

    hidden: Float32
    """(D, H)"""
    hidden_bias: Float32
    """(H,)"""
    out: Float32
    """(H, gestures + 1)"""
    out_bias: Float32
    """(gestures + 1,)"""

    def log_odds(self, ready: Float64) -> Float64:
        """(N, gestures) of each gesture against background, for standardised features (N, D)."""
        units = np.maximum(ready.astype(np.float32) @ self.hidden + self.hidden_bias, 0)
        logits = (units @ self.out + self.out_bias).astype(np.float64)
        odds: Float64 = logits[:, :-1] - logits[:, -1:]
        return odds


def train_network(ready: Float64, group: Int64, gestures: int) -> Network:
    """The network of standardised features (N, D) of each `group` (N,); from `gestures` on, all are background.

    The same examples give the same network.
    """
    random = np.random.default_rng(len(ready))
    rows, truth = ready.astype(np.float32), np.minimum(group, gestures)
    N, D = rows.shape
    count = np.bincount(truth, minlength=gestures + 1).astype(np.float64)
    weight = np.sqrt(np.median(count) / np.maximum(count, 1))
    weight[-1] *= _BACKGROUND_WEIGHT
    layers = [
        (random.uniform(-1, 1, (D, HIDDEN)) / np.sqrt(D)).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        (random.uniform(-1, 1, (HIDDEN, gestures + 1)) / np.sqrt(HIDDEN)).astype(np.float32),
        np.zeros(gestures + 1, np.float32),
    ]
    steps = int(np.clip(_EPOCHS * N // _BATCH, 60, _MOST_STEPS))
    optimiser = _AdamW(layers)
    for step in range(steps):
        chosen = random.integers(0, N, min(_BATCH, N))
        slopes = _slopes(layers, rows[chosen], truth[chosen], weight[truth[chosen]].astype(np.float32), random)
        optimiser.step(slopes, _rate(step / steps))
    return Network(*layers)


def _slopes(
    layers: list[Float32], rows: Float32, truth: Int64, weight: Float32, random: np.random.Generator
) -> list[Float32]:
    """The gradient of the loss of some examples for each of `layers`."""
    hidden, hidden_bias, out, out_bias = layers
    seen = rows + _NOISE * random.standard_normal(rows.shape, np.float32)
    seen *= _kept(random, seen.shape, _DROPPED_FEATURES)
    before = seen @ hidden + hidden_bias
    kept = _kept(random, before.shape, _DROPPED_UNITS) * (before > 0)
    units = before * kept
    logits = units @ out + out_bias
    logits -= logits.max(axis=1, keepdims=True)
    wrong = np.exp(logits)
    wrong /= wrong.sum(axis=1, keepdims=True)
    wrong -= _SMOOTHING / wrong.shape[1]
    wrong[np.arange(len(truth)), truth] -= 1 - _SMOOTHING
    wrong *= (weight / weight.sum())[:, None]
    back = (wrong @ out.T) * kept
    return [seen.T @ back, back.sum(axis=0), units.T @ wrong, wrong.sum(axis=0)]


def _kept(random: np.random.Generator, shape: tuple[int, ...], dropped: float) -> Float32:
    """Zeros in a share `dropped` of the places, and what keeps the mean in the others."""
    return (random.random(shape, np.float32) >= dropped).astype(np.float32) / np.float32(1 - dropped)


def _rate(done: float) -> float:
    """The learning rate after a share `done` of the steps: up for a third of them, then down to nothing (a cosine)."""
    rising = 0.3
    turn = (rising - done) / rising if done < rising else (done - rising) / (1 - rising)
    return _RATE * 0.5 * (1 + float(np.cos(np.pi * turn))) + 1e-6


class _AdamW:
    """Adam with decoupled weight decay over a list of arrays, changed in place."""

    def __init__(self, layers: list[Float32]) -> None:
        self._layers = layers
        self._first = [np.zeros_like(layer) for layer in layers]
        self._second = [np.zeros_like(layer) for layer in layers]
        self._steps = 0

    def step(self, slopes: list[Float32], rate: float) -> None:
        self._steps += 1
        fixed, squared = 1 - 0.9**self._steps, 1 - 0.999**self._steps
        for layer, slope, first, second in zip(self._layers, slopes, self._first, self._second, strict=True):
            first += 0.1 * (slope - first)
            second += 0.001 * (slope * slope - second)
            layer *= 1 - rate * _DECAY
            layer -= rate / fixed * first / (np.sqrt(second / squared) + 1e-8)
