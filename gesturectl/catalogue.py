"""The models that ship with the program: the table in `models/SOURCES.md`, and the check of each file against it."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from gesturectl.errors import ModelError
from gesturectl.paths import bundled

SOURCES = "SOURCES.md"
"""The file that lists the models, beside them."""

_COLUMNS = ("file", "sha256", "origin", "licence")
_REMEDY = "Install gesturectl again"


@dataclass(frozen=True, slots=True)
class ModelSource:
    """One row of the table: a file that ships, and where it comes from."""

    file: str
    """Its name in the folder of models."""
    sha256: str
    """The sum of its content, in lower-case hexadecimal."""
    origin: str
    """Who made it and how it got here."""
    licence: str
    """Its SPDX identifier."""


def sources(folder: Path | None = None) -> dict[str, ModelSource]:
    """The rows by file name. Raises ModelError if the table is missing or a row is malformed."""
    path = (folder or bundled("models")) / SOURCES
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(str(path), f"can't be read ({error})", _REMEDY) from error
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines if line.startswith("|")]
    if len(cells) < 2 or cells[0] != _COLUMNS:
        raise ModelError(str(path), f"has no table of the columns {', '.join(_COLUMNS)}", _REMEDY)
    rows = {}
    for row in cells[2:]:
        if len(row) != len(_COLUMNS) or not re.fullmatch(r"[0-9a-f]{64}", row[1]):
            raise ModelError(str(path), f"has a malformed row: {' | '.join(row)}", _REMEDY)
        rows[row[0]] = ModelSource(*row)
    return rows


def verified(file: str, folder: Path | None = None) -> bytes:
    """The content of a model that ships. Raises ModelError if it is missing or isn't what the table says."""
    folder = folder or bundled("models")
    source = sources(folder).get(file)
    if source is None:
        raise ModelError(str(folder / SOURCES), f"has no row for {file}", _REMEDY)
    path = folder / file
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(str(path), "the model is missing", _REMEDY) from error
    except OSError as error:
        raise ModelError(str(path), f"the model can't be read ({error.strerror})", _REMEDY) from error
    if hashlib.sha256(content).hexdigest() != source.sha256:
        raise ModelError(str(path), f"the model is damaged: its sha256 isn't the one {SOURCES} lists", _REMEDY)
    return content
