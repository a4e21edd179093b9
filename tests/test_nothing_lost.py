"""Whatever happens while something is written, what is read afterwards is the old or the new, never half of it.

Each kind of file that the program writes is written by a process that is killed at every system call that changes
files, and to a disk that is full after every so many bytes.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent / "recognition"))
sys.path.insert(0, str(Path(__file__).parent / "gestures"))

from killing import disk_full_after, killed_at_every_step
from personal_takes import drawn
from test_take import a_take
from toy_model import TOY_CARD, write_toy_model

from gesturectl.atomic import whole_file
from gesturectl.errors import GesturectlError, ModelError
from gesturectl.evaluation.own_library import OwnLibrary
from gesturectl.evaluation.soak import read_soaks
from gesturectl.gestures.library import Library
from gesturectl.gestures.stream import LabelledEvent, read_events, write_events
from gesturectl.gestures.take import read_take, write_take
from gesturectl.profiles.own import bind, bindings
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.model_history import SHIPPED, ModelHistory
from gesturectl.recognition.personal import learn, study
from gesturectl.recognition.personal_file import Stored, read_personal, write_personal
from gesturectl.recognition.tuned import Tuned, read_tuned, write_tuned
from gesturectl.recognition.variations import track
from gesturectl.recording.shelf import Shelf
from gesturectl.recording.soak import SoakRecording
from gesturectl.settings import Settings, load_settings, save_settings
from gesturectl.types import GestureEvent, Hands, Phase
from gesturectl.ui.studio import profile_files

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux's ptrace and limits")

Version = int | None
"""What is written, counted from 1; None where nothing is."""


@dataclass(frozen=True)
class Kind:
    """A kind of file, in a folder of its own."""

    write: Callable[[Path, int], object]
    read: Callable[[Path], Version]
    """Raises where it is neither."""
    prepare: Callable[[Path], object] = lambda folder: None
    once: bool = False
    """Whether there is no second version."""


def some(version: int) -> list:
    return [a_take(4, note=version) for k in range(2)]


def note_of(path: Path) -> Version:
    return read_take(path).meta["note"] if path.exists() else None


def events_of(folder: Path) -> Version:
    found = read_events(folder / "s.npz")
    return found[0].end_ms if found else None


def read_gesture(folder: Path) -> Version:
    """All takes of a new gesture, or none."""
    problems: list[GesturectlError] = []
    found = [stored.take.meta["note"] for stored in Library(folder).takes(problems)]
    assert not problems
    assert len(found) in (0, 2), found
    return found[0] if found else None


def read_added(folder: Path) -> Version:
    """Takes that are added one by one: each is whole."""
    problems: list[GesturectlError] = []
    found = [stored.take.meta["note"] for stored in Library(folder).takes(problems)]
    assert not problems
    assert found.count(0) == 1
    return 1 if len(found) > 1 else None


def read_removed(folder: Path) -> Version:
    here, there = list((folder / "snap").glob("*.npz")), list((folder / ".removed").glob("*/*.npz"))
    assert len(here + there) == 2, "a gesture is here or with what was removed, whole"
    return 1 if there else None


def read_part(folder: Path) -> Version:
    problems: list[GesturectlError] = []
    parts = read_soaks(folder, problems)
    assert not problems
    assert all(len(read_take(part.path).t_ms) for part in parts)
    return len(parts[0].heard) if parts else None


def write_soak(folder: Path, version: int) -> None:
    recording = SoakRecording(folder, "p")
    for k in range(3):
        begun = [GestureEvent("fist", "left", Phase.BEGIN, 0.9, 33 * k)] if k < version else []
        recording.see(hands_seen(33 * k), begun)
    recording.close()


def hands_seen(t_ms: int) -> Hands:
    take = a_take()
    return Hands(t_ms, take.image_points[0], take.world_points[0], take.present[0], np.ones(2, np.float32), 1.0)


def learnt(toy: Classifier, version: int) -> Stored:
    takes = {way: [study(toy, track(drawn(way, seed))) for seed in range(version)] for way in ("ring", "drop")}
    return Stored(learn(toy.sha256, takes, {}), (str(version),), ())


def read_enrolled(folder: Path) -> Version:
    stored = read_personal(folder / "personal.npz")
    return int(stored.sources[0]) if stored else None


def prepare_models(folder: Path) -> None:
    history = ModelHistory(folder)
    for version in (1, 2):
        history.keep(f"model {version}", *built(history, f"model {version}", version))


def promote(folder: Path, version: int) -> None:
    history = ModelHistory(folder)
    name = f"{time.monotonic_ns()} {version}"
    try:
        history.promote(name, *built(history, name, version))
    finally:  # as a training does it
        for left in folder.glob("history/.*"):
            shutil.rmtree(left)


def built(history: ModelHistory, name: str, version: int) -> tuple[Path, dict]:
    build = history.build_folder(name)
    try:
        with whole_file(build / "model.onnx") as file:
            file.write(_MODELS[version])
    except OSError as error:  # as a training says it
        raise ModelError(str(build), f"the model can't be written ({error.strerror})", "Make room") from error
    total = hashlib.sha256(_MODELS[version]).hexdigest()
    return build, {"state": "kept aside", "reason": "", "gestures": [], "figures": {}, "sha256": total}


def read_in_use(folder: Path) -> Version:
    history = ModelHistory(folder)
    for model in history.models():
        assert Classifier.load(model.model).sha256 == model.sha256
    now = history.current()
    assert now, "the model in use is one that was trained here"
    assert history.previous() != now
    if now == SHIPPED:
        return None
    assert Classifier.load(history.in_use).card.name == now[-1]
    return int(now[-1])


def read_settings(folder: Path) -> Version:
    chosen = load_settings(folder / "settings.toml").quiet_after_input_ms
    return chosen if chosen < 100 else None


def read_bindings(folder: Path) -> Version:
    found = bindings(folder)
    return int(found[0][2]["text"]) if found else None


def save_profile(folder: Path, version: int) -> None:
    path = folder / "mine.toml"
    before = path.read_text() if path.exists() else ""
    text = f"version = 1\n[intents]\nfist = 'go'\n[profile.default.actions]\ngo = {{ text = '{version}' }}\n"
    expected = hashlib.sha256(before.encode()).hexdigest() if before else ""
    profile_files.save((folder / "none", folder), "mine.toml", text, expected, ("fist",))


def read_profile(folder: Path) -> Version:
    from gesturectl.profiles.load import load

    actions = load((folder,)).profiles["default"].actions
    return int(actions["go"].action.text) if actions else None


def tuned_in(folder: Path) -> Version:
    found = read_tuned(folder / "tuned.toml")
    return round(found.per_day) if found else None


@pytest.fixture(scope="module", autouse=True)
def toy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    for version in (1, 2):
        _MODELS[version] = write_toy_model(folder / "toy.onnx", replace(TOY_CARD, name=str(version))).read_bytes()
    toy = Classifier.load(folder / "toy.onnx")
    _LEARNT.update({version: learnt(toy, version) for version in (1, 2)})


_MODELS: dict[int, bytes] = {}
_LEARNT: dict[int, Stored] = {}

KINDS = {
    "a take": Kind(lambda f, v: write_take(f / "new" / "t.npz", some(v)[0]), lambda f: note_of(f / "new" / "t.npz")),
    "the events of a stream": Kind(
        lambda f, v: write_events(f / "s.npz", [LabelledEvent("fist", 0, v)] * 40), events_of
    ),
    "a new gesture": Kind(lambda f, v: Shelf(f).write("snap", some(v)), read_gesture, once=True),
    "takes added to a gesture": Kind(
        lambda f, v: Shelf(f).write("snap", some(v)), read_added,
        lambda f: write_take(f / "snap/1.npz", a_take(note=0)), once=True,
    ),
    "a gesture taken away": Kind(
        lambda f, v: OwnLibrary(f, f / "no.npz").remove("snap"), read_removed,
        lambda f: Shelf(f).write("snap", some(1)), once=True,
    ),
    "a part of a soak": Kind(write_soak, read_part, once=True),
    "personal gestures": Kind(lambda f, v: write_personal(f / "personal.npz", _LEARNT[v]), read_enrolled),
    "settings": Kind(
        lambda f, v: save_settings(Settings(quiet_after_input_ms=v), f / "settings.toml"), read_settings
    ),
    "bindings": Kind(
        lambda f, v: bind("fist", {"text": str(v)}, gestures=("fist",), folder=f), read_bindings
    ),
    "a profile": Kind(save_profile, read_profile),
    "tuned thresholds": Kind(
        lambda f, v: write_tuned(Tuned("0" * 64, {"fist": 0.5}, float(v)), f / "tuned.toml"), tuned_in
    ),
    "the model in use": Kind(lambda f, v: ModelHistory(f).use(f"model {v}"), read_in_use, prepare_models),
    "a trained model": Kind(promote, read_in_use),
}  # fmt: skip


CASES = [(name, version) for name, kind in KINDS.items() for version in ((1,) if kind.once else (1, 2))]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}, version {case[1]}")
def case(request, tmp_path):
    """A kind, the version to write over the one before it, and a function that gives that one's folder anew."""
    name, version = request.param
    kind, kept, folder = KINDS[name], tmp_path / "kept", tmp_path / "folder"
    kept.mkdir()
    kind.prepare(kept)
    if version == 2:
        kind.write(kept, 1)

    def anew() -> Path:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(kept, folder)
        return folder

    kind.write(anew(), version)  # whatever is imported late is there from now on
    return kind, version, anew


