"""What a training leaves beside its model: figures for programs, pictures and a page for people."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from gesturectl.atomic import whole_file
from gesturectl.errors import GesturectlError
from gesturectl.evaluation.metrics import f1_scores
from gesturectl.evaluation.pictures import confusion_picture, curves_picture, write_picture
from gesturectl.recognition.classifier import Classifier
from gesturectl.training.branches import branch_class
from gesturectl.training.library_set import TrainingSet
from gesturectl.training.plan import FitConfig
from gesturectl.training.session import Judged

METRICS, REPORT, CURVES, CONFUSION = "metrics.json", "report.md", "curves.png", "confusion.png"
_TIMED_WINDOWS = 40
_SHOWN = 25
"""Skipped takes and mistakes on the page; all are in the figures."""


def figures(
    data: TrainingSet, config: FitConfig, judged: Judged, model: Path, family: str, seconds: float, difference: float
) -> dict[str, Any]:
    """All there is to know of a training, for `metrics.json`."""
    fitted = judged.fit
    return {
        "type": "training",
        "model": str(model),
        "family": family,
        "branches": list(config.branches),
        **judged.held.as_json(),
        "samples_judged": len(judged.held.truth),
        "judged_on": "folds" if judged.folds else "the takes that also decided when training was best",
        "fold_accuracies": [round(value, 5) for value in judged.folds],
        "branch_accuracy": {
            name.removeprefix("accuracy."): round(value, 5)
            for name, value in fitted.metrics.items()
            if name.startswith("accuracy.")
        },
        "parameters": sum(value.numel() for value in fitted.model.parameters()),
        "bytes": model.stat().st_size,
        "ms_per_window": round(ms_per_window(model), 4),
        "train_seconds": round(seconds, 1),
        "onnx_difference": difference,
        "input": asdict(data.given),
        "window_ms": data.spec.window_ms,
        "steps": data.spec.steps,
        "training_takes": len(data.takes),
        "training_samples": len(data.windows),
        "people": len({name for name in data.subjects if name}),
        "epochs": [asdict(epoch) for epoch in fitted.epochs],
        "settings": asdict(config),
        "skipped": [{"place": p.place, "fact": p.fact, "remedy": p.remedy} for p in data.skipped],
    }


def ms_per_window(model: Path) -> float:
    """What one window costs on one core under ONNX Runtime: the median of some, after a warm-up."""
    classifier = Classifier.load(model, threads=1, live=False)
    shapes = classifier.card.input.shapes(classifier.card.steps)
    random = np.random.default_rng(0)
    values = random.normal(0, 1, (1, *shapes[classifier.card.input.name])).astype(np.float32)
    mask = np.ones((1, *shapes["mask"]), np.float32)
    spent = []
    for _ in range(_TIMED_WINDOWS):
        started = time.perf_counter()
        classifier.scores(values, mask)
        spent.append(time.perf_counter() - started)
    return float(np.median(spent[_TIMED_WINDOWS // 4 :])) * 1000


def write_report(folder: Path, found: dict[str, Any], judged: Judged) -> None:
    """Write the figures, the pictures and the page into `folder`, each whole or not at all. Raises GesturectlError."""
    epochs = judged.fit.epochs
    accuracy = [100 * epoch.validation_accuracy for epoch in epochs]
    losses = {"training": [e.training_loss for e in epochs], "validation": [e.validation_loss for e in epochs]}
    write_picture(folder / CURVES, _beside(losses, {"validation": accuracy}))
    title = f"{found['family']} on takes it was not trained on"
    write_picture(folder / CONFUSION, confusion_picture(judged.held.confusion, judged.held.labels, title))
    write_text(folder / METRICS, json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    write_text(folder / REPORT, page(found, judged))


def page(found: dict[str, Any], judged: Judged) -> str:
    """The report as Markdown."""
    folds = found["fold_accuracies"]
    spread = (
        f" (folds {100 * min(folds):.1f}-{100 * max(folds):.1f} %, mean {100 * np.mean(folds):.1f})" if folds else ""
    )
    given = found["input"]
    facts = [
        ("accuracy", f"{100 * found['accuracy']:.1f} %{spread}"),
        ("macro F1", f"{100 * found['macro_f1']:.1f} %"),
        ("calibration error", f"{100 * found['ece']:.1f} %"),
        ("judged on", f"{found['samples_judged']:,} samples: {found['judged_on']}"),
        ("trained on", f"{found['training_samples']:,} samples of {found['training_takes']:,} takes"
         + (f" by {found['people']} people" if found["people"] else "")),
        ("input", f"{given['kind']} over a {given['scope']}, {found['steps']} steps"
         + (", in space" if given["space"] else "")),
        ("parameters", f"{found['parameters']:,} ({found['bytes'] / 1e6:.2f} MB)"),
        ("one window", f"{found['ms_per_window']:.2f} ms on one core"),
        ("training", f"{found['train_seconds']:.0f} s, {len(found['epochs'])} epochs"),
    ]  # fmt: skip
    lines = [
        f"# {Path(found['model']).name}: {found['family']}",
        "",
        *(f"- `{name}`: {branch_class(name).IDEA} ({branch_class(name).PAPER})" for name in found["branches"]),
        "",
        *_table(("", ""), facts),
        "",
        f"![learning curves]({CURVES})",
        f"![confusion]({CONFUSION})",
        "",
        "## Each gesture",
        "",
        *_table(("gesture", "samples", "recall", "precision", "F1"), _per_class(judged)),
        "",
    ]
    if len(found["branches"]) > 1:
        accuracies = [(name, f"{100 * value:.1f} %") for name, value in found["branch_accuracy"].items()]
        fused = f"{100 * judged.fit.metrics['accuracy']:.1f} %"
        lines += ["## Each branch, on the validation takes", "", *_table(("branch", "accuracy"), accuracies)]
        lines += [f"| **fused** | **{fused}** |", ""]
    lines += _listed("Mistakes", [f"{m['take']} seen as {m['seen_as']}" for m in found["mistakes"]])
    lines += _listed("Left out", [f"{p['place']}: {p['fact']}" for p in found["skipped"]])
    return "\n".join(lines).rstrip() + "\n"


def write_text(path: Path, text: str) -> None:
    """Write `text`, whole or not at all. Raises GesturectlError."""
    try:
        with whole_file(path) as file:
            file.write(text.encode("utf-8"))
    except OSError as error:
        remedy = "Check its permissions, and the space left on the disk."
        raise GesturectlError(str(path), f"it can't be written ({error.strerror})", remedy) from error


def _beside(losses: dict[str, list[float]], accuracy: dict[str, list[float]]) -> np.ndarray:
    loss = curves_picture(losses, "Loss", up="loss")
    right = curves_picture(accuracy, "Accuracy on validation takes", up="%")
    return np.concatenate([loss, right], axis=1)


def _per_class(judged: Judged) -> list[tuple[str, ...]]:
    confusion = judged.held.confusion
    shown, predicted, hits = confusion.sum(axis=1), confusion.sum(axis=0), np.diag(confusion)
    f1 = f1_scores(confusion)
    return [
        (label, f"{shown[k]:,}", _share(hits[k], shown[k]), _share(hits[k], predicted[k]), _share(f1[k], 1))
        for k, label in enumerate(judged.held.labels)
    ]


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole and np.isfinite(part) else "-"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def _listed(title: str, entries: Sequence[str]) -> list[str]:
    if not entries:
        return []
    more = [f"- … and {len(entries) - _SHOWN} more, in {METRICS}"] if len(entries) > _SHOWN else []
    return [f"## {title}", "", *(f"- {entry}" for entry in entries[:_SHOWN]), *more, ""]
