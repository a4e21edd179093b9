"""The file of a person's gestures: one .npz, written whole or not at all, and checked throughout when read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturectl.atomic import made_folder, whole_file
from gesturectl.errors import GesturectlError
from gesturectl.npz import DAMAGE, ArchiveError, ArraysFile
from gesturectl.paths import data_dir
from gesturectl.recognition.head import Head
from gesturectl.recognition.head_network import Network
from gesturectl.recognition.personal import Personal, PersonalGesture
from gesturectl.recognition.vocabulary import STARTER
from gesturectl.types import HANDS

NAME = "personal.npz"
"""In the user's data folder."""
REFUSED = "refused.npz"
"""Beside it, of the same form: its gestures are those that fired where the person meant none."""
VERSION = 2
"""What the file's fields mean; 2 came with the network."""

_HEADS = ("one", "two")
_PARTS = {"mean": 1, "scale": 1, "weights": 2, "bias": 1, "whiten": 2, "centres": 2, "calibration": 1}
"""The arrays of a head and how many dimensions each has."""
_LAYERS = {"hidden": 2, "hidden_bias": 1, "out": 2, "out_bias": 1}
"""Those of its network."""
_LARGEST_BYTES = 256_000_000
"""Of the file, and of its numbers."""
_REMEDY = "Enrol your gestures again: gesturectl enrol"


class PersonalFileError(GesturectlError):
    """The file of personal gestures is damaged, of another version, or can't be written."""


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """What the file holds."""

    personal: Personal
    sources: tuple[str, ...]
    """The folders that the gestures were enrolled from, to learn them again for another model."""
    idle: tuple[str, ...]
    """The folders of the person doing nothing in particular."""
    left_out: tuple[str, ...] = ()
    """Gestures in the folders that the person removed."""
    either_hand: bool = False
    """Whether each gesture was learnt for both hands by mirroring."""


def write_personal(path: Path, stored: Stored) -> None:
    """Write `stored` to `path`, whole or not at all; its folder is made. Raises PersonalFileError."""
    personal = stored.personal
    meta = {
        "version": VERSION,
        "model_sha256": personal.model_sha256,
        "gestures": [
            {"name": g.name, "takes": g.takes, "hands": list(g.hands), "both": g.both, "length_ms": g.length_ms}
            for g in personal.gestures
        ],
        "sources": list(stored.sources),
        "idle": list(stored.idle),
        "left_out": list(stored.left_out),
        "either_hand": stored.either_hand,
    }
    arrays: dict[str, Any] = {"meta": np.array(json.dumps(meta, ensure_ascii=False))}
    for name in _HEADS:
        head: Head | None = getattr(personal, name)
        if head is not None:
            arrays |= {f"{name}.{part}": getattr(head, part).astype(np.float32) for part in _PARTS}
            arrays |= {f"{name}.{layer}": getattr(head.network, layer) for layer in _LAYERS}
    try:
        made_folder(path.parent)
        with whole_file(path) as file:
            np.savez_compressed(file, **arrays)
    except OSError as error:
        remedy = "Check its permissions, and the space left on the disk; what was enrolled before is whole"
        raise PersonalFileError(str(path), f"can't be written ({error.strerror or error})", remedy) from error


def read_personal(path: Path) -> Stored | None:
    """What `path` holds; None if there is no such file. Raises PersonalFileError, whatever its bytes."""
    try:
        if not path.exists():
            return None
        with ArraysFile(path, _LARGEST_BYTES) as arrays:
            meta = json.loads(str(arrays.read("meta", "U", ()).item()))
            if not isinstance(meta, dict) or meta.get("version") != VERSION:
                version = meta.get("version") if isinstance(meta, dict) else None
                raise PersonalFileError(str(path), f"it has version {version!r}; this program reads {VERSION}", _REMEDY)
            gestures = tuple(_gesture(row) for row in meta["gestures"])
            heads = {name: _head(arrays, name) for name in _HEADS if f"{name}.mean" in arrays}
            texts = [tuple(str(text) for text in meta.get(key, ())) for key in ("sources", "idle", "left_out")]
            sha256, either = str(meta["model_sha256"]), bool(meta.get("either_hand", False))
    except (ArchiveError, *DAMAGE) as error:
        raise PersonalFileError(str(path), _why(error), _REMEDY) from error
    personal = Personal(sha256, gestures, heads.get("one"), heads.get("two"))
    ones, twos = ([g for g in gestures if g.both is both] for both in (False, True))
    fits = all(
        len(named) == (len(head.centres) if head is not None else 0)
        for named, head in ((ones, personal.one), (twos, personal.two))
    )
    if not gestures or not fits or list(gestures) != [*ones, *twos]:
        raise PersonalFileError(str(path), "its gestures don't fit its numbers", _REMEDY)
    return Stored(personal, texts[0], texts[1], texts[2], either)


def known_gestures(path: Path | None = None) -> tuple[str, ...]:
    """The gestures of the model that ships, and the person's own in `path` (the user's file).

    A damaged file has none; `gesturectl run` tells of it.
    """
    try:
        stored = read_personal(path or data_dir() / NAME)
    except PersonalFileError:
        return STARTER
    own = stored.personal.labels if stored else ()
    return (*STARTER, *(name for name in own if name not in STARTER))


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"it can't be read ({error.strerror})"
    return f"it is damaged ({error})" if isinstance(error, ArchiveError) else "it is damaged"


def _gesture(row: dict[str, Any]) -> PersonalGesture:
    hands = tuple(hand for hand in HANDS if hand in row["hands"])
    takes, length_ms = int(row["takes"]), int(row["length_ms"])
    if not isinstance(row["name"], str) or not row["name"].strip() or not hands or takes < 1 or length_ms < 0:
        raise ValueError("a gesture without a name, hands or takes")
    return PersonalGesture(row["name"], takes, hands, bool(row["both"]), length_ms)


def _head(arrays: ArraysFile, name: str) -> Head:
    parts = {part: values.astype(np.float64) for part, values in _arrays(arrays, name, _PARTS).items()}
    D, G = parts["weights"].shape
    shapes = {"mean": (D,), "scale": (D,), "bias": (G,), "whiten": (D, parts["whiten"].shape[1]), "calibration": (3,)}
    shapes["centres"] = (len(parts["centres"]), parts["whiten"].shape[1])
    if any(parts[part].shape != shape for part, shape in shapes.items()) or not 0 < len(parts["centres"]) <= G:
        raise ValueError(f"the arrays of {name} don't fit together")
    if (parts["scale"] <= 0).any():
        raise ValueError(f"{name}.scale isn't positive")
    layers = {layer: values.astype(np.float32) for layer, values in _arrays(arrays, name, _LAYERS).items()}
    units, outputs = len(layers["hidden_bias"]), len(parts["centres"]) + 1
    fits = {"hidden": (D, units), "hidden_bias": (units,), "out": (units, outputs), "out_bias": (outputs,)}
    if any(layers[layer].shape != shape for layer, shape in fits.items()):
        raise ValueError(f"the network of {name} doesn't fit")
    return Head(**parts, network=Network(**layers))


def _arrays(arrays: ArraysFile, name: str, dimensions: dict[str, int]) -> dict[str, NDArray[Any]]:
    """The arrays of a head by their own names, each of finite numbers in so many dimensions."""
    found: dict[str, NDArray[Any]] = {}
    for part, wanted in dimensions.items():
        values = arrays.read(f"{name}.{part}", "f", (None,) * wanted)
        if not np.isfinite(values).all():
            raise ValueError(f"{name}.{part} isn't finite")
        found[part] = values
    return found
