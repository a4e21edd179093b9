"""A window of an app that a person names in one word."""

from dataclasses import replace

from gesturectl.desktop.base import App
from gesturectl.errors import UsageError
from gesturectl.profiles.schema import Profiles


def window_of(name: str, title: str, profiles: Profiles, place: str = "the app") -> App:
    """A window of the app that profiles, or some desktop, call `name`. Raises UsageError, at `place`, if
    none can be made up.
    """
    identity = profiles.apps.get(name)
    if identity is None:
        return App(name, name, name, title)
    example = identity.example()
    window = replace(example, title=title or example.title)
    if not identity.matches(window):
        fact = f"[app.{name}] has no exact name to try, or its title is none of this app"
        raise UsageError(place, fact, "Give the app by its WM_CLASS, exe or bundle identifier.")
    return window
