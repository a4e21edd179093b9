"""Two trainings at once: one here, the other in a process of its own, since one training uses one core."""

import multiprocessing
from multiprocessing.connection import Connection
from typing import Any

import torch

from gesturectl.errors import GesturectlError
from gesturectl.training.fusion import FusedClassifier
from gesturectl.training.plan import NOBODY, FitResult, Watchers
from gesturectl.training.retrain import Job, train
from gesturectl.training.warm import restored, widened

_GOODBYE_S = 5.0


def side_by_side(candidate: Job, probe: Job, watch: Watchers) -> tuple[FitResult, FusedClassifier]:
    """Train both; `watch` hears of the candidate. Whatever ends this one, the other process ends, too.

    Raises GesturectlError if that process was killed.
    """
    context = multiprocessing.get_context("spawn")  # torch's threads don't survive a fork
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_apart, args=(probe, theirs), daemon=True)
    child.start()
    theirs.close()
    try:
        result = train(candidate, watch)
        weights = ours.recv()
    except EOFError as error:
        remedy = "Close other programs if memory was short, and try again."
        raise GesturectlError("retrain", "its second process was ended from outside", remedy) from error
    finally:
        child.terminate()
        child.join(_GOODBYE_S)
        ours.close()
    model = widened(restored(probe.model, probe.place), probe.labels)
    model.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    return result, model.eval()


def one_after_the_other(candidate: Job, probe: Job, watch: Watchers) -> tuple[FitResult, FusedClassifier]:
    """Train both here, where there is one core."""
    result = train(candidate, watch)
    return result, train(probe, NOBODY).model


def _apart(job: Job, answer: "Connection[Any, Any]") -> None:
    # Plain arrays: torch's own way to send tensors keeps memory that this process would take with it.
    weights = {name: value.numpy() for name, value in train(job, NOBODY).model.state_dict().items()}
    answer.send(weights)
