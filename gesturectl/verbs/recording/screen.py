"""How a recording looks in a terminal: redrawn in place where that works, else a line whenever something happens."""

import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from gesturectl.ui.braille import braille_hands

_GREEN, _RED, _YELLOW, _BOLD, _DIM, _PLAIN = "\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
_MARKS = {True: f"{_GREEN}✓{_PLAIN}", False: f"{_RED}✗{_PLAIN}"}


class Screen(Protocol):
    """Shows a recording."""

    def show(self, state: Mapping[str, Any], hands: Sequence[Any] | None) -> None:
        """How it is now."""

    def leave(self) -> None:
        """What is shown stays; what comes next is below."""


def screen(as_json: bool) -> Screen:
    """The best that stdout can do."""
    if as_json:
        return JsonLines()
    capable = os.environ.get("TERM", "") not in ("", "dumb") or bool(os.environ.get("WT_SESSION"))
    return Live() if sys.stdout.isatty() and capable and "NO_COLOR" not in os.environ else Lines()


class JsonLines:
    """One JSON object whenever something has changed."""

    def __init__(self) -> None:
        self._told = ""

    def show(self, state: Mapping[str, Any], hands: Sequence[Any] | None) -> None:
        line = json.dumps({**state, "countdown_ms": -(-state["countdown_ms"] // 1000) * 1000})
        if line != self._told:
            self._told = line
            print(line, flush=True)

    def leave(self) -> None:
        """Every line is whole."""


class Lines:
    """Plain lines."""

    def __init__(self) -> None:
        self._told = ""
        self._takes: set[int] = set()

    def show(self, state: Mapping[str, Any], hands: Sequence[Any] | None) -> None:
        for take in state["takes"]:
            if take["number"] not in self._takes:
                self._takes.add(take["number"])
                print(_take(take), flush=True)
        text = _said(state)
        if text != self._told and state["step"] not in ("performing", "resting"):
            self._told = text
            print(text, flush=True)

    def leave(self) -> None:
        """Every line is whole."""


class Live:
    """A picture of the hands, the takes and what to do, redrawn in place."""

    def __init__(self) -> None:
        self._height = 0

    def show(self, state: Mapping[str, Any], hands: Sequence[Any] | None) -> None:
        columns = shutil.get_terminal_size().columns  # 80 where the terminal says 0
        lines = [_steps(state)]
        if hands is not None:
            lines += [f"{_DIM}┊{_PLAIN}{row}{_DIM}┊{_PLAIN}" for row in braille_hands(hands, min(48, columns - 4), 12)]
        lines += [f"{_MARKS[bool(take['kept'])]} {_take(take)}"[: columns + 8] for take in state["takes"][-8:]]
        lines += [f"{_YELLOW}! {caution['text']}{_PLAIN}" for caution in state["warnings"]]
        lines.append(f"{_BOLD}{state['text']}{_PLAIN}")
        if state["hint"]:
            lines.append(f"{_YELLOW}{state['hint']}{_PLAIN}")
        self._draw([line for whole in lines for line in whole.split("\n")], columns)

    def leave(self) -> None:
        self._height = 0

    def _draw(self, lines: Sequence[str], columns: int) -> None:
        up = f"\x1b[{self._height}A" if self._height else ""
        sys.stdout.write(up + "".join(f"\r\x1b[2K{line}\n" for line in lines) + "\x1b[J")
        sys.stdout.flush()
        # A line that the terminal wraps is several lines high.
        self._height = sum(max(1, -(-_width(line) // columns)) for line in lines)


def _steps(state: Mapping[str, Any]) -> str:
    """The gesture and how far it is, in one line."""
    if state["idle"]:
        return f"{_BOLD}nothing in particular{_PLAIN}"
    done = "●" * state["good"] + "○" * max(0, state["wanted"] - state["good"])
    return f"{_BOLD}{state['name']}{_PLAIN}  {done}"


def _take(take: Mapping[str, Any]) -> str:
    hands = " and ".join(take["hands"])
    about = f"take {take['number']}: {take['verdict']}"
    return f"{about}. {take['text']}" if take["text"] else f"{about} ({take['length_ms'] / 1000:.1f} s, {hands} hand)"


def _said(state: Mapping[str, Any]) -> str:
    shown = state["warnings"] if state["step"] == "review" else ()  # once
    cautions = "".join(f"\nwarning: {caution['text']}" for caution in shown)
    return f"{state['text']}{cautions}" + (f"\n{state['hint']}" if state["hint"] else "")


def _width(line: str) -> int:
    """Letters that are seen."""
    seen, escaped = 0, False
    for letter in line:
        if letter == "\x1b":
            escaped = True
        elif escaped:
            escaped = letter != "m"
        else:
            seen += 1
    return seen
