"""From a gesture in an app to what it does: the most specific profile wins, and why can be told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from gesturectl.desktop.base import App
from gesturectl.profiles.index import AppIndex, ProfileIndex
from gesturectl.profiles.schema import DEFAULT, ActionRule, Binding, IntentRule, IntentRules, Profile, Profiles
from gesturectl.types import Hand

_Answer = TypeVar("_Answer")

_REMEMBERED = 512
"""Windows whose profiles, and gestures whose resolutions are kept; each title of a window counts as another window."""


@dataclass(frozen=True, slots=True)
class Match:
    """A profile that applies."""

    profile: Profile
    because: str
    """Why it applies: 'its app "firefox" has the focus'."""


@dataclass(frozen=True, slots=True)
class Considered:
    """What one profile had to say."""

    profile: str
    because: str
    """Why it applies."""
    says: str
    """What it says about the gesture, and whether that counts."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a gesture does, or why it does nothing."""

    binding: Binding | None
    reason: str
    """One sentence: what won, or what stopped it."""
    intent_place: str
    """FILE:LINE KEY of the line that says what the gesture means; empty if there is none."""
    considered: tuple[Considered, ...]
    """The profiles that apply, most specific first."""

    def explain(self) -> str:
        """The lines that `gesturectl which` prints."""
        lines = [self.reason]
        if self.intent_place:
            lines.append(f"  meaning  {self.intent_place}")
        if self.binding:
            tuning = self.binding.tuning
            lines.append(f"  action   {self.binding.place}")
            lines.append(
                f"  tuning   confidence {tuning.confidence:g}, hold {tuning.hold_ms} ms, "
                f"cooldown {tuning.cooldown_ms} ms, repeat {tuning.repeat_hz:g} Hz"
                + (f", arm {tuning.arm}" if tuning.arm != "off" else "")
            )
        lines.append("profiles that apply, most specific first:")
        width = max((len(entry.profile) for entry in self.considered), default=0)
        lines += [f"  {entry.profile:<{width}}  {entry.says} ({entry.because})" for entry in self.considered]
        return "\n".join(lines)


