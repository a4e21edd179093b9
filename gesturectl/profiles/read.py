"""One profile file: what it says, what is wrong with it, and which names it gives or needs."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args

from gesturectl import actions
from gesturectl.actions.base import Action
from gesturectl.actions.profile import AUTO, ProfileAction
from gesturectl.errors import ConfigError
from gesturectl.paths import bundled
from gesturectl.profiles.pattern import Pattern
from gesturectl.profiles.schema import (
    DEFAULT,
    NONE,
    ActionRule,
    AppIdentity,
    Arm,
    IntentRule,
    Profile,
    TuningPart,
)
from gesturectl.toml_schema import Document, Table, nearest
from gesturectl.types import HANDS, NOTHING, Hand

VERSION = 1
"""The version of the format that this program writes about and reads."""

Kind = Literal["app", "tag", "intent", "act", "profile", "choice"]
"""What a name stands for: an intent is given by a gesture that means it, an "act" by a profile that acts on it, the
"choice" of a profile by its apps, tags or title, be they empty: a slip in a profile's name mustn't make a new one."""

_BUNDLED = bundled("profiles")
_TUNING_KEYS = ("confidence", "hold", "cooldown", "repeat", "arm")


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a file gives or needs."""

    kind: Kind
    name: str
    key: str
    """The dotted key where it stands."""


@dataclass(slots=True)
class ProfileFile:
    """One file, read."""

    path: Path
    document: Document
    """Holds the mistakes."""
    defaults: TuningPart = field(default_factory=TuningPart)
    apps: dict[str, AppIdentity] = field(default_factory=dict)
    intents: dict[str, tuple[IntentRule, ...]] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    gives: list[Name] = field(default_factory=list)
    """Names that other tables may use."""
    needs: list[Name] = field(default_factory=list)
    """Names that some table, of this file or another, has to give."""
    claims: list[str] = field(default_factory=list)
    """Dotted keys that only one file of a folder may set."""


def read_file(path: Path, gestures: Collection[str] | None, draft: str | None = None) -> ProfileFile:
    """The file at `path`; never raises, mistakes are in its document. `gestures` are all there are; None: unknown.

    With a `draft`, it is read as if it held that.
    """
    document = Document.read(path) if draft is None else Document.of(path, draft)
    if not path.is_relative_to(_BUNDLED):  # who may write those may write the program
        document.guard()
    file = ProfileFile(path, document)
    if not document.parsed:
        return file
    root = document.root()
    if _version_fits(root):
        _Reader(file, root, gestures).read()
    return file


def _version_fits(root: Table) -> bool:
    if "version" not in root:
        root.mistake("", "there is no version", f"Write version = {VERSION} as the first line.")
        return True
    version = root.integer("version", 1, 1 << 31)
    if version is not None and version > VERSION:
        fact = f"version {version} is newer than this program, which knows {VERSION}"
        root.mistake("version", fact, "Install a newer gesturectl.")
        return False
    return True


