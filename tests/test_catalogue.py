"""The table of models that ship, and the check of each file against it."""

import hashlib
from pathlib import Path

import pytest

from gesturectl.catalogue import sources, verified
from gesturectl.errors import ModelError
from gesturectl.paths import bundled

HEADER = "| file | sha256 | origin | licence |\n|---|---|---|---|\n"


def row(name: str, content: bytes) -> str:
    return f"| {name} | {hashlib.sha256(content).hexdigest()} | made here | CC0-1.0 |\n"


def test_every_model_that_ships_is_listed_and_is_what_the_list_says() -> None:
    rows = sources()
    shipped = {path.name for path in bundled("models").iterdir() if path.suffix in (".onnx", ".task", ".npz")}
    assert set(rows) == shipped
    for name in rows:
        assert verified(name)


def test_text_around_the_table_is_free(tmp_path: Path) -> None:
    (tmp_path / "SOURCES.md").write_text(f"# Title\n\n{HEADER}{row('a.onnx', b'a')}\nMore text.\n")
    assert sources(tmp_path)["a.onnx"].licence == "CC0-1.0"


def test_a_file_that_matches_is_given(tmp_path: Path) -> None:
    (tmp_path / "SOURCES.md").write_text(HEADER + row("a.onnx", b"model"))
    (tmp_path / "a.onnx").write_bytes(b"model")
    assert verified("a.onnx", tmp_path) == b"model"


@pytest.mark.parametrize(
    ("table", "content", "fact"),
    [
        (None, b"model", r"SOURCES\.md: can't be read"),
        ("no table here", b"model", r"SOURCES\.md: has no table"),
        (HEADER + "| a.onnx | 123 | here | CC0-1.0 |\n", b"model", r"has a malformed row: a\.onnx \| 123"),
        (HEADER + row("b.onnx", b"model"), b"model", r"has no row for a\.onnx"),
        (HEADER + row("a.onnx", b"model"), b"mode", r"a\.onnx: the model is damaged"),
        (HEADER + row("a.onnx", b"model"), None, r"a\.onnx: the model is missing"),
    ],
)
def test_whatever_is_wrong_is_one_clear_error(
    tmp_path: Path, table: str | None, content: bytes | None, fact: str
) -> None:
    if table is not None:
        (tmp_path / "SOURCES.md").write_text(table)
    if content is not None:
        (tmp_path / "a.onnx").write_bytes(content)
    with pytest.raises(ModelError, match=fact + ".*Install gesturectl again"):
        verified("a.onnx", tmp_path)