def test_a_process_that_is_killed_leaves_the_old_or_the_new(case):
    kind, version, anew = case
    folder = anew()
    before = kind.read(folder)
    seen = []

    def check(where: str) -> None:
        seen.append(kind.read(folder))
        assert seen[-1] in (before, version), where
        if seen[-1] == before != version:  # the next try finds nothing in its way
            kind.write(folder, version)
            assert kind.read(folder) == version, where

    steps = killed_at_every_step(lambda: kind.write(folder, version), anew, check)
    assert seen[0] == before
    assert seen[-1] == version
    assert seen == sorted(seen, key=lambda found: found == version), "what was new stays new"
    assert steps >= 2
    print(f"killed at {steps} points")  # noqa: T201  the figure of docs/reliability.md


def test_a_disk_that_fills_up_leaves_the_old_and_says_so(case):
    kind, version, anew = case
    before, failed = kind.read(anew()), 0
    for size in (0, 1, 10, 100, 300, 600, 1000, 2000, 4000, 8000, 16000, 64000):
        folder = anew()
        try:
            with disk_full_after(size):
                kind.write(folder, version)
        except GesturectlError as error:
            failed += 1
            assert str(folder) in str(error)
            assert error.remedy or all(problem.remedy for problem in error.problems)
            assert kind.read(folder) == before
            assert not list(folder.rglob("*.partial"))
        else:
            assert kind.read(folder) == version
            break
    assert failed or KINDS["a gesture taken away"] is kind, "only moving a folder needs no space"


