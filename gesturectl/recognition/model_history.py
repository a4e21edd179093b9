"""The gesture model in use, and those before it: the one that ships, or one that was trained on a person's own takes.

    models/in-use.onnx              the model in use; without it, the one that ships
    models/used.json                what was in use, in this order, to roll back to
    models/history/NAME/            model.onnx, about.json, and whatever else its training left

Everything is written whole or not at all, and the model in use is replaced by one `os.replace`.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from gesturectl.atomic import made_folder, partial_of, replace_whole, whole_file
from gesturectl.errors import GesturectlError, ModelError
from gesturectl.paths import data_dir
from gesturectl.recognition.classifier import Classifier, read_model
from gesturectl.recognition.shipped import classifier_at

SHIPPED = "shipped"
"""The name of the model that ships."""
MODEL, ABOUT = "model.onnx", "about.json"
_PROMOTED = "about.promoted.json"
"""What becomes ABOUT when the model is taken into use; written before, since a rename needs no space on the disk."""
_NOT_TAKEN = "It is no worse in anything, but it couldn't be taken into use."

_LONGEST_ABOUT = 1 << 20

State = Literal["promoted", "kept aside"]
_REMEDY = "Check its permissions, and the space left on the disk; the model in use is as it was."


@dataclass(frozen=True, slots=True)
class PastModel:
    """A model that was trained here."""

    name: str
    """When it was trained, as YYYYMMDD-HHMMSS; what `use` takes."""
    folder: Path
    state: State
    """Whether it was taken into use when it was trained."""
    reason: str
    """Why, in a sentence."""
    sha256: str
    gestures: tuple[str, ...]
    """The person's own gestures that it knows."""
    figures: Mapping[str, Any]
    """What was measured before and after."""

    @property
    def model(self) -> Path:
        """Its file."""
        return self.folder / MODEL


