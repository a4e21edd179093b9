"""Reading TOML that people wrote: every mistake at once, each with its file, line, key and the nearest right word.

`Document` is a file, `Table` one table of it. A table knows which keys were asked for, so `finish` can name the others:

    document = Document.read(path)
    table = document.root()
    settings = Settings(camera=table.text("camera") or "auto", tray=table.flag("tray"))
    table.finish()
    document.complain()
"""

import difflib
import re
import stat
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from gesturectl.atomic import made_folder, whole_file
from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.ownership import other_writer

SIZE_LIMIT = 1 << 20
"""Bytes. A thousand profiles take a fifth of it; anything larger isn't a file a person wrote."""

_LISTED = 24
"""Words that a remedy lists at most."""
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_KEY_LINE = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PLAIN_STATEMENT = re.compile(r"\[([A-Za-z0-9_. \t-]+)\]|([A-Za-z0-9_. \t-]+) = 0")
_HEADER_LINE = re.compile(r"\s*(\[[^#]*\])\s*(?:#.*)?$")
_SYNTAX_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def near(word: str, known: Iterable[str]) -> str:
    """`Did you mean "next"?`, or nothing where no word is close."""
    words = sorted(set(known))
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6) or [w for w in words if w.lower() == word.lower()]
    return f'Did you mean "{close[0]}"?' if close else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """`Did you mean "next"?`, or a list of what is known; to be used as a remedy."""
    words = sorted(set(known))
    if meant := near(word, words):
        return meant
    if not words:
        return "Leave it out."
    more = f" and {len(words) - _LISTED} more" if len(words) > _LISTED else ""
    return f"Known: {', '.join(words[:_LISTED])}{more}."


def dotted(*keys: str) -> str:
    """The keys as TOML writes their path: `profile.browser."my intent"`."""
    return ".".join(key if _BARE_KEY.fullmatch(key) else _quoted(key) for key in keys if key)


