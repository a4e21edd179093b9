"""Every module writes through `gesturectl.atomic`: whatever writes in another way is listed here, with the reason."""

import ast
from collections.abc import Iterator
from pathlib import Path

import gesturectl

PACKAGE = Path(gesturectl.__file__).parent
OTHERWISE = {
    ("evaluation/tracking.py", "write_bytes"): "frames in a folder that gets its name when all are there",
    ("evaluation/tracking.py", "replace"): "that folder; the frames can be made again",
    ("ui/clip.py", "touch"): "OpenCV writes the clip itself, under another name",
    ("process.py", "open"): "nowhere: a stream that isn't there",
    ("process.py", "os.open"): "the same",
    ("ui/feedback/sound.py", "wave.open"): "into memory",
    ("daemon/logs.py", "os.open"): "a log grows line by line",
    ("daemon/instance.py", "os.open"): "a lock holds nothing",
    ("crashes.py", "os.open"): "what a crashing process can still write",
}
"""By module and call."""


def writes(tree: ast.AST) -> Iterator[str]:
    """What a module calls that changes files: opening to write, and names of functions that write or rename."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        last = name.rpartition(".")[2]
        texts = [ast.unparse(argument) for argument in call.args]
        modes = [text.strip("\"'") for text in texts if text[:1] in "\"'"] + [
            ast.unparse(keyword.value).strip("\"'") for keyword in call.keywords if keyword.arg == "mode"
        ]
        if last == "open" and name != "os.open" and any(set(mode) & set("wax+") and len(mode) <= 3 for mode in modes):
            yield "open" if name == "open" else name if name == "wave.open" else "open"
        elif name == "os.open" and any("O_CREAT" in text or "O_WRONLY" in text for text in texts):
            yield name
        elif last in ("write_text", "write_bytes", "rename", "touch", "imwrite") and isinstance(
            call.func, ast.Attribute
        ):
            yield last
        elif name in ("os.replace", "os.rename", "shutil.move", "shutil.copy", "shutil.copyfile"):
            yield name
        elif last in ("savez", "savez_compressed", "save") and name.startswith(("np.", "numpy.", "torch.", "onnx.")):
            if not any(text in ("file", "buffer") for text in texts):
                yield name
        elif last == "replace" and isinstance(call.func, ast.Attribute) and len(texts) == 1 and not call.keywords:
            yield last  # a path's: a text's takes two, a dataclass's names


def test_nothing_is_written_in_another_way():
    found = set()
    for path in PACKAGE.rglob("*.py"):
        place = path.relative_to(PACKAGE).as_posix()
        if place != "atomic.py" and not place.startswith("benchmarks/"):  # what they write is measured again at will
            found |= {(place, what) for what in writes(ast.parse(path.read_text("utf-8")))}
    assert sorted(found - OTHERWISE.keys()) == []
    assert sorted(OTHERWISE.keys() - found) == [], "these do no longer"


def test_one_would_be_found():
    for bad in (
        "path.write_text('x')", "path.open('wb')", "open(path, mode='a')", "np.savez(path)", "path.replace(other)",
        "os.replace(a, b)", "os.open(path, os.O_CREAT)", "path.rename(other)",
    ):  # fmt: skip
        assert list(writes(ast.parse(bad))), bad
    for fine in ("path.open('rb')", "text.replace('a', 'b')", "replace(take, meta={})", "np.savez(file)"):
        assert not list(writes(ast.parse(fine))), fine
