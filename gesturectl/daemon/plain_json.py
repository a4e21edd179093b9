"""JSON that others send, as plain values and nothing else: what two readers could understand differently is refused."""

import json
import math

_DEEPEST = 16
"""Lists and objects within each other; an action of a binding has four."""
_LARGEST = 2**53
"""Beyond it whole numbers and times lose digits on their way."""


class NotPlainError(ValueError):
    """Text that is no JSON, or JSON that is no plain value; says so as a part of a sentence."""


def read_plain(text: bytes | str) -> object:
    """The value that `text` holds: no key twice, no NaN, no number too large, no half letter, little nesting.

    Raises NotPlainError.
    """
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except NotPlainError:
        raise
    except (ValueError, RecursionError) as error:
        raise NotPlainError("it isn't JSON") from error
    if fact := _objection(value):
        raise NotPlainError(fact)
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):  # whoever checked it before us may have seen the other one
        raise NotPlainError("it says something twice")
    return found


def _no_number(name: str) -> None:
    raise NotPlainError(f"{name} is no number")


def _objection(value: object, depth: int = 0) -> str:
    """Why a value isn't plain; empty if it is."""
    if depth > _DEEPEST:
        return "it is nested too deeply"
    if isinstance(value, str):
        halves = not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value)
        return "it has half letters" if halves else ""
    if isinstance(value, int | float):
        return "" if math.isfinite(value) and abs(value) <= _LARGEST else "it has a number that is too large"
    parts = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((fact for part in parts if (fact := _objection(part, depth + 1))), "")
