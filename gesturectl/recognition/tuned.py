"""Thresholds chosen on a person's own takes, in `tuned.toml` among the settings: written by `gesturectl tune`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import tomli_w

from gesturectl.atomic import made_folder, whole_file
from gesturectl.errors import GesturectlError
from gesturectl.paths import config_dir
from gesturectl.recognition.card import Card
from gesturectl.recognition.classifier import Classifier
from gesturectl.toml_schema import SIZE_LIMIT

NAME = "tuned.toml"
"""In the folder of the user's settings."""
LOWEST, HIGHEST = 0.3, 0.999
"""What a threshold may be; below, noise would be a gesture."""

_HEADER = "# Thresholds that `gesturectl tune` chose. `gesturectl tune --reset` removes them.\n"
_REMEDY = "Tune again (gesturectl tune), or remove it (gesturectl tune --reset)"


@dataclass(frozen=True, slots=True)
class Tuned:
    """What the file holds."""

    model_sha256: str
    """Of the model they were chosen for; scores of another mean something else."""
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """Score from which a gesture counts, for those that need another than the model's card says."""
    per_day: float = 1.0
    """How many false activations in a day they are meant to allow."""

    def for_model(self, classifier: Classifier) -> Mapping[str, float]:
        """The thresholds of gestures, if they are for this model; else none."""
        return self.thresholds if self.model_sha256 == classifier.sha256 else {}


def tuned_path() -> Path:
    """Where the user's are."""
    return config_dir() / NAME


def read_tuned(path: Path | None = None) -> Tuned | None:
    """What `path` (the user's) holds; None if there is no such file. Raises GesturectlError."""
    path = path or tuned_path()
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
        if len(content) > SIZE_LIMIT:
            raise GesturectlError(str(path), f"it is larger than {SIZE_LIMIT >> 10} KiB", _REMEDY)
        told = tomllib.loads(content.decode("utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise GesturectlError(str(path), f"it can't be read ({error.strerror})", _REMEDY) from error
    except (ValueError, RecursionError) as error:
        raise GesturectlError(str(path), f"it isn't TOML ({error})", _REMEDY) from error
    thresholds, per_day = told.get("thresholds", {}), told.get("per_day", 1.0)
    if not isinstance(told.get("model"), str) or not isinstance(thresholds, dict) or not _is_number(per_day):
        raise GesturectlError(str(path), "it needs a model, per_day and a table of thresholds", _REMEDY)
    for gesture, value in thresholds.items():
        if not _is_number(value) or not LOWEST <= value <= HIGHEST:
            fact = f"the threshold of {gesture} is {value!r}, not between {LOWEST} and {HIGHEST}"
            raise GesturectlError(str(path), fact, _REMEDY)
    return Tuned(told["model"], {name: float(value) for name, value in thresholds.items()}, float(per_day))


def write_tuned(tuned: Tuned, path: Path | None = None) -> None:
    """Write `tuned` to `path` (the user's), whole or not at all. Raises GesturectlError."""
    path = path or tuned_path()
    table = {
        "model": tuned.model_sha256,
        "per_day": tuned.per_day,
        "thresholds": dict(sorted(tuned.thresholds.items())),
    }
    try:
        made_folder(path.parent)
        with whole_file(path) as file:
            file.write((_HEADER + tomli_w.dumps(table)).encode())
    except OSError as error:
        remedy = "Check its permissions, and the space left on the disk; the thresholds in use are as they were"
        raise GesturectlError(str(path), f"can't be written ({error.strerror or error})", remedy) from error


def thresholds_of(card: Card, tuned: Mapping[str, float]) -> dict[str, float]:
    """The threshold of each of the card's labels: the tuned one, or the card's."""
    return {label: tuned.get(label, card.threshold(label)) for label in card.labels}


def with_tuned(classifier: Classifier) -> Classifier:
    """`classifier` with the person's thresholds in its card, if some were tuned for it. Raises GesturectlError."""
    tuned = read_tuned()
    mine = tuned.for_model(classifier) if tuned is not None else {}
    known = {name: value for name, value in mine.items() if name in classifier.card.labels}
    if known:
        classifier.card = replace(classifier.card, thresholds={**classifier.card.thresholds, **known})
    return classifier


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
