"""Linear algebra keeps to one thread, unless somebody says otherwise."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(("said", "heeded"), [(None, "1"), ("2", "2")])
def test_numpy_is_told_before_it_is_imported_and_the_environment_is_heeded(said, heeded):
    kept = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    words = "import sys, gesturectl, os; assert 'numpy' not in sys.modules; print(os.environ['OPENBLAS_NUM_THREADS'])"
    environment = {**kept, **({"OPENBLAS_NUM_THREADS": said} if said else {})}
    told = subprocess.run([sys.executable, "-c", words], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == heeded
