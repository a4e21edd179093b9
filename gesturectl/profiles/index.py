"""Finds the apps and profiles that may fit a window without asking all of them: there may be a thousand."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from gesturectl.desktop.base import App
from gesturectl.profiles.pattern import Pattern
from gesturectl.profiles.schema import AppIdentity, Profile


class AppIndex:
    """Apps by the exact names they go by; those with `*` or `/…/`, or none, may fit anything."""

    def __init__(self, identities: Mapping[str, AppIdentity]) -> None:
        self._order = {name: place for place, name in enumerate(identities)}
        self._named: dict[tuple[str, str], list[AppIdentity]] = defaultdict(list)
        self._open: list[AppIdentity] = []
        for identity in identities.values():
            names = [
                (kind, pattern.literal)
                for kind, patterns in _kinds(identity).items()
                for pattern in patterns
            ]  # fmt: skip
            exact = [(kind, literal) for kind, literal in names if literal is not None]
            if not names or len(exact) < len(names):
                self._open.append(identity)
                continue
            for name in dict.fromkeys(exact):
                self._named[name].append(identity)

    def matching(self, app: App) -> dict[str, AppIdentity]:
        """What `app` is, by name, in the order in which profiles name apps."""
        some = [*self._open]
        for kind, name in (("wm_class", app.wm_class), ("exe", app.exe), ("bundle", app.bundle)):
            some += self._named.get((kind, name.casefold()), ())
        found = {identity.name: identity for identity in some if identity.matches(app)}
        return dict(sorted(found.items(), key=lambda entry: self._order[entry[0]]))


class ProfileIndex:
    """Profiles by the apps and tags that choose them."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._by_name: dict[tuple[str, str], list[Profile]] = defaultdict(list)
        self._by_title: list[Profile] = []
        for profile in profiles:
            keys = [*(("app", name) for name in profile.apps), *(("tag", tag) for tag in profile.tags)]
            for key in keys:
                self._by_name[key].append(profile)
            if not keys:
                self._by_title.append(profile)

    def chosen_by(self, apps: Iterable[str], tags: Iterable[str]) -> Sequence[Profile]:
        """The profiles for any of these, and those that look at the title alone; each once."""
        some = list(self._by_title)
        for key in (*(("app", name) for name in apps), *(("tag", tag) for tag in tags)):
            some += self._by_name.get(key, ())
        return list({profile.name: profile for profile in some}.values())


def _kinds(identity: AppIdentity) -> dict[str, tuple[Pattern, ...]]:
    return {"wm_class": identity.wm_class, "exe": identity.exe, "bundle": identity.bundle}