class _Reader:
    """Walks through the tables of one file and fills it in."""

    def __init__(self, file: ProfileFile, root: Table, gestures: Collection[str] | None) -> None:
        self._file, self._root = file, root
        self._gestures = None if gestures is None else set(gestures) - {NOTHING}

    def read(self) -> None:
        root, file = self._root, self._file
        root.value("version")
        if defaults := root.table("defaults"):
            file.defaults = self._defaults(defaults)
        if apps := root.table("app"):
            file.apps = {name: self._app(name, table) for name, table in apps.tables()}
        if intents := root.table("intents"):
            file.intents = self._intents(intents)
        if profiles := root.table("profile"):
            file.profiles = {name: self._profile(name, table) for name, table in profiles.tables()}
        root.finish()

    def _defaults(self, table: Table) -> TuningPart:
        part = _tuning(table)
        self._claim_all(table)
        table.finish()
        return part

    def _app(self, name: str, table: Table) -> AppIdentity:
        self._claim(table.place)
        tags = table.texts("tags") or ()
        identity = AppIdentity(
            name,
            _patterns(table, "wm_class"),
            _patterns(table, "exe"),
            _patterns(table, "bundle"),
            _patterns(table, "title"),
            tags,
        )
        if not any(key in table for key in ("wm_class", "exe", "bundle", "title")):
            table.mistake("", "it names no app", "Give wm_class (Linux), exe (Windows), bundle (macOS) or title.")
        table.finish()
        self._gives("app", name, table.place)
        for tag in tags:
            self._gives("tag", tag, table.at("tags"))
        return identity

    def _profile(self, name: str, table: Table) -> Profile:
        if name in (AUTO, NONE) or not name.strip():
            table.mistake("", f'"{name}" can\'t be the name of a profile', "The word has a meaning of its own.")
        apps, tags, title = table.texts("apps") or (), table.texts("tags") or (), _patterns(table, "title")
        for key in ("apps", "tags", "title"):
            if key in table and name == DEFAULT:
                table.mistake(key, "the default profile applies everywhere", "Leave this out, or rename the profile.")
            elif key in table:
                self._claim(table.at(key))
                self._gives("choice", name, table.at(key))
        if name != DEFAULT:
            self._needs("choice", name, table.place)
        for app in apps:
            self._needs("app", app, table.at("apps"))
        for tag in tags:
            self._needs("tag", tag, table.at("tags"))
        intents, acts, defaults = table.table("intents"), table.table("actions"), table.table("defaults")
        profile = Profile(
            name,
            apps,
            tags,
            title,
            self._intents(intents) if intents else {},
            self._actions(acts) if acts else {},
            self._defaults(defaults) if defaults else TuningPart(),
            files=(self._file.path,),
        )
        table.finish()
        self._gives("profile", name, table.place)
        return profile

    def _intents(self, table: Table) -> dict[str, tuple[IntentRule, ...]]:
        self._claim_all(table)
        return {gesture: tuple(self._rules_of(gesture, table)) for gesture in table if self._exists(gesture, table)}

    def _exists(self, gesture: str, table: Table) -> bool:
        table.value(gesture)
        if self._gestures is None or gesture in self._gestures:
            return True
        table.mistake(gesture, f'there is no gesture "{gesture}"', nearest(gesture, self._gestures))
        return False

    def _rules_of(self, gesture: str, table: Table) -> Iterator[IntentRule]:
        """The rules of one gesture: a string, a table, or a list of them for different hands."""
        value = table.value(gesture)
        several = isinstance(value, list)
        seen: set[Hand | None] = set()
        for number, entry in enumerate(value if isinstance(value, list) else [value]):
            key = table.at(gesture) + (f"[{number}]" if several else "")
            rule = self._rule(gesture, entry, key)
            if rule is None:
                continue
            if rule.hand in seen:
                fact = f"{rule.hand or 'either'} hand is bound twice"
                self._mistake(key, fact, 'Give each its own hand = "left" or "right".')
            seen.add(rule.hand)
            yield rule

    def _rule(self, gesture: str, entry: object, key: str) -> IntentRule | None:
        tuning, hand, intent = TuningPart(), None, entry
        if isinstance(entry, dict):
            table = Table(entry, key, self._file.document.problems)
            intent, hand, tuning = table.text("do"), table.text("hand", HANDS), _tuning(table)
            if "do" not in table:
                table.mistake("", "it doesn't say what is meant", 'Write { do = "next", hand = "right" }.')
            table.finish()
        elif not isinstance(entry, str):
            self._mistake(
                key, "this has to be an intent, or a table that names one", 'Write "next" or { do = "next" }.'
            )
        if not isinstance(intent, str):
            return None
        if not intent.strip():
            self._mistake(key, "the intent is empty", f'Write "{NONE}" for a gesture that means nothing.')
            return None
        if intent != NONE:
            self._gives("intent", intent, key)
            self._needs("act", intent, key)
        place = self._file.document.place(key)
        return IntentRule(gesture, cast(Hand | None, hand), None if intent == NONE else intent, tuning, place)

    def _actions(self, table: Table) -> dict[str, ActionRule]:
        self._claim_all(table)
        rules: dict[str, ActionRule] = {}
        for intent in table:
            key = table.at(intent)
            self._needs("intent", intent, key)
            self._gives("act", intent, key)
            rule = self._action_rule(table.value(intent), key)
            if rule is not None:
                rules[intent] = rule
        return rules

    def _action_rule(self, value: object, key: str) -> ActionRule | None:
        place = self._file.document.place(key)
        if value == NONE:
            return ActionRule(None, TuningPart(), place)
        if not isinstance(value, dict):
            example = f'{{ keys = "{value}" }}' if isinstance(value, str) else '{ keys = "Ctrl+Tab" }'
            self._mistake(key, "this is no action", f'Write {example}, or "{NONE}".')
            return None
        table = Table(value, key, self._file.document.problems)
        tuning = _tuning(table)
        rest = {name: part for name, part in value.items() if name not in _TUNING_KEYS}
        unknown = rest.keys() - _known_beside(rest)
        for name in unknown:
            table.mistake(name, "unknown key", nearest(name, {*_known_beside(rest), *_TUNING_KEYS}))
            del rest[name]
        if unknown and not rest:
            return None
        action = self._action(rest, key)
        return None if action is None else ActionRule(action, tuning, place)

    def _action(self, table: Mapping[str, object], key: str) -> Action | None:
        try:
            action = actions.parse(table, key)
        except ConfigError as error:
            self._file.document.problems.extend(error.problems)
            return None
        if isinstance(action, ProfileAction) and action.profile != AUTO:
            self._needs("profile", action.profile, f"{key}.profile")
        return action

    def _claim(self, key: str) -> None:
        self._file.claims.append(key)

    def _claim_all(self, table: Table) -> None:
        self._file.claims.extend(table.at(key) for key in table)

    def _gives(self, kind: Kind, name: str, key: str) -> None:
        self._file.gives.append(Name(kind, name, key))

    def _needs(self, kind: Kind, name: str, key: str) -> None:
        self._file.needs.append(Name(kind, name, key))

    def _mistake(self, key: str, fact: str, remedy: str = "") -> None:
        Table({}, key, self._file.document.problems).mistake("", fact, remedy)


def _known_beside(table: Mapping[str, object]) -> frozenset[str]:
    """The keys that may stand in an action's table, besides its tuning."""
    named = actions.action_keys() & table.keys()
    return actions.action_keys().union(*(actions.options(key) for key in named or actions.action_keys()))


def _tuning(table: Table) -> TuningPart:
    """The tuning keys of a table; seconds in TOML, milliseconds inside."""
    hold_s, cooldown_s = table.number("hold", 0, 10), table.number("cooldown", 0, 60)
    return TuningPart(
        table.number("confidence", 0, 1),
        None if hold_s is None else round(hold_s * 1000),
        None if cooldown_s is None else round(cooldown_s * 1000),
        table.number("repeat", 0, 30),
        cast(Arm | None, table.text("arm", get_args(Arm))),
    )


def _patterns(table: Table, key: str) -> tuple[Pattern, ...]:
    patterns = []
    for text in table.texts(key) or ():
        try:
            patterns.append(Pattern.parse(text))
        except ValueError as error:
            table.mistake(
                key, f'"{text}": {error}', "Write the exact name, a name with * and ?, or /a regular expression/."
            )
    return tuple(patterns)
