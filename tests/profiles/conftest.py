"""Folders of profiles written in a test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gesturectl.errors import ConfigError
from gesturectl.profiles.load import load
from gesturectl.profiles.schema import Profiles
from gesturectl.recognition.vocabulary import STARTER

Write = Callable[..., Path]
Load = Callable[..., Profiles]
Mistakes = Callable[..., list[str]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a profile file (with its version) into a folder, and returns the folder."""

    def write_file(text: str, name: str = "my.toml", folder: str = "own") -> Path:
        path = tmp_path / folder / name
        path.parent.mkdir(mode=0o755, exist_ok=True)
        path.write_text(f"version = 1\n{text}", encoding="utf-8")
        path.chmod(0o644)
        return path.parent

    return write_file


@pytest.fixture
def loaded(write: Write) -> Load:
    """The profiles of one file's text."""
    return lambda text: load([write(text)], STARTER)


@pytest.fixture
def mistakes(write: Write) -> Mistakes:
    """The mistakes of one file's text as `LINE KEY: fact. remedy`; the first line after the version is 2."""

    def found(text: str) -> list[str]:
        folder = write(text)
        with pytest.raises(ConfigError) as raised:
            load([folder], STARTER)
        return [str(problem).removeprefix(f"{folder / 'my.toml'}").lstrip(":") for problem in raised.value.problems]

    return found
