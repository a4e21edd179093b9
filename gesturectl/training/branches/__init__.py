"""The branches of the classifier, one file each, found by name: a module here with a class `Branch` is a branch.

A branch trained alone is a family of its own; `FAMILIES` names those that fuse several.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from gesturectl.errors import UsageError
from gesturectl.training.branches.base import BranchNetwork, BranchShape

FUSED = ("cnn_lstm", "pointnet_lstm", "transformer_lstm")
"""The branches that the shipped model fuses."""
FAMILIES = {"fused": FUSED, "fused_takes": (*FUSED, "dd_net", "hand_frame")}
"""Families of several branches, by name."""
_PARTS = ("base", "pictures", "residual")
"""Modules here that hold what branches share."""


def branch_names() -> tuple[str, ...]:
    """Every branch there is."""
    return tuple(sorted(module.name for module in iter_modules(__path__) if module.name not in _PARTS))


def family_names() -> tuple[str, ...]:
    """Every family there is: those of several branches, then each branch alone."""
    return (*FAMILIES, *branch_names())


def branches_of(family: str) -> tuple[str, ...]:
    """The branches of `family`; UsageError when there is none of that name."""
    if family not in family_names():
        choice = ", ".join(family_names())
        raise UsageError("--family", f'there is no family "{family}"', f"Choose from {choice}.")
    return FAMILIES.get(family, (family,))


def branch_class(name: str) -> type[BranchNetwork]:
    """The branch `name`; UsageError when there is none."""
    if name not in branch_names():
        raise UsageError("--branches", f'there is no branch "{name}"', f"Choose from {', '.join(branch_names())}.")
    return cast(type[BranchNetwork], import_module(f"{__name__}.{name}").Branch)


def build_branch(name: str, shape: BranchShape) -> BranchNetwork:
    """The untrained branch `name`; UsageError when there is none, or when it can't read the input."""
    branch = branch_class(name)
    if shape.input.kind not in branch.READS:
        readable = " or ".join(branch.READS)
        raise UsageError("--branches", f"{name} reads {readable}, not {shape.input.kind}", "Choose another --input.")
    return branch(shape)
