"""What a retraining leaves beside its model: figures before and after for programs, pictures and a page for people."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from gesturectl.evaluation.performing import Fired, Performed
from gesturectl.evaluation.pictures import confusion_picture, curves_picture, write_picture
from gesturectl.training.report import CONFUSION, CURVES, REPORT, write_text
from gesturectl.training.retrain import Retrained
from gesturectl.training.standing import Side
from gesturectl.types import NOTHING

_ROWS = (
    ("your takes it hadn't seen", "takes"),
    ("the starter's gestures, synthetic", "starter"),
    ("where you meant nothing", "nothing"),
    ("synthetic work", "quiet"),
)


def figures(done: Retrained, seconds: float) -> dict[str, Any]:
    """All that was measured."""
    return {
        "gestures": list(done.gestures),
        "seconds": round(seconds, 1),
        **done.as_json(),
        "validation": {name: round(value, 5) for name, value in done.fit.metrics.items()},
        "epochs": [asdict(epoch) for epoch in done.fit.epochs],
    }


def write_report(folder: Path, done: Retrained, reason: str) -> None:
    """Write the pictures and the page into `folder`. Raises GesturectlError."""
    epochs = done.fit.epochs
    losses = {"training": [e.training_loss for e in epochs], "validation": [e.validation_loss for e in epochs]}
    write_picture(folder / CURVES, curves_picture(losses, "Loss of the retraining", up="loss"))
    labels = (*(label for label in done.fit.model.labels if label != NOTHING), NOTHING)
    counts = _confusion(done.candidate, labels)
    shown = tuple(k for k in range(len(labels)) if counts[k].any() or counts[:, k].any())
    names = tuple(labels[k] for k in shown)
    title = "What fired first, in takes it was not trained on"
    write_picture(folder / CONFUSION, confusion_picture(counts[np.ix_(shown, shown)], names, title))
    lines = [f"# Retrained: {', '.join(done.gestures) or NOTHING}", "", reason, "", *table(done), ""]
    lines += [f"![learning curves]({CURVES})", f"![what fired]({CONFUSION})", ""]
    for name, fired in sorted(done.candidate.takes.wrong.items()):
        lines.append(f"- {name} was seen as {fired}")
    write_text(folder / REPORT, "\n".join(lines).rstrip() + "\n")


def table(done: Retrained) -> list[str]:
    """Before and after as a table in Markdown, which reads well as text, too."""
    rows = [("", "before", "after")]
    rows += [(words, _told(getattr(done.present, key)), _told(getattr(done.candidate, key))) for words, key in _ROWS]
    widths = [max(len(row[k]) for row in rows) for k in range(3)]
    padded = [f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |" for row in rows]
    return [padded[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *padded[1:]]


def _told(found: Performed | Fired) -> str:
    if isinstance(found, Fired):
        return f"fired {found.total} times in {60 * found.hours:.0f} min" if found.hours else "none kept out"
    if not found.shown:
        return "none kept out"
    return f"{len(found.right)} of {found.shown} right, {len(found.wrong)} wrong"


def _confusion(side: Side, labels: tuple[str, ...]) -> np.ndarray:
    counts = np.zeros((len(labels), len(labels)), np.int64)
    for found in (side.takes, side.starter):
        for name, seen in [*((name, _gesture(name)) for name in found.right), *found.wrong.items()]:
            counts[labels.index(_gesture(name)), labels.index(seen)] += 1
    return counts


def _gesture(name: str) -> str:
    return name.split("/", 1)[0]
