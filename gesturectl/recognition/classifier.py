"""The gesture classifier at run time: one ONNX file on one thread."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gesturectl.errors import ModelError
from gesturectl.recognition.card import Card
from gesturectl.recognition.model_file import check_self_contained
from gesturectl.recognition.normalise import normalise
from gesturectl.types import Bool, Float32, Hand, Prediction

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

OUTPUTS = ("scores", "agreement", "embedding", "branch_scores")
LARGEST_BYTES = 64_000_000
"""More than any classifier of ours; a file beyond it is something else."""

_IN_WORDS = {
    "hand": "one hand",
    "hands": "both hands",
    "keypoints": "rows of key points",
    "pictures": "pictures",
    "crops": "pictures of a hand",
}
_REMEDY = "Reinstall the model, or train it again with this version of gesturectl."


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a classifier makes of M windows of one hand, V of which show enough of it to say anything."""

    valid: Bool
    """(M,) which of them do."""
    scores: Float32
    """(V, L) the probabilities of each."""
    agreement: Float32
    """(V,) how far the branches agree."""


class Classifier:
    """Says which gesture a hand's window shows."""

    heeds_other_hand = False
    """Whether the other hand's windows matter to it, too."""

    def __init__(self, session: "InferenceSession", card: Card, sha256: str) -> None:
        self._session = session
        self.card = card
        """What the model says about itself."""
        self.sha256 = sha256
        """Of the file it was loaded from."""
        self.provider = "CPU"
        """What runs it. A window is too small to be worth a trip to a GPU."""

    @staticmethod
    def load(path: Path, threads: int = 1, live: bool = True) -> "Classifier":
        """The classifier in `path`; ModelError when the file can't be read or isn't a model that fits this program.

        With `live`, a model that takes something else than one hand's last milliseconds is refused, too.
        """
        return Classifier.from_bytes(read_model(path), str(path), threads, live)

    @staticmethod
    def from_bytes(data: bytes, place: str, threads: int = 1, live: bool = True) -> "Classifier":
        """The classifier in the content of a file; `place` is what to call it in errors."""
        check_self_contained(data, place)
        session = _session(data, place, threads)
        try:  # ONNX Runtime reads names out of the file when it is asked for them
            card = Card.from_metadata(session.get_modelmeta().custom_metadata_map, place)
            _check_signature(session, card, place)
        except UnicodeDecodeError as error:
            raise ModelError(place, "the model has names that are no text", _REMEDY) from error
        if live and not card.input.live:
            fact = f"the model takes {_IN_WORDS[card.input.kind]} of a {card.input.scope}, which no camera gives live"
            raise ModelError(place, fact, "Use it with gesturectl evaluate, or train one with --live.")
        return Classifier(session, card, hashlib.sha256(data).hexdigest())

    def predict(self, window: Float32, t_ms: int, hand: Hand) -> Prediction | None:
        """What `window` (T, 21, 3) of isotropic points, NaN where absent, that ends at `t_ms` shows.

        None, without inference, when too little of the hand was seen.
        """
        return self.predictions(window[None], None, [t_ms], hand)[0]

    def predictions(
        self, windows: Float32, others: Float32 | None, ends_ms: Sequence[int], hand: Hand
    ) -> list[Prediction | None]:
        """The same of M windows at once, which takes half as long a window; for `others` see `look`."""
        seen = self.look(windows, others, hand)
        found: list[Prediction | None] = [None] * len(ends_ms)
        for k, place in enumerate(np.flatnonzero(seen.valid).tolist()):
            agreement = float(seen.agreement[k])
            found[place] = Prediction(ends_ms[place], hand, self.card.labels, seen.scores[k], agreement)
        return found

    def look(self, windows: Float32, others: Float32 | None, hand: Hand) -> Look:
        """What `windows` (M, T, 21, 3) of `hand` show. `others` are those of the other hand, if they are heeded."""
        ready = normalise(windows)
        if not ready.valid.any():
            return Look(ready.valid, np.zeros((0, len(self.card.labels)), np.float32), np.zeros(0, np.float32))
        scores, agreement, _ = self.scores(ready.points[ready.valid], ready.mask[ready.valid])
        return Look(ready.valid, scores, agreement)

    def scores(self, points: Float32, mask: Float32) -> tuple[Float32, Float32, Float32]:
        """Probabilities (N, L), agreement (N,) and embedding (N, E) of many windows at once.

        `points` (N, T, 21, 3) and `mask` (N, T) are as `normalise` gives them; for models that aren't live, see
        `card.input` and `whole_take`.
        """
        scores, agreement, embedding = self._run(OUTPUTS[:3], points, mask)
        return scores, agreement, embedding

    def outputs(self, points: Float32, mask: Float32) -> tuple[Float32, ...]:
        """All outputs, in the order of OUTPUTS: those of `scores` and the branches' own scores (N, K, L)."""
        return tuple(self._run(OUTPUTS, points, mask))

    def _run(self, names: Sequence[str], points: Float32, mask: Float32) -> list[Any]:
        values = points.astype(np.float32, copy=False)  # pictures are kept as bytes
        try:
            result: list[Any] = self._session.run(list(names), {self.card.input.name: values, "mask": mask})
        except _failures() as error:
            fact = f"ONNX Runtime can't run the model ({_first_line(error)})"
            raise ModelError(self.card.name, fact, _REMEDY) from error
        return result