def test_a_full_disk_really_is_like_that(case, tmp_path):
    kind, version, anew = case
    kept = anew()
    with small_disk(tmp_path / "disk") as disk:
        folder = disk / "folder"
        shutil.copytree(kept, folder)
        before = kind.read(folder)
        with (disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
            while True:
                filler.write(bytes(4096))
        try:
            kind.write(folder, version)
        except GesturectlError as error:
            assert "No space left" in str(error)
            assert kind.read(folder) == before
            (disk / "filler").unlink()
            kind.write(folder, version)
        assert kind.read(folder) == version


def test_what_gets_its_name_is_on_the_disk_and_so_is_the_name(case, monkeypatch):
    """A power cut loses what wasn't synced: here, that would be seen as a name that came before its content."""
    kind, version, anew = case
    folder = anew()
    there = set(folder.rglob("*"))
    synced: dict[int, int] = {}
    unsaid: set[Path] = set()
    fsync, renamed = os.fsync, os.replace

    def remembered_fsync(handle):
        fsync(handle)
        status = os.fstat(handle)
        synced[status.st_ino] = status.st_mtime_ns
        unsaid.difference_update({path for path in unsaid if path.stat().st_ino == status.st_ino})

    def watched_replace(source, target, **options):
        source, target = Path(source), Path(target)
        for path in [source, *source.rglob("*")] if source.is_dir() else [source]:
            if path.is_file() and path not in there:
                assert synced.get(path.stat().st_ino) == path.stat().st_mtime_ns, path
        renamed(source, target, **options)
        unsaid.add(target.parent)

    monkeypatch.setattr(os, "fsync", remembered_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    kind.write(folder, version)
    assert synced
    assert not unsaid


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A file system of two megabytes in memory."""
    place.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", place], check=False).returncode:
        pytest.skip("only root may mount a small disk, and not everywhere")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)