class ModelHistory:
    """The models in `folder` (the user's)."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or data_dir() / "models"
        self.in_use = self.folder / "in-use.onnx"
        """The model in use; absent while the one that ships is."""
        self._used = self.folder / "used.json"
        self._history = self.folder / "history"

    def models(self) -> tuple[PastModel, ...]:
        """All that were trained here, oldest first. Folders that aren't whole are left out."""
        return tuple(model for model in map(_read, self._folders()) if model is not None)

    def problems(self) -> list[GesturectlError]:
        """What of the history is damaged: it can't be rolled back to."""
        found: list[GesturectlError] = []
        for folder in self._folders():
            model = _read(folder)
            try:
                if model is None:
                    remedy = "Nothing else needs it: remove the folder, if you like"
                    raise ModelError(str(folder), "it holds no whole model", remedy)
                self._content(model.name)
            except ModelError as error:
                found.append(error)
        return found

    def current(self) -> str:
        """The name of the model in use: `SHIPPED`, one of `models`, or "" for a file that is none of them."""
        try:
            if not self.in_use.exists():
                return SHIPPED
            total = hashlib.sha256(read_model(self.in_use)).hexdigest()
        except (OSError, ModelError):
            return ""
        return next((model.name for model in reversed(self.models()) if model.sha256 == total), "")

    def keep(self, name: str, build: Path, about: Mapping[str, Any]) -> PastModel:
        """Move the folder `build`, on the same disk, with its MODEL into the history. Raises GesturectlError.

        `about` has the fields of `PastModel` but folder and name.
        """
        place = self._history / name
        with _writing(place):
            _tell(build / ABOUT, about)
            made_folder(self._history)
            replace_whole(build, place)
        model = _read(place)
        assert model is not None  # noqa: S101  just written
        return model

    def promote(self, name: str, build: Path, about: Mapping[str, Any]) -> PastModel:
        """`keep` it and take it into use. Raises GesturectlError; what was kept by then is "kept aside".

        `about` has the reason; its state is what comes of it.
        """
        place = self._history / name
        with _writing(place):
            _tell(build / _PROMOTED, {**about, "state": "promoted"})
        self.keep(name, build, {**about, "state": "kept aside", "reason": _NOT_TAKEN})
        self.use(name)
        with _writing(place):
            replace_whole(place / _PROMOTED, place / ABOUT)
        model = _read(place)
        assert model is not None  # noqa: S101  in use now
        return model

    def build_folder(self, name: str) -> Path:
        """An empty folder to make a model in, for `keep`; what an interrupted training left there is removed."""
        folder = partial_of(self._history / name)
        with _writing(folder):
            for stale in self._history.glob(".*.partial") if self._history.is_dir() else ():
                shutil.rmtree(stale, ignore_errors=True)
            made_folder(folder)
        return folder

    def use(self, name: str) -> None:
        """Take the model `name` into use. Raises ModelError if there is none or it doesn't fit; all stays as it was."""
        before, content = self.current(), self._content(name)
        if before != name:  # first: once the model is in its place, nothing may fail any more
            self._remember([*self._uses(), before])
        self._put(content)

    def roll_back(self) -> str:
        """Take the model before into use; its name. Raises GesturectlError if there is none."""
        uses = self._before()
        if not uses:
            remedy = "gesturectl models history lists them; gesturectl models use NAME takes one."
            raise GesturectlError("models", "no other model was in use before this one", remedy)
        name = uses.pop()
        self._put(self._content(name))
        self._remember(uses)
        return name

    def previous(self) -> str | None:
        """The name of the model that `roll_back` would take; None if there is none."""
        return next(reversed(self._before()), None)

    def _folders(self) -> list[Path]:
        if not self._history.is_dir():
            return []
        return sorted(path for path in self._history.iterdir() if path.is_dir() and not path.name.startswith("."))

    def _before(self) -> list[str]:
        """What was in use before the model in use, in this order."""
        uses, now = self._uses(), self.current()
        while uses and uses[-1] in (now, ""):
            uses.pop()
        return uses

    def _content(self, name: str) -> bytes | None:
        """The file of the model `name`, which fits; None for the one that ships."""
        if name == SHIPPED:
            return None
        model = next((model for model in self.models() if model.name == name), None)
        if model is None:
            names = ", ".join((SHIPPED, *(model.name for model in self.models())))
            raise ModelError(name, "there is no such model", f"There are {names}.")
        content = read_model(model.model)
        if hashlib.sha256(content).hexdigest() != model.sha256:
            remedy = "Take another: gesturectl models history lists them"
            raise ModelError(str(model.model), "it is damaged: it isn't what was written", remedy)
        Classifier.from_bytes(content, str(model.model))
        return content

    def _put(self, content: bytes | None) -> None:
        with _writing(self.in_use):
            if content is None:
                self.in_use.unlink(missing_ok=True)
                return
            with whole_file(self.in_use) as file:
                file.write(content)

    def _uses(self) -> list[str]:
        with suppress(OSError, ValueError):
            names = json.loads(self._used.read_text(encoding="utf-8"))
            if isinstance(names, list):
                known = {SHIPPED, *(model.name for model in self.models())}
                return [name for name in names if name in known]
        return []

    def _remember(self, uses: list[str]) -> None:
        with _writing(self._used):
            made_folder(self.folder)
            with whole_file(self._used) as file:
                file.write(json.dumps(uses[-50:]).encode())


def classifier_in_use(path: Path | None = None, threads: int = 1, live: bool = True) -> Classifier:
    """The classifier in `path`; without it, the one in use. Raises ModelError."""
    return classifier_at(path or path_in_use(), threads, live)


def path_in_use() -> Path | None:
    """The file of the model in use; None while that is the one that ships."""
    path = ModelHistory().in_use
    return path if path.exists() else None


def bytes_in_use() -> tuple[bytes, str]:
    """The content of the model in use, and what to call it in errors. Raises ModelError."""
    from gesturectl.catalogue import verified
    from gesturectl.paths import bundled
    from gesturectl.recognition.shipped import FILE

    in_use = path_in_use()
    if in_use is None:
        return verified(FILE), str(bundled("models") / FILE)
    return read_model(in_use), str(in_use)


def _read(folder: Path) -> PastModel | None:
    try:
        with (folder / ABOUT).open("rb") as file:
            about = json.loads(file.read(_LONGEST_ABOUT))
        state: State = "promoted" if about["state"] == "promoted" else "kept aside"
        gestures = tuple(str(name) for name in about["gestures"])
        figures = dict(about["figures"])
        if not (folder / MODEL).is_file():
            return None
        return PastModel(folder.name, folder, state, str(about["reason"]), str(about["sha256"]), gestures, figures)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _tell(path: Path, about: Mapping[str, Any]) -> None:
    with whole_file(path) as file:
        file.write((json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode())


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """What fails to be written within raises GesturectlError about `path`."""
    try:
        yield
    except OSError as error:
        raise GesturectlError(str(path), f"it can't be written ({error.strerror})", _REMEDY) from error
