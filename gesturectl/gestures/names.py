"""What gestures and takes may be called: names that are folders and files on every system."""

import unicodedata

from gesturectl.errors import GesturectlError

LONGEST = 60
"""Characters in a name; with four bytes each it still fits in a file name with its suffix."""

_FORBIDDEN = frozenset('/\\.:*?"<>|')
"""Separators, wildcards, and the dot: names with dots become suffixes, hidden folders or `..`."""
_JOINERS = frozenset("\u200c\u200d")
"""Invisible, but many emoji and some scripts are spelt with them."""
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
"""Devices on Windows, whatever folder they are in."""


class BadNameError(GesturectlError):
    """A name that can't be a folder or a file everywhere."""


def checked_name(name: str, what: str = "gesture") -> str:
    """`name` if it may name a gesture or a take. Raises BadNameError that says why not."""
    fact = _objection(name)
    if fact:
        near = name_like(name)
        remedy = f"“{near}” would do" if near else "Letters, digits, spaces, - and _ always do"
        raise BadNameError(f"{what} {name!a}", fact, remedy)
    return name


def is_name(name: str) -> bool:
    """Whether `name` may name a gesture or a take."""
    return not _objection(name)


def name_like(text: str) -> str:
    """The allowed name nearest to `text`: what is forbidden becomes "_"; empty if nothing is left of it."""
    usual = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode()).strip()
    kept = "".join("_" if _is_forbidden(letter) else letter for letter in usual)[:LONGEST].strip()
    if not kept.strip("_ "):
        return ""
    return f"{kept}_" if kept.casefold() in _RESERVED else kept


def _objection(name: str) -> str:
    if not name.strip():
        return "it is empty"
    if len(name) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    wrong = next((letter for letter in name if _is_forbidden(letter)), None)
    if wrong is not None:
        shown = wrong if wrong.isprintable() else f"U+{ord(wrong):04X}"
        return f"it holds “{shown}”, which folders can't have on every system"
    if name != name.strip():
        return "it begins or ends with a space"
    if unicodedata.normalize("NFC", name) != name:
        return "its accents are written apart from their letters"  # two spellings would be two gestures that look alike
    if name.casefold() in _RESERVED:
        return "it is the name of a device on Windows"
    return ""


def _is_forbidden(letter: str) -> bool:
    category = unicodedata.category(letter)
    return letter in _FORBIDDEN or (category in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} and letter not in _JOINERS)
