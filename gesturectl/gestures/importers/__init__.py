"""Other tools' layouts, one file each."""

from pathlib import Path
from typing import cast

from gesturectl.gestures.importers import (
    assembly,
    csv_points,
    fpha,
    gestura,
    hdf5,
    holistic,
    keypoints,
    pictures,
    sfinge,
    shrec,
    shrec_text,
)
from gesturectl.gestures.importers.base import Importer, ImportFailedError

LAYOUTS: dict[str, Importer] = {
    "shrec17": cast(Importer, shrec),
    "sfinge3d": cast(Importer, sfinge),
    "holistic": cast(Importer, holistic),
    "assembly": cast(Importer, assembly),
    "fpha": cast(Importer, fpha),
    "gestura": cast(Importer, gestura),
    "shrec-text": cast(Importer, shrec_text),
    "hdf5": cast(Importer, hdf5),
    "csv": cast(Importer, csv_points),
    "keypoints": cast(Importer, keypoints),
    "pictures": cast(Importer, pictures),
}
"""Every layout by the name `--format` takes; those that need more to be recognised come first."""


def detect(source: Path) -> tuple[str, str]:
    """The layout of `source`, and why it is that. Raises ImportFailedError if it is none or isn't there."""
    if not source.exists():
        raise ImportFailedError(str(source), "there is no such file or folder", "Check its name")
    for name, importer in LAYOUTS.items():
        reason = importer.detects(source)
        if reason is not None:
            return name, reason
    raise ImportFailedError(
        str(source),
        "its layout isn't one of those that can be imported",
        "The commonest is a folder for each gesture with videos in it; gesturectl import --help lists all",
    )