def read_model(path: Path) -> bytes:
    """The content of a model's file, unchecked. ModelError when there is none, or more than any model has."""
    try:
        if path.exists() and not path.is_file():  # a device would never end
            raise ModelError(str(path), "it isn't a file", _REMEDY)
        size = path.stat().st_size
        if size == 0:
            raise ModelError(str(path), "the file is empty", _REMEDY)
        if size > LARGEST_BYTES:
            raise ModelError(str(path), f"the file has {size:,} bytes, more than any gesture model", _REMEDY)
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES)  # however it grows meanwhile
    except OSError as error:
        raise ModelError(str(path), f"the model can't be read ({error.strerror})", _REMEDY) from error


def _session(data: bytes, place: str, threads: int) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.use_env_allocators", "1")  # where there is one: daemon/frugal.py
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # A spinning thread would burn a core between frames.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Else it would take a file of its own format for one, which `check_self_contained` doesn't understand.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    options.log_severity_level = 4  # what is wrong is told by `ModelError`; its own words would quote the file as it is
    try:
        # Its own fallback would print on stdout, and try the same again.
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"], enable_fallback=0)
    except _failures() as error:
        raise ModelError(place, f"ONNX Runtime can't load the model ({_first_line(error)})", _REMEDY) from error


def _failures() -> tuple[type[Exception], ...]:
    """What ONNX Runtime raises; ValueError where its words about damage are no text."""
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    return (
        RuntimeError, ValueError, errors.Fail, errors.InvalidArgument, errors.InvalidGraph, errors.InvalidProtobuf,
        errors.NotImplemented, errors.RuntimeException,
    )  # fmt: skip


def _check_signature(session: "InferenceSession", card: Card, place: str) -> None:
    """Refuse a graph whose inputs or outputs aren't those the card promises."""
    labels = len(card.labels)
    inputs = card.input.shapes(card.steps)
    expected = {
        **inputs,
        "scores": (labels,),
        "agreement": (),
        "embedding": (card.embedding,),
        "branch_scores": (len(card.branches), labels),
    }
    parts = (("input", tuple(inputs), session.get_inputs()), ("output", OUTPUTS, session.get_outputs()))
    for kind, promised, found in parts:
        shapes = {value.name: value for value in found}
        if set(shapes) != set(promised):
            names = ", ".join(shapes) or "none"
            raise ModelError(place, f"the model's {kind}s are {names}, not {', '.join(promised)}", _REMEDY)
        for name in promised:
            shape, dtype = tuple(shapes[name].shape), shapes[name].type
            rest = shape[1:]
            unlike = [
                size
                for size, wanted in zip(rest, expected[name], strict=False)
                if isinstance(size, int) and size != wanted
            ]
            fixed = not shape or isinstance(shape[0], int)
            if dtype != "tensor(float)" or len(rest) != len(expected[name]) or unlike or fixed:
                wanted = ("windows", *expected[name])
                raise ModelError(
                    place, f'{kind} "{name}" is {dtype} {shape}, but the card needs float {wanted}', _REMEDY
                )


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:200] or type(error).__name__
