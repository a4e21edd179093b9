"""How a profile names apps and titles: exactly, with `*` and `?`, or as `/a regular expression/`."""

import re
from dataclasses import dataclass, field

_LONGEST = 512
"""Characters of a title that are looked at: web pages choose titles, and a regular expression's time may grow fast."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One name. Capitals don't matter, except in `/…/` (`/…/i` is for those)."""

    text: str
    """As written."""
    _regex: re.Pattern[str] | None = field(default=None, compare=False, repr=False)
    _folded: str = field(default="", compare=False, repr=False)

    @staticmethod
    def parse(text: str) -> "Pattern":
        """The pattern that a profile writes. Raises ValueError with the reason."""
        if not text.strip():
            raise ValueError("an empty name would match nothing")
        regex = re.fullmatch(r"/(.+)/(i?)", text, re.DOTALL)
        if regex:
            return Pattern(text, _compiled(regex[1], re.IGNORECASE if regex[2] else 0))
        if "*" in text or "?" in text:
            return Pattern(text, _compiled(f"^{_glob(text)}$", re.IGNORECASE | re.DOTALL))
        return Pattern(text, None, text.casefold())

    def matches(self, name: str) -> bool:
        """Whether it names `name`. An unknown (empty) name is never meant."""
        if not name:
            return False
        if self._regex is None:
            return name.casefold() == self._folded
        return self._regex.search(name[:_LONGEST]) is not None

    @property
    def literal(self) -> str | None:
        """The only name it matches, `casefold`ed; None if there may be several."""
        return self._folded if self._regex is None else None

    @property
    def example(self) -> str:
        """A name it matches, where that is easy to tell; empty for regular expressions."""
        if self._regex is None:
            return self.text
        return "" if self.text.startswith("/") else self.text.replace("*", "").replace("?", "x")


def _glob(text: str) -> str:
    escaped = re.escape(re.sub(r"\*+", "*", text))
    return escaped.replace(r"\*", ".*").replace(r"\?", ".")


def _compiled(expression: str, flags: int) -> re.Pattern[str]:
    try:
        return re.compile(expression, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"not a regular expression: {error}") from error
