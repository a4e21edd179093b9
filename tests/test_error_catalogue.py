"""Every error of the program: a place, a fact, a remedy and an exit code, in the code and as a person meets it."""

import ast
import importlib
import json
import re
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import gesturectl
from gesturectl import cli, errors
from gesturectl.errors import GesturectlError

ROOT = Path(gesturectl.__file__).parent

WITHOUT_PLACE = {
    ("capture/source.py", "CameraLostError"): "what is missing is the place: there is no camera",
    ("evaluation/closed_set.py", "UnusableTakeError"): "a take in memory; whoever has its file names it",
    ("recognition/whole_take.py", "UnusableTakeError"): "a take in memory; whoever has its file names it",
}
"""Where an error may have an empty place, and why."""

NOTHING_TO_DO: dict[tuple[str, str], str] = {
    ("gestures/importers/base.py", "ImportFailedError"): "the class has one remedy for all",
}
"""Where a remedy may be missing, and why."""

NOT_BY_A_VERB = {
    "StaleError": "two open pages meet it: tests/ui/studio/test_profile_files.py",
    "KeepingError": "a disk that fills while frames are measured: tests/evaluation/test_tracking.py",
    "ServerGoneError": "an X server that ends under a running daemon: tests/desktop/test_x11_injector.py",
    "UnmeasurableError": "another system, or no MediaPipe: tests/benchmarks/test_bench_verb.py",
    "NoHotKeyError": "the doctor tells it, the daemon goes on without: tests/desktop/test_select.py",
}
"""Classes that no verb ends with, and where they are provoked instead."""


# ---- in the code


@cache
def trees() -> dict[str, ast.Module]:
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in sorted(ROOT.rglob("*.py"))
    }


@cache
def classes() -> dict[str, str]:
    """Each error class, and the file that defines it."""
    found = {"GesturectlError": "errors.py"}
    while True:
        more = {
            node.name: file
            for file, tree in trees().items()
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) and {name_of(base) for base in node.bases} & found.keys()
        }
        if more.keys() <= found.keys():
            return found
        found |= more


def name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name_of(node.func) in names:
                yield file, node


def given(call: ast.Call, number: int, name: str) -> ast.expr | None:
    """The argument of a call, by its place or its name."""
    if len(call.args) > number and not any(isinstance(arg, ast.Starred) for arg in call.args[: number + 1]):
        return call.args[number]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def ends(node: ast.expr | None) -> list[str]:
    """How a text that is written in the code may end; empty where only the run tells."""
    match node:
        case ast.Constant(str() as text):
            return [text]
        case ast.JoinedStr([*_, ast.Constant(str() as text)]):
            return [text]
        case ast.BinOp(right=right):
            return ends(right)
        case ast.IfExp(body=one, orelse=other):
            return [*ends(one), *ends(other)]
    return []


def loaded(name: str) -> type[GesturectlError]:
    module = "gesturectl." + classes()[name].removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    found: type[GesturectlError] = getattr(importlib.import_module(module), name)
    return found


@cache
def has_own_remedy(name: str) -> bool:
    """Whether the class gives a remedy where none is given."""
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == name and file == classes()[name]:
                makers = [part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"]
                return any(ends(default) not in ([], [""]) for maker in makers for default in maker.args.defaults)
    return False


def test_there_is_something_to_look_at():
    assert len(classes()) > 15
    assert sum(1 for _ in calls(*classes())) > 400


@pytest.mark.parametrize("name", sorted(classes()))
def test_a_class_says_what_it_means_and_its_exit_code_is_documented(name):
    error = loaded(name)
    assert error.__doc__
    assert issubclass(error, GesturectlError)
    assert re.search(rf"\b{error.exit_code}\b ", cli._EPILOG)


def test_the_readme_documents_every_exit_code():
    readme = (ROOT.parent / "README.md").read_text("utf-8")
    table = readme[readme.index("## Exit codes") :]
    for name in classes():
        assert f"| {loaded(name).exit_code} |" in table


def test_every_error_has_a_place():
    without = [
        f"{file}:{call.lineno} {ast.unparse(call)}"
        for file, call in calls(*classes())
        if given(call, 0, "place") is None or ends(given(call, 0, "place")) == [""]
        if (file, name_of(call.func)) not in WITHOUT_PLACE and "super" not in ast.unparse(call)
    ]
    assert not without


def test_every_fact_is_a_part_of_a_sentence():
    wrong = [
        f"{file}:{call.lineno} {ast.unparse(call)}"
        for file, call in calls(*(name for name in classes() if name != "ConfigError"))
        for end in ends(given(call, 1, "fact"))
        if not end.strip() or end.rstrip()[-1] in ".!"
    ]
    assert not wrong


def test_every_error_has_a_remedy():
    """Those of a ConfigError are in its problems."""
    without = [
        f"{file}:{call.lineno} {ast.unparse(call)}"
        for file, call in calls(*(name for name in classes() if name != "ConfigError"))
        if (given(call, 2, "remedy") is None and not has_own_remedy(name_of(call.func)))
        or any(not end.strip() for end in ends(given(call, 2, "remedy")))
        if (file, name_of(call.func)) not in NOTHING_TO_DO
    ]
    assert not without


def test_every_mistake_in_a_file_has_a_remedy():
    without = [
        f"{file}:{call.lineno} {ast.unparse(call)}"
        for file, call in calls("mistake", "_mistake", "_break")
        if given(call, 2, "remedy") is None or any(not end.strip() for end in ends(given(call, 2, "remedy")))
    ]
    assert not without


@pytest.mark.parametrize(("kind", "number"), [("Trouble", 2), ("Unavailable", 1), ("degraded", 1), ("broken", 1)])
def test_a_camera_s_trouble_a_missing_back_end_and_a_doctor_s_finding_say_what_to_do_as_well(kind, number):
    without = [
        f"{file}:{call.lineno} {ast.unparse(call)}"
        for file, call in calls(kind)
        if given(call, number, "remedy") is None or any(not end.strip() for end in ends(given(call, number, "remedy")))
    ]
    # A trouble of a place alone says whose it is; `explained` gives a fact and a remedy.
    assert not [one for one in without if "place=place" not in one and "*explained(" not in one]


def test_what_is_excused_is_still_there():
    used = {(file, name_of(call.func)) for file, call in calls(*classes())}
    assert WITHOUT_PLACE.keys() <= used
    for name, why in NOT_BY_A_VERB.items():
        assert name in classes()
        assert (ROOT.parent / why.rpartition(": ")[2]).is_file()


# ---- as a person meets them


@dataclass(frozen=True)
class Met:
    """A command that ends with an error."""

    words: Callable[[Path], list[str]]
    """Given a folder to prepare, the command line."""
    ends_as: str = ""
    """The class that the verb ends with, where it puts the error into another one."""


def junk(path: Path, content: str = "junk") -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return str(path)


def wristless(folder: Path) -> str:
    """A take in which one joint of a hand is known."""
    from gesturectl.gestures.take import Take, absent, write_take

    path, points, present = folder / "tip.npz", absent(50), np.zeros((50, 2), bool)
    points[:, 1, 8], present[:, 1] = 0.5, True
    write_take(path, Take(np.arange(50) * 33, points, absent(50), present, {}))
    return str(path)


def a_closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}/video"


