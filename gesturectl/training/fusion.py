"""The fused classifier: all branches over one set of features, their calibrated beliefs combined log-linearly.

Log-linear pooling multiplies the branches' calibrated probabilities, each raised to its weight (Genest & Zidek,
Statistical Science 1986). Temperatures after Guo et al., "On Calibration of Modern Neural Networks", ICML 2017
(arXiv 1706.04599).
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from gesturectl.recognition.inputs import LIVE, InputSpec
from gesturectl.recognition.window import WindowSpec
from gesturectl.training.branches import build_branch
from gesturectl.training.branches.base import EMBEDDING, BranchShape, Rows
from gesturectl.training.features import WindowFeatures, window_features
from gesturectl.types import JOINTS

_COLDEST, _HOTTEST = 0.2, 8.0
"""Bounds of a temperature; beyond them the validation set is telling lies."""
_TOWARDS_EQUAL = 1e-3
"""Pull of the weights towards equal ones, so that a small validation set can't silence a branch."""


class FusedClassifier(nn.Module):
    """Windows in, calibrated scores, agreement, embedding and each branch's scores out. Exported as it is."""

    branch_temperature: Tensor
    branch_weight: Tensor
    temperature: Tensor

    def __init__(
        self,
        labels: Sequence[str],
        spec: WindowSpec,
        branches: Sequence[str],
        channels: int = 2,
        dropout: float = 0.1,
        given: InputSpec = LIVE,
    ) -> None:
        super().__init__()
        if spec.steps % 4:
            raise ValueError(f"the branches join steps by fours, and {spec.steps} isn't a multiple of four")
        self.labels, self.spec, self.channels, self.names = tuple(labels), spec, channels, tuple(branches)
        self.input = given
        self.features = _Features(spec, channels, given)
        shape = BranchShape(len(self.labels), spec.steps, channels, dropout, given)
        self.branches = nn.ModuleList(build_branch(name, shape) for name in self.names)
        count = len(self.names)
        self.register_buffer("branch_temperature", torch.ones(count))
        self.register_buffer("branch_weight", torch.full((count,), 1.0 / count))
        self.register_buffer("temperature", torch.ones(()))

    @property
    def embedding(self) -> int:
        """Size of the fused embedding."""
        return EMBEDDING * len(self.names)

    def logits(self, points: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """(B, K, L) uncalibrated logits of the K branches, and the (B, E) embedding."""
        window = self.features(points, mask)
        each = [branch(window) for branch in self.branches]
        return torch.stack([logits for logits, _ in each], dim=1), torch.cat(
            [embedding for _, embedding in each], dim=1
        )

    def fuse(self, logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scores (B, L), agreement (B,) and branch scores (B, K, L) of `logits` (B, K, L)."""
        calibrated = logits / self.branch_temperature[:, None]
        fused = (calibrated * self.branch_weight[:, None]).sum(dim=1) / self.temperature
        scores, branch_scores = torch.softmax(fused, dim=1), torch.softmax(calibrated, dim=2)
        winner = scores.argmax(dim=1, keepdim=True)
        mixed = (branch_scores * self.branch_weight[:, None]).sum(dim=1)
        return scores, mixed.gather(1, winner).squeeze(1), branch_scores

    def forward(self, points: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Scores (B, L), agreement (B,), embedding (B, E) and branch scores (B, K, L) of a batch.

        `points` (B, T, 21, 3) and `mask` (B, T) are as `recognition.normalise` gives them; for other inputs than one
        hand's window, their shapes are those of `recognition.inputs`.
        """
        logits, embedding = self.logits(points, mask)
        scores, agreement, branch_scores = self.fuse(logits)
        return scores, agreement, embedding, branch_scores

    def calibrate(self, logits: Tensor, label: Tensor, weight: Tensor) -> None:
        """Fit temperatures and weights to held-out windows: `logits` (N, K, L), `label` (N,), `weight` (N,)."""
        logits, weight = logits.double(), weight.double() / weight.sum().double()
        K = logits.shape[1]
        bounded = (torch.tensor(_COLDEST).log(), torch.tensor(_HOTTEST).log())

        def loss(fused: Tensor) -> Tensor:
            return (cross_entropy(fused, label, reduction="none") * weight).sum()

        def each_branch(log_temperature: Tensor) -> Tensor:
            scaled = logits / log_temperature.clamp(*bounded).exp()[:, None]
            return torch.stack([loss(scaled[:, k]) for k in range(K)]).sum()

        temperature = _minimised(each_branch, torch.zeros(K)).clamp(*bounded).exp()
        scaled = logits / temperature[:, None]

        def fusion(values: Tensor) -> Tensor:
            mix = torch.softmax(values[:K], dim=0)
            pull = _TOWARDS_EQUAL * values[:K].square().sum()
            return loss((scaled * mix[:, None]).sum(dim=1) / values[K].clamp(*bounded).exp()) + pull

        found = _minimised(fusion, torch.zeros(K + 1))
        self.branch_temperature.copy_(temperature)
        self.branch_weight.copy_(torch.softmax(found[:K], dim=0))
        self.temperature.copy_(found[K].clamp(*bounded).exp())

    def calibration(self) -> dict[str, float]:
        """The fitted numbers, as the card tells them."""
        told = {"temperature": float(self.temperature)}
        for name, temperature, weight in zip(self.names, self.branch_temperature, self.branch_weight, strict=True):
            told |= {f"temperature.{name}": float(temperature), f"weight.{name}": float(weight)}
        return {key: round(value, 4) for key, value in told.items()}


class _Features(nn.Module):
    """What the branches look at; a module, so that its nodes have a name in the exported graph."""

    def __init__(self, spec: WindowSpec, channels: int, given: InputSpec) -> None:
        super().__init__()
        self.step_s, self.channels, self.input = spec.step_ms / 1000.0, channels, given

    def forward(self, points: Tensor, mask: Tensor) -> WindowFeatures | Rows:
        """Both inputs of the classifier, described."""
        if self.input.kind == "keypoints":
            return Rows(points * mask[..., None], mask)
        if self.input.is_pictures:
            seen = points * mask[..., None, None, None] / 255.0
            return Rows(seen.permute(0, 1, 4, 2, 3), mask)
        if self.input.hands == 2:
            B, T, _, C = points.shape
            points = points.reshape(B, T, 2, JOINTS, C).transpose(1, 2).reshape(2 * B, T, JOINTS, C)
            mask = mask.transpose(1, 2).reshape(2 * B, T)
        return window_features(points, mask, self.step_s, self.channels, self.input.space)


def _minimised(objective: Callable[[Tensor], Tensor], start: Tensor) -> Tensor:
    """Where `objective` is least, from `start`."""
    values = start.double().clone().requires_grad_()
    search = torch.optim.LBFGS([values], max_iter=100, line_search_fn="strong_wolfe")

    def step() -> Tensor:
        search.zero_grad()
        loss = objective(values)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    search.step(step)  # type: ignore[no-untyped-call]
    return values.detach()
