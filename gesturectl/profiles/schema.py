"""What the profiles say, as frozen types: which app is which, which gesture means what, and what that does where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from gesturectl.actions.base import Action
from gesturectl.desktop.base import App
from gesturectl.profiles.pattern import Pattern
from gesturectl.types import Hand

DEFAULT = "default"
"""The profile that applies everywhere, after all others."""

NONE = "none"
"""What a profile writes to say: do nothing, and look no further."""


Arm = Literal["off", "required", "bypass"]
"""Whether a gesture acts only while armed: as the settings say, always only then, or never mind."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """When a recognised gesture does its action. These are the built-in defaults, and the only ones."""

    confidence: float = 0.0
    """The least score that counts, on top of the model's own threshold for the gesture."""
    hold_ms: int = 0
    """How long the gesture must last after it was recognised. For poses: a swipe is over when it is recognised."""
    cooldown_ms: int = 300
    """How long after it was last done the same thing is not done again; less than the way back of a quick hand."""
    repeat_hz: float = 0.0
    """How often it is done again while the gesture lasts; 0 for once."""
    arm: Arm = "off"
    """Whether it is done only while armed."""


@dataclass(frozen=True, slots=True)
class TuningPart:
    """The part of a `Tuning` that one table sets; None where it leaves a value as it is."""

    confidence: float | None = None
    hold_ms: int | None = None
    cooldown_ms: int | None = None
    repeat_hz: float | None = None
    arm: Arm | None = None

    def over(self, below: "TuningPart") -> "TuningPart":
        """This part, and what `below` says where this one is silent."""
        return TuningPart(
            below.confidence if self.confidence is None else self.confidence,
            below.hold_ms if self.hold_ms is None else self.hold_ms,
            below.cooldown_ms if self.cooldown_ms is None else self.cooldown_ms,
            below.repeat_hz if self.repeat_hz is None else self.repeat_hz,
            below.arm if self.arm is None else self.arm,
        )

    def complete(self) -> Tuning:
        """The built-in defaults where nothing is said."""
        return Tuning(**{f.name: value for f in fields(self) if (value := getattr(self, f.name)) is not None})


@dataclass(frozen=True, slots=True)
class AppIdentity:
    """An app by its name in profiles, and what each desktop calls it."""

    name: str
    wm_class: tuple[Pattern, ...] = ()
    """X11 WM_CLASS classes and Wayland app ids."""
    exe: tuple[Pattern, ...] = ()
    """File names of the program on Windows."""
    bundle: tuple[Pattern, ...] = ()
    """Bundle identifiers on macOS."""
    title: tuple[Pattern, ...] = ()
    """If any: one of them has to match the window's title too."""
    tags: tuple[str, ...] = ()
    """What kinds of app it is, for profiles that serve many apps."""

    def matches(self, app: App) -> bool:
        """Whether `app` is this one."""
        names = ((self.wm_class, app.wm_class), (self.exe, app.exe), (self.bundle, app.bundle))
        named = any(pattern.matches(name) for patterns, name in names for pattern in patterns)
        if not named and any(patterns for patterns, _ in names):
            return False
        return not self.title or any(pattern.matches(app.title) for pattern in self.title)

    def example(self) -> App:
        """A window of this app, as far as its patterns tell."""
        return App(*(_first_example(p) for p in (self.wm_class, self.exe, self.bundle, self.title)))


@dataclass(frozen=True, slots=True)
class IntentRule:
    """One gesture means one intent."""

    gesture: str
    hand: Hand | None
    """The only hand that counts, or None for either."""
    intent: str | None
    """What is meant; None for the explicit "none"."""
    tuning: TuningPart
    place: str
    """FILE:LINE KEY."""


@dataclass(frozen=True, slots=True)
class ActionRule:
    """One intent does one thing."""

    action: Action | None
    """What is done; None for the explicit "none"."""
    tuning: TuningPart
    place: str
    """FILE:LINE KEY."""


IntentRules = Mapping[str, tuple[IntentRule, ...]]
"""By gesture: at most one rule for each hand and one for either."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What gestures mean and do in some apps."""

    name: str
    apps: tuple[str, ...] = ()
    """Names of app identities it is for."""
    tags: tuple[str, ...] = ()
    """Tags of app identities it is for."""
    title: tuple[Pattern, ...] = ()
    """If any: one of them has to match the window's title too."""
    intents: IntentRules = field(default_factory=lambda: MappingProxyType({}))
    actions: Mapping[str, ActionRule] = field(default_factory=lambda: MappingProxyType({}))
    """By intent."""
    defaults: TuningPart = TuningPart()
    """For all its actions."""
    rank: int = 0
    """The folder that said the last word about it: 0 for bundled, larger for the user's."""
    files: tuple[Path, ...] = ()
    """The files it is written in."""

    @property
    def by_app(self) -> bool:
        """Whether some app or title chooses it; otherwise it is for `gesturectl profile NAME` alone."""
        return bool(self.apps or self.tags or self.title)


@dataclass(frozen=True, slots=True)
class Binding:
    """What one gesture of one hand does in one app: everything there is to know to do it."""

    gesture: str
    hand: Hand | None
    intent: str
    action: Action
    tuning: Tuning
    profile: str
    """The profile that gives the action."""
    place: str
    """FILE:LINE KEY of the action."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """Everything that was read, files merged."""

    apps: Mapping[str, AppIdentity] = field(default_factory=lambda: MappingProxyType({}))
    defaults: TuningPart = TuningPart()
    intents: IntentRules = field(default_factory=lambda: MappingProxyType({}))
    profiles: Mapping[str, Profile] = field(default_factory=lambda: MappingProxyType({DEFAULT: Profile(DEFAULT)}))
    """By name; DEFAULT is always there."""
    files: tuple[Path, ...] = ()
    """The files that count, bundled first."""

    @property
    def ask_for_arming(self) -> bool:
        """Whether anything at all is to act only while armed."""
        return any(part.arm == "required" for part in self._tunings())

    def _tunings(self) -> Iterator[TuningPart]:
        yield self.defaults
        yield from (rule.tuning for rules in self.intents.values() for rule in rules)
        for profile in self.profiles.values():
            yield profile.defaults
            yield from (rule.tuning for rules in profile.intents.values() for rule in rules)
            yield from (rule.tuning for rule in profile.actions.values())


def _first_example(patterns: tuple[Pattern, ...]) -> str:
    return next((pattern.example for pattern in patterns if pattern.example), "")
