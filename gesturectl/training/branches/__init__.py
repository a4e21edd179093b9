"""The branches of the classifier, one file each, found by name: a module here with a class `Branch` is a branch."""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

from gesturectl.errors import UsageError
from gesturectl.training.branches.base import BranchNetwork, BranchShape

FUSED = ("cnn_lstm", "pointnet_lstm", "transformer_lstm")
"""The branches that the shipped model fuses."""


def branch_names() -> tuple[str, ...]:
    """Every branch there is."""
    return tuple(sorted(module.name for module in iter_modules(__path__) if module.name != "base"))


def build_branch(name: str, shape: BranchShape) -> BranchNetwork:
    """The untrained branch `name`; UsageError when there is none."""
    if name not in branch_names():
        raise UsageError("--branches", f'there is no branch "{name}"', f"Choose from {', '.join(branch_names())}.")
    make: Callable[[BranchShape], BranchNetwork] = import_module(f"{__name__}.{name}").Branch
    return make(shape)
