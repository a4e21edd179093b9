"""Several processes that train one model together, as `torchrun` starts them: one a GPU, on one machine or more."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, distributed, nn

from gesturectl.errors import UsageError


@dataclass(frozen=True, slots=True)
class Processes:
    """How many processes train, and which this is. The default is one alone."""

    count: int = 1
    number: int = 0

    @property
    def leads(self) -> bool:
        """Whether this is the one that talks and writes."""
        return self.number == 0

    def shared(self, network: nn.Module, device: str) -> nn.Module:
        """`network`, its gradients averaged over all processes (Li et al., VLDB 2020, arXiv 2006.15704)."""
        if self.count == 1:
            return network
        place = [torch.device(device)] if device.startswith("cuda") else None
        return nn.parallel.DistributedDataParallel(network, device_ids=place)

    def agreed(self, *values: float) -> tuple[float, ...]:
        """`values` as the leading process has them, so that all decide alike."""
        if self.count == 1:
            return values
        told: Tensor = torch.tensor(values, dtype=torch.float64)
        if distributed.get_backend() == "nccl":
            told = told.cuda()
        distributed.broadcast(told, src=0)
        return tuple(float(value) for value in told)


ALONE = Processes()
"""One process."""


@contextmanager
def joined(device: str) -> Iterator[tuple[Processes, str]]:
    """The processes that `torchrun` started, and this one's device; alone, if it wasn't torchrun that started this."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield ALONE, device
        return
    if device == "cuda":
        own = int(os.environ.get("LOCAL_RANK", "0"))
        if own >= torch.cuda.device_count():
            fact = f"torchrun started more processes than the {torch.cuda.device_count()} GPUs here"
            raise UsageError("--device", fact, "Give a smaller --nproc-per-node.")
        torch.cuda.set_device(own)
        device = f"cuda:{own}"
    distributed.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    try:
        yield Processes(count, distributed.get_rank()), device
    finally:
        distributed.destroy_process_group()