def _quoted(key: str) -> str:
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Table:
    """One TOML table while it is being read. Whatever doesn't fit becomes a mistake and reads as absent."""

    def __init__(self, data: Mapping[str, object], place: str, problems: list[GesturectlError]) -> None:
        self.place = place
        """Its dotted key; empty for the whole file."""
        self._data = data
        self._problems = problems
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def mistake(self, key: str, fact: str, remedy: str) -> None:
        """Note a mistake at `key` (empty: the table itself)."""
        self._problems.append(GesturectlError(self.at(key), fact, remedy))

    def at(self, key: str) -> str:
        """The dotted place of `key`."""
        return ".".join(part for part in (self.place, dotted(key)) if part)

    def value(self, key: str) -> object | None:
        """Whatever stands there, unchecked; None if absent."""
        self._asked.add(key)
        return self._data.get(key)

    def text(self, key: str, choices: Iterable[str] = ()) -> str | None:
        """A string, one of `choices` if there are any."""
        value = self.value(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self._wrong(key, value, "a string")
            return None
        allowed = tuple(choices)
        if allowed and value not in allowed:
            self.mistake(key, f'"{value}" is none of the choices', nearest(value, allowed))
            return None
        return value

    def texts(self, key: str) -> tuple[str, ...] | None:
        """A string or a list of strings."""
        value = self.value(key)
        if value is None:
            return None
        listed = value if isinstance(value, list) else [value]
        texts = tuple(item for item in listed if isinstance(item, str))
        if len(texts) < len(listed):
            self._wrong(key, value, "a string or a list of strings")
            return None
        return texts

    def number(self, key: str, low: float, high: float) -> float | None:
        """A number in [low, high]."""
        value = self.value(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._wrong(key, value, "a number")
            return None
        if not low <= value <= high:  # so is NaN
            shown = f"{value:g}" if isinstance(value, float) else str(value)[:12]  # an integer may have 4,000 digits
            self.mistake(key, f"{shown} is out of range", f"Write a number from {low:g} to {high:g}.")
            return None
        return float(value)

    def integer(self, key: str, low: int, high: int) -> int | None:
        """A whole number in [low, high]."""
        value = self.value(key)
        if isinstance(value, float):
            self._wrong(key, value, "a whole number")
            return None
        number = self.number(key, low, high)
        return None if number is None else int(number)

    def flag(self, key: str) -> bool | None:
        """true or false."""
        value = self.value(key)
        if value is None or isinstance(value, bool):
            return value
        self._wrong(key, value, "true or false")
        return None

    def table(self, key: str) -> "Table | None":
        """A table within."""
        value = self.value(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self._wrong(key, value, "a table")
            return None
        return Table(value, self.at(key), self._problems)

    def tables(self) -> Iterator[tuple[str, "Table"]]:
        """Every entry, each of which has to be a table."""
        for key in self._data:
            entry = self.table(key)
            if entry is not None:
                yield key, entry

    def __iter__(self) -> Iterator[str]:
        """Every key, whatever it holds."""
        return iter(self._data)

    def finish(self) -> None:
        """Note each key that nobody asked for as unknown."""
        for key in self._data:
            if key not in self._asked:
                place = self.at(key) or '""'  # a key may be empty
                self._problems.append(GesturectlError(place, "unknown key", nearest(key, self._asked)))

    def _wrong(self, key: str, value: object, wanted: str) -> None:
        self.mistake(key, f"this has to be {wanted}, not {_kind(value)}", f"Write it like {_EXAMPLES[wanted]}.")


_EXAMPLES = {
    "a string": '"text"',
    "a string or a list of strings": '["a", "b"]',
    "a number": "1.5",
    "a whole number": "3",
    "true or false": "true",
    "a table": "{ key = 1 }",
}


class Document:
    """One TOML file, its text, and the mistakes found in it so far."""

    def __init__(self, path: Path, text: str = "") -> None:
        self.path = path
        self.problems: list[GesturectlError] = []
        """Mistakes; their places are dotted keys until `located`."""
        self.missing = False
        """Whether there is no such file."""
        self._text = text
        self._data: dict[str, object] = {}
        self._index: dict[str, int] | None = None
        self._broken: list[GesturectlError] = []

    @classmethod
    def read(cls, path: Path) -> "Document":
        """The file at `path`. One that can't be read or parsed is an empty document with a mistake; never raises."""
        document = cls(path)
        try:
            if not stat.S_ISREG(path.stat().st_mode):  # a pipe, say: to read it might never end
                document._break("", "it can't be read (it is no file)", "Take it away, or give it another name.")
                return document
            with path.open("rb") as file:
                raw = file.read(SIZE_LIMIT + 1)
        except OSError as error:
            document.missing = isinstance(error, FileNotFoundError)
            document._break("", f"it can't be read ({error.strerror or error})", "Look at its permissions.")
            return document
        document._take(raw)
        return document

    @classmethod
    def of(cls, path: Path, text: str) -> "Document":
        """`text` as if the file at `path` held it; never raises."""
        document = cls(path)
        document._take(text.encode("utf-8", "surrogatepass"))
        return document

    def guard(self) -> None:
        """Read it as an empty document with a mistake if somebody besides the user and root may write it."""
        if self.parsed and (writer := other_writer(self.path)) is not None:
            self._data = {}
            what = "it" if writer.place == self.path.absolute() else writer.place
            self._break("", f"it isn't used, since {what} {writer.may}", writer.remedy)

    @property
    def parsed(self) -> bool:
        """Whether the text is TOML at all, and the user's own."""
        return not self._broken

    @property
    def data(self) -> Mapping[str, object]:
        """What the file says, unchecked."""
        return self._data

    def root(self) -> Table:
        """The whole file as a table."""
        return Table(self._data, "", self.problems)

    def located(self) -> list[GesturectlError]:
        """Every mistake so far from top to bottom, its place being `FILE:LINE KEY`."""
        ordered = sorted(self.problems, key=lambda problem: self._line(problem.place))
        return [*self._broken, *(GesturectlError(self.place(p.place), p.fact, p.remedy) for p in ordered)]

    def place(self, key: str) -> str:
        """`FILE:LINE KEY` of a dotted key; the line is that of its nearest parent where it has none of its own."""
        line = self._line(key)
        return f"{self.path}:{line} {key}" if line else f"{self.path} {key}".rstrip()

    def complain(self, remedy: str = "") -> None:
        """Raise ConfigError if there is any mistake; `remedy` is one that helps against all of them."""
        if self._broken or self.problems:
            found = [GesturectlError(p.place, p.fact, f"{p.remedy} {remedy}".rstrip()) for p in self.located()]
            raise ConfigError(str(self.path), found)

    def _line(self, key: str) -> int:
        """The line of a dotted key or of its nearest parent; 0 if none is found."""
        if self._index is None:
            self._index = _lines_of_keys(self._text)
        while key and key not in self._index:
            key = key[: max(key.rfind("."), key.rfind("["), 0)]
        return self._index.get(key, 0)

    def _take(self, raw: bytes) -> None:
        if len(raw) > SIZE_LIMIT:
            self._break("", f"it is larger than {SIZE_LIMIT >> 10} KiB", "Split it into several files.")
            return
        try:
            self._text = raw.decode("utf-8-sig")  # Windows' Notepad writes the mark
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            self._break(f":{line}", "this isn't UTF-8 text", "Save the file as UTF-8.")
            return
        self._parse()

    def _break(self, where: str, fact: str, remedy: str) -> None:
        self._broken.append(GesturectlError(f"{self.path}{where}", fact, remedy))

    def _parse(self) -> None:
        try:
            self._data = tomllib.loads(self._text)
        except RecursionError:
            self._break("", "its lists or tables are nested too deeply", "Write it with fewer levels.")
        except ValueError as error:  # TOMLDecodeError is one; so is Python's refusal of huge numbers
            message = str(error)
            at = _SYNTAX_PLACE.search(message)
            where = f":{at[1]}:{at[2]}" if at and at[1] else f":{self._text.rstrip().count(chr(10)) + 1}"
            fact = message[: at.start()] if at else message
            self._break(where, f"not TOML: {fact[:1].lower()}{fact[1:]}", _SYNTAX_HINTS.get(fact, _SYNTAX_HINT))


_SYNTAX_HINT = 'Correct it; a line of TOML is a key, =, and a value: "text", 1.5, true, ["a", "b"].'
_SYNTAX_HINTS = {
    "Invalid value": "Text goes in quotes; true and false are written small.",
    "Cannot overwrite a value": "A key may be written only once in a table.",
}


def atomic_write(path: Path, text: str) -> None:
    """Write a whole file or nothing. Raises OSError."""
    made_folder(path.parent)
    with whole_file(path) as file:
        file.write(text.encode("utf-8"))


def _kind(value: object) -> str:
    """What a TOML value is, in words."""
    names: Sequence[tuple[type, str]] = (
        (bool, "true or false"), (int, "a number"), (float, "a number"), (str, "a string"),
        (list, "a list"), (dict, "a table"),
    )  # fmt: skip
    return next((name for kind, name in names if isinstance(value, kind)), "a date")


def _lines_of_keys(text: str) -> dict[str, int]:
    """The line of each dotted key and header. A small search rather than a second parser: good enough to point at."""
    lines: dict[str, int] = {}
    header: tuple[str, ...] = ()
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if fence:  # within a text of several lines
            fence = "" if fence in line else fence
            continue
        if found := _HEADER_LINE.match(line):
            header = _path_of(found[1])
            here = header
        elif found := _KEY_LINE.match(line):
            here = header + _path_of(f"{found[1]} = 0")
            fence = next((mark for mark in ('"""', "'''") if line.count(mark) == 1), "")
        else:
            continue
        for depth in range(1, len(here) + 1):
            lines.setdefault(dotted(*here[:depth]), number)
    return lines


def _path_of(statement: str) -> tuple[str, ...]:
    """The keys that one line of TOML sets, outermost first."""
    plain = _PLAIN_STATEMENT.fullmatch(statement)
    if plain:  # nearly always, and twenty times as quick as the parser
        return tuple(key.strip() for key in (plain[1] or plain[2]).split("."))
    try:
        node: object = tomllib.loads(statement)
    except ValueError:
        return ()
    path: list[str] = []
    while isinstance(node, list | dict) and node:
        if isinstance(node, list):  # a header in double brackets
            node = node[0]
            continue
        key, node = next(iter(node.items()))
        path.append(key)
    return tuple(path)
