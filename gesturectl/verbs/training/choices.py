"""What the words on train's command line come to: the samples, the family and how it is trained."""

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gesturectl.errors import UsageError
from gesturectl.gestures.library import Library
from gesturectl.types import NOTHING

if TYPE_CHECKING:
    from gesturectl.training.library_set import TrainingSet
    from gesturectl.training.plan import FitConfig

FINE_SETTINGS: dict[str, tuple[type[int] | type[float], float, float]] = {
    "dropout": (float, 0, 0.9),
    "weight_decay": (float, 0, 1),
    "label_smoothing": (float, 0, 0.5),
    "warm_up": (float, 0.01, 0.9),
    "class_power": (float, 0, 1),
    "validation_share": (float, 0.02, 0.5),
    "patience": (int, 1, 1000),
    "fine_tune": (int, 0, 100),
}
"""Those of `FitConfig` that few ever change: what each is, and between which values."""


def fine_setting(text: str) -> tuple[str, float]:
    """“dropout=0.2” as its name and value. Raises argparse.ArgumentTypeError."""
    name, _, value = (part.strip() for part in text.partition("="))
    if name not in FINE_SETTINGS:
        raise argparse.ArgumentTypeError(f"“{name}” is none of {', '.join(FINE_SETTINGS)}")
    kind, low, high = FINE_SETTINGS[name]
    try:
        number = kind(value)
    except ValueError as error:
        what = "whole number" if kind is int else "number"
        raise argparse.ArgumentTypeError(f"{name} is a {what}, not “{value}”") from error
    if not low <= number <= high:
        raise argparse.ArgumentTypeError(f"{name} is from {low:g} to {high:g}, not {value}")
    return name, number


def data_of(args: argparse.Namespace, branches: tuple[str, ...]) -> "TrainingSet":
    """The takes, as the model will see them."""
    from gesturectl.recognition.window import WindowSpec
    from gesturectl.training import library_set, session

    library = Library(args.library.expanduser())
    kind = session.kind_of(branches, None if args.input == "auto" else args.input)
    live = args.live or (not args.takes and kind is None and NOTHING in library.gestures and library.negatives != [])
    if args.live and kind not in (None, "hand"):
        raise UsageError("--live", f"a live model sees one hand, not {kind}", "Leave one of the two out.")
    steps = args.steps or (40 if live else 16 if kind in ("pictures", "crops") else 32)
    if steps % 4 or not 8 <= steps <= 128:
        raise UsageError("--steps", f"{steps} isn't a multiple of four from 8 to 128", "Give --steps 32.")
    if not 200 <= args.window_ms <= 3000:
        raise UsageError("--window-ms", f"{args.window_ms} isn't from 200 to 3000", "Give --window-ms 1600.")
    problems: list[Any] = []
    takes = library_set.read_takes(library, problems)
    if live:
        return library_set.live_windows(takes, WindowSpec(args.window_ms, steps), args.seed, problems)
    size = args.size or {"keypoints": 126, "pictures": 48, "crops": 48}.get(kind or "", 0)
    given = library_set.input_of(library_set.some_takes(library), kind, size)
    return library_set.whole_takes(takes, given, steps, problems)


def config_of(args: argparse.Namespace, data: "TrainingSet", branches: tuple[str, ...], device: str) -> "FitConfig":
    from dataclasses import replace

    import torch

    from gesturectl.training.session import usual_config

    config = usual_config(branches, data.given, len(data.windows))
    wanted: dict[str, Any] = {"epochs": args.epochs, "batch": args.batch, "learning_rate": args.learning_rate}
    config = replace(config, **{name: value for name, value in wanted.items() if value}, **dict(args.set))
    if args.mirror is not None:
        if not hasattr(config.augment, "mirror") or not 0 <= args.mirror <= 1:
            fact = "it isn't from 0 to 1" if hasattr(config.augment, "mirror") else "this input has no mirror image"
            raise UsageError("--mirror", fact, "Leave it out.")
        config = replace(config, augment=replace(config.augment, mirror=args.mirror))  # type: ignore[type-var]
    on_gpu = device.startswith("cuda")
    mixed = on_gpu and torch.cuda.is_bf16_supported()
    return replace(config, seed=args.seed, threads=args.threads, device=device, bfloat16=mixed)


def family_of(args: argparse.Namespace) -> tuple[str, tuple[str, ...]]:
    """What the model is called, and its branches."""
    from gesturectl.training.branches import branch_class, branches_of

    if args.branches:
        branches = tuple(name.strip() for name in args.branches.split(",") if name.strip())
        if not branches or len(set(branches)) < len(branches):
            raise UsageError("--branches", "different branches with commas between them are needed", "See --list.")
        for name in branches:
            branch_class(name)
        return "+".join(branches), branches
    usual = {"keypoints": "lstm", "pictures": "lrcn", "crops": "lrcn"}.get(args.input, "fused")
    family = args.family or usual
    return family, branches_of(family)


def device_of(wanted: str) -> str:
    """What computes where `wanted` is cpu, cuda or auto. UsageError where there is no such thing."""
    import torch

    if wanted == "cuda" and not torch.cuda.is_available():
        remedy = "Install a torch that is built for CUDA, and the driver; or leave the option out."
        raise UsageError("--device", "torch finds no GPU here", remedy)
    return "cuda" if wanted != "cpu" and torch.cuda.is_available() else "cpu"


def require_torch(
    place: str = "train",
    remedy: str = "Run pip install 'gesturectl[train]'.",
    without: str = "which isn't installed",
    packages: Sequence[str] = ("torch", "onnx"),
) -> None:
    """UsageError at `place`, a verb or an option, where one of `packages` is missing; `without` ends the sentence."""
    for package in packages:
        try:
            import_module(package)
        except ImportError as error:
            raise UsageError(place, f"it needs the package {package}, {without}", remedy) from error