class Resolver:
    """Looks gestures up. For one thread; make a new one when the profiles change."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._apps = AppIndex(profiles.apps)
        self._by_app = ProfileIndex(p for p in profiles.profiles.values() if p.by_app and p.name != DEFAULT)
        self._matches: dict[tuple[App, str | None], tuple[Match, ...]] = {}
        self._resolutions: dict[tuple[str, Hand, App, str | None], Resolution] = {}

    def resolve(self, gesture: str, hand: Hand, app: App, fixed: str | None = None) -> Resolution:
        """What `gesture` of `hand` does while `app` has the focus, or with the profile `fixed` whatever has it.

        Two questions, each answered by the most specific profile that says something: what does the gesture mean
        (profiles, then the global [intents]), and what does that intent do. "none" is an answer, too.
        """
        key = (gesture, hand, app, fixed)
        found = self._resolutions.get(key)
        if found is None:
            if len(self._resolutions) >= _REMEMBERED:
                self._resolutions.clear()
            found = self._resolutions[key] = self._resolve(*key)
        return found

    def active_profile(self, app: App, fixed: str | None = None) -> str:
        """The most specific profile that applies."""
        return self.matches(app, fixed)[0].profile.name

    def matches(self, app: App, fixed: str | None = None) -> tuple[Match, ...]:
        """The profiles that apply, most specific first; the default is always the last. An unknown `fixed` counts as
        none: a profile may vanish in a reload.
        """
        found = self._matches.get((app, fixed))
        if found is None:
            if len(self._matches) >= _REMEMBERED:
                self._matches.clear()
            found = self._matches[app, fixed] = tuple(self._find(app, fixed))
        return found

    def _resolve(self, gesture: str, hand: Hand, app: App, fixed: str | None) -> Resolution:
        matches = self.matches(app, fixed)
        meaning = _first(matches, lambda profile: _rule(profile.intents, gesture, hand))
        rule = meaning[1] if meaning else _rule(self._profiles.intents, gesture, hand)
        if rule is None or rule.intent is None:
            reason = "nothing says what it means" if rule is None else f'it means "none" ({rule.place})'
            return Resolution(
                None,
                f"{gesture} does nothing: {reason}.",
                rule.place if rule else "",
                tuple(_about_meaning(match, gesture, hand, rule) for match in matches),
            )
        intent = rule.intent
        deed = _first(matches, lambda profile: profile.actions.get(intent))
        considered = tuple(_about_deed(match, gesture, hand, rule, deed) for match in matches)
        if deed is None:
            reason = f'{gesture} does nothing: it means "{intent}", and no profile that applies says what that does.'
            return Resolution(None, reason, rule.place, considered)
        profile, doing = deed
        if doing.action is None:
            reason = f'{gesture} does nothing: it means "{intent}", which is "none" in the profile "{profile.name}".'
            return Resolution(None, reason, rule.place, considered)
        tuning = doing.tuning.over(rule.tuning).over(profile.defaults).over(self._profiles.defaults).complete()
        binding = Binding(gesture, rule.hand, intent, doing.action, tuning, profile.name, doing.place)
        what = f'{doing.action.describe()}: it means "{intent}", and the profile "{profile.name}" says so'
        return Resolution(binding, f"{gesture} → {what}.", rule.place, considered)

    def _find(self, app: App, fixed: str | None) -> Iterable[Match]:
        default = self._profiles.profiles[DEFAULT]
        chosen = self._profiles.profiles.get(fixed) if fixed else None
        if chosen is not None:
            if chosen is not default:
                yield Match(chosen, "it is fixed")
            yield Match(default, "it applies everywhere")
            return
        identities = self._apps.matching(app)
        titled = {name for name, identity in identities.items() if identity.title}
        tags = {tag: name for name, identity in identities.items() for tag in identity.tags}
        ranked: list[tuple[tuple[int, int, int], Match]] = []
        for profile in self._by_app.chosen_by(identities, tags):
            name = next((name for name in profile.apps if name in identities), "")
            tag = next((tag for tag in profile.tags if tag in tags), "")
            if (profile.apps or profile.tags) and not (name or tag):
                continue
            if profile.title and not any(pattern.matches(app.title) for pattern in profile.title):
                continue
            by_title = bool(profile.title) or any(name in titled for name in profile.apps)
            because = _because(profile, name, tag, tags)
            ranked.append(((int(by_title), 2 if name else 1 if tag else 0, profile.rank), Match(profile, because)))
        ranked.sort(key=lambda entry: entry[1].profile.name)
        ranked.sort(key=lambda entry: entry[0], reverse=True)
        yield from (match for _, match in ranked)
        yield Match(default, "it applies everywhere")


def _because(profile: Profile, name: str, tag: str, tags: dict[str, str]) -> str:
    parts = []
    if profile.title:
        parts.append("the title fits")
    if name:
        parts.append(f'its app "{name}" has the focus')
    elif tag:
        parts.append(f'the app "{tags[tag]}" has its tag "{tag}"')
    return " and ".join(parts)


def _rule(rules: IntentRules, gesture: str, hand: Hand) -> IntentRule | None:
    """The rule for this hand, before one for either hand."""
    either = None
    for rule in rules.get(gesture, ()):
        if rule.hand == hand:
            return rule
        if rule.hand is None:
            either = rule
    return either


def _first(matches: Iterable[Match], says: Callable[[Profile], _Answer | None]) -> tuple[Profile, _Answer] | None:
    for match in matches:
        answer = says(match.profile)
        if answer is not None:
            return match.profile, answer
    return None


def _about_meaning(match: Match, gesture: str, hand: Hand, winner: IntentRule | None) -> Considered:
    rule = _rule(match.profile.intents, gesture, hand)
    if rule is None:
        says = "says nothing about it"
    else:
        says = f'{gesture} means "{rule.intent or "none"}"' + ("" if rule is winner else ", overruled")
    return Considered(match.profile.name, match.because, says)


def _about_deed(
    match: Match, gesture: str, hand: Hand, meaning: IntentRule, deed: tuple[Profile, ActionRule] | None
) -> Considered:
    rule = _rule(match.profile.intents, gesture, hand)
    doing = match.profile.actions.get(meaning.intent or "")
    parts = []
    if rule is not None:
        parts.append(f'{gesture} means "{rule.intent or "none"}"' + ("" if rule is meaning else ", overruled"))
    if doing is not None:
        what = doing.action.describe() if doing.action else "none"
        wins = deed is not None and doing is deed[1]
        parts.append(f"{meaning.intent} = {what}" + (", wins" if wins else ", overruled"))
    return Considered(match.profile.name, match.because, "; ".join(parts) or "says nothing about it")