MET = {
    "GesturectlError": Met(lambda at: ["evaluate", str(Path(junk(at / "library" / "odd" / "a.npz")).parent.parent)]),
    "UsageError": Met(lambda at: ["which", "nosuch", "--app", "firefox"]),
    "ConfigError": Met(lambda at: ["profiles", "check", junk(at / "a.toml", "version = 1\nprofile = 3\nx = 1\n")]),
    "SourceError": Met(lambda at: ["run", "--dry-run", "--source", str(at / "none.mp4")]),
    "CameraLostError": Met(lambda at: ["soak", "--minutes", "1", "--source", a_closed_port()]),
    "ModelError": Met(lambda at: ["predict", "--model", junk(at / "a.onnx"), wristless(at)]),
    "DesktopError": Met(lambda at: ["apps"]),
    "DaemonError": Met(lambda at: ["status"]),
    "TakeError": Met(lambda at: ["predict", str(at / "none.npz")]),
    "DamagedTakeError": Met(lambda at: ["predict", junk(at / "a.npz")]),
    "UnusableTakeError": Met(lambda at: ["predict", wristless(at)], "GesturectlError"),
    "BadNameError": Met(lambda at: ["record", "a/b"]),
    "LibraryError": Met(lambda at: ["takes", "--library", str(at / "none")]),
    "ImportFailedError": Met(
        lambda at: ["import", str(Path(junk(at / "in" / "a.xyz")).parent), "--out", str(at / "out")]
    ),
    "PersonalFileError": Met(lambda at: [junk(at / "data" / "gesturectl" / "personal.npz"), "enrol", "--list"][1:]),
    "KeyNameError": Met(
        lambda at: [
            "profiles",
            "check",
            junk(at / "k.toml", 'version = 1\n[profile.default.actions]\na = { keys = "Foo" }\n'),
        ],
        "ConfigError",
    ),
}


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """No desktop, no daemon, no files but those of this test."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    (tmp_path / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    for name in ("config_dir", "data_dir", "state_dir", "runtime_dir") if sys.platform != "linux" else ():
        folder = tmp_path / name.removesuffix("_dir") / "gesturectl"
        monkeypatch.setattr(f"gesturectl.paths.{name}", lambda folder=folder: folder)
    return tmp_path


def test_every_class_is_met_by_a_verb_or_says_why_not():
    assert classes().keys() == MET.keys() | NOT_BY_A_VERB.keys()


@pytest.mark.parametrize("as_json", [False, True], ids=["words", "json"])
@pytest.mark.parametrize("name", sorted(MET))
def test_a_person_meets_place_fact_remedy_and_exit_code(name, as_json, alone, monkeypatch, capsys):
    made: list[GesturectlError] = []
    original = errors.GesturectlError.__init__

    def remember(self, *args, **named):
        original(self, *args, **named)
        made.append(self)

    monkeypatch.setattr(errors.GesturectlError, "__init__", remember)
    shown: list[GesturectlError] = []
    show = cli._print_error
    monkeypatch.setattr(cli, "_print_error", lambda error, as_json: (shown.append(error), show(error, as_json)))
    met = MET[name]

    code = cli.main([*met.words(alone), *(["--json"] if as_json else [])])

    out, err = capsys.readouterr()
    (error,) = shown
    assert type(error) is loaded(met.ends_as or name)
    assert code == error.exit_code == loaded(met.ends_as or name).exit_code
    problems = getattr(error, "problems", (error,))
    assert problems
    for problem in problems:
        assert problem.place
        assert problem.fact
        assert not problem.fact.endswith(".")
        assert problem.remedy
        for part in (problem.place, problem.fact, problem.remedy):
            assert part in err
    assert any(type(one) is loaded(name) and (one is error or one.fact in err) for one in made)
    assert "Traceback" not in out + err
    assert not (alone / "state" / "gesturectl" / "crashes").exists()
    if as_json:
        told = json.loads(out.splitlines()[-1])
        assert (told["type"], told["exit_code"]) == ("error", code)
        assert told["problems"] == [{"place": p.place, "fact": p.fact, "remedy": p.remedy} for p in problems]
