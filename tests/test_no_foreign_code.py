"""Nothing that is read can become a program: neither files of others nor our own are ever unpickled or evaluated."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import gesturectl

PACKAGE = Path(gesturectl.__file__).parent
FILES = {str(path.relative_to(PACKAGE)): ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}

UNPICKLERS = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
ALLOWED_NAMES = {("training/run.py", "pickle.UnpicklingError")}
"""The name of an error that torch raises."""
EVALUATORS = {"eval", "exec", "compile", "__import__"}
FOREIGN_STARTERS = {"system", "popen", "spawnl", "spawnv", "execv", "execve", "execvp", "getoutput", "getstatusoutput"}
SHELLS = {("actions/children.py", "shell")}
"""Where a profile may ask for a shell: the argument is a name there, that says so of the profile's line."""


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """The dotted name of what is called."""
    try:
        return ast.unparse(call.func)
    except RecursionError:
        return ""


def option(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def is_said(value: ast.expr | None, wanted: bool) -> bool:
    return isinstance(value, ast.Constant) and value.value is wanted


def unpicklers(place: str, tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.split(".")[0] in UNPICKLERS)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in UNPICKLERS:
            names = {f"{node.module}.{name.name}" for name in node.names}
            yield from (name for name in names if (place, name) not in ALLOWED_NAMES)


def evaluators(place: str, tree: ast.AST) -> Iterator[str]:
    yield from (called(call) for call in calls(tree) if called(call) in EVALUATORS)


def array_readers(place: str, tree: ast.AST) -> Iterator[str]:
    """np.load that doesn't say allow_pickle=False, and whatever else says something else."""
    for call in calls(tree):
        said = option(call, "allow_pickle")
        if (said is not None or called(call) in ("np.load", "numpy.load")) and not is_said(said, False):
            yield ast.unparse(call)


def torch_readers(place: str, tree: ast.AST) -> Iterator[str]:
    """torch.load that doesn't say weights_only=True, and torch.hub."""
    for call in calls(tree):
        name = called(call)
        if name.startswith("torch.hub") or (
            name.startswith("torch.") and name.endswith(".load") and not is_said(option(call, "weights_only"), True)
        ):
            yield ast.unparse(call)


def shells(place: str, tree: ast.AST) -> Iterator[str]:
    for call in calls(tree):
        value = option(call, "shell")
        if value is not None and not is_said(value, False) and (place, ast.unparse(value)) not in SHELLS:
            yield ast.unparse(call)
        if called(call) in {f"{module}.{name}" for module in ("os", "subprocess") for name in FOREIGN_STARTERS}:
            yield ast.unparse(call)


CHECKS = [unpicklers, evaluators, array_readers, torch_readers, shells]
BAD = {
    unpicklers: "import pickle",
    evaluators: "x = eval(text)",
    array_readers: "np.load(path)",
    torch_readers: "torch.load(path, weights_only=False)",
    shells: "subprocess.run(line, shell=True)",
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_no_module_has_any(check):
    found = {place: list(check(place, tree)) for place, tree in FILES.items()}
    assert {place: what for place, what in found.items() if what} == {}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_one_would_be_found(check):
    assert list(check("any.py", ast.parse(BAD[check])))
    assert list(
        check("any.py", ast.parse("def f():\n    " + BAD[check].replace("import pickle", "from pickle import loads")))
    )


def test_what_is_allowed_is_still_there():
    assert list(unpicklers("elsewhere.py", FILES["training/run.py"])) == ["pickle.UnpicklingError"]
    assert len(list(shells("elsewhere.py", FILES["actions/children.py"]))) == 1
