"""Whatever bytes come in by socket, text or file, only what is promised comes of it: see docs/reliability.md.

`python scripts/fuzz.py TARGET --seconds N` looks further, guided by coverage.
"""

import importlib.util
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from targets import TARGETS

ROOT = Path(__file__).parent.parent.parent

if importlib.util.find_spec("onnx") is None:  # the toy model is made with it
    TARGETS = {name: target for name, target in TARGETS.items() if name not in ("onnx", "model", "personal")}

calm = settings(derandomize=True, deadline=None, max_examples=80)


@cache
def attempt_of(name):
    return TARGETS[name].make()


@cache
def seeds_of(name):
    return list(TARGETS[name].seeds())


@pytest.mark.parametrize("name", TARGETS)
def test_its_seeds_are_taken_as_promised(name):
    for seed in seeds_of(name):
        attempt_of(name)(seed)


@pytest.mark.parametrize("name", TARGETS)
@calm
@given(st.binary(max_size=400))
def test_any_bytes_are_taken_as_promised(name, data):
    attempt_of(name)(data)


@pytest.mark.parametrize("name", TARGETS)
@calm
@given(st.data())
def test_damaged_files_are_taken_as_promised(name, data):
    """A seed, cut, with bytes changed and words of its format put in."""
    damaged = bytearray(data.draw(st.sampled_from(seeds_of(name))))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(damaged)))
        piece = data.draw(st.sampled_from(TARGETS[name].words) | st.binary(min_size=1, max_size=4))
        gone = data.draw(st.sampled_from([0, len(piece), 1, 40, 4000]))
        damaged[at : at + gone] = piece
    attempt_of(name)(bytes(damaged))


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris isn't installed, or has no wheel here")
@pytest.mark.skipif(not (ROOT / "scripts").is_dir(), reason="the scripts are in a checkout only")
@pytest.mark.parametrize("name", TARGETS)
def test_the_fuzzer_finds_nothing_in_a_few_seconds(name, tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "fuzz.py", name, "--seconds", "5", "--crashes", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "executions" in done.stdout
