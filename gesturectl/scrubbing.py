"""Texts that may be sent to somebody: without who wrote them, where, and what they had before them."""

import getpass
import re
import socket
from pathlib import Path

_LEAST = 3
"""Letters of a name below which it would be found within other words."""
_LONGEST = 300
"""Letters of an exception's own words: more is data."""
_QUOTED = re.compile(r"(?<!\w)['\"“‘«`].*['\"”’»`]", re.DOTALL)
"""From the first quotation mark to the last; an apostrophe within a word is none."""
_LISTED = re.compile(r"[\[{(].*[\]})]", re.DOTALL)


def scrubbed(text: str) -> str:
    """`text` without the names of home folder, person and computer."""
    home = _home()
    text = text.replace(home, "~") if len(home) > 1 else text
    for name, stands_for in ((_user(), "USER"), (socket.gethostname(), "HOST")):
        if len(name) >= _LEAST:
            text = re.sub(rf"\b{re.escape(name)}\b", stands_for, text)
    return text


def without_data(words: str) -> str:
    """An exception's words without what it quotes or lists: that may be typed text, a title, or a hand's joints."""
    return _LISTED.sub("(…)", _QUOTED.sub("“…”", words))[:_LONGEST]


def _home() -> str:
    try:
        return str(Path.home())
    except RuntimeError:
        return ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
