"""Half of a retraining's work in a process of its own, since each half uses one core.

The other process first judges what is in use, and then trains the probe, while this one trains the candidate and judges
that. So each has something to do all the time.
"""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import torch

from gesturectl.errors import GesturectlError
from gesturectl.training.fusion import FusedClassifier
from gesturectl.training.plan import NOBODY
from gesturectl.training.retrain import Job, OtherHalf, train
from gesturectl.training.standing import Present, Standing, standing
from gesturectl.training.warm import restored, widened

_GOODBYE_S = 5.0


class _Pipe(Protocol):
    """One end of a pipe, whose class has another name on each system."""

    def recv(self) -> Any: ...

    def send(self, obj: Any, /) -> None: ...


@contextmanager
def side_by_side(probe: Job, present: Present) -> Iterator[OtherHalf]:
    """The other half, begun at once in another process, which ends when this is left.

    What it gives raises GesturectlError if that process was killed.
    """
    context = multiprocessing.get_context("spawn")  # torch's threads don't survive a fork
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_apart, args=(probe, present, theirs), daemon=True)
    child.start()
    theirs.close()

    def judged() -> Standing:
        found: Standing = _received(ours)
        return found

    def probed() -> FusedClassifier:
        weights = _received(ours)
        model = widened(restored(probe.model, probe.place), probe.labels)
        model.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
        return model.eval()

    try:
        yield OtherHalf(judged, probed)
    finally:
        child.terminate()
        child.join(_GOODBYE_S)
        ours.close()


@contextmanager
def one_after_the_other(probe: Job, present: Present) -> Iterator[OtherHalf]:
    """The other half, done here when it is asked for, where there is one core."""
    yield OtherHalf(lambda: standing(present), lambda: train(probe, NOBODY).model)


def _received(ours: _Pipe) -> Any:
    try:
        return ours.recv()
    except EOFError as error:
        remedy = "Close other programs if memory was short, and try again."
        raise GesturectlError("retrain", "its second process was ended from outside", remedy) from error


def _apart(probe: Job, present: Present, answer: _Pipe) -> None:
    answer.send(standing(present))
    # Plain arrays: torch's own way to send tensors keeps memory that this process would take with it.
    weights = {name: value.numpy() for name, value in train(probe, NOBODY).model.state_dict().items()}
    answer.send(weights)
