"""No action presses the chord that is to stop everything: it would stop itself."""

from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.keys import parse_chord
from gesturectl.profiles.schema import Profiles
from gesturectl.settings import Settings, load_settings


def wanted_panic_chord() -> str:
    """What the user's settings say; the default where they hold mistakes, which somebody else tells."""
    try:
        return load_settings().panic_chord
    except ConfigError:
        return Settings().panic_chord


def refuse_panic_chord(profiles: Profiles, text: str) -> None:
    """Raise ConfigError with each action that presses the chord `text` (the setting `panic_chord`), alone or with more.

    A daemon refuses to do such an action, so that this needn't be called for each change of the setting.
    """
    panic = set(parse_chord(text)) if text else set()
    problems = [
        GesturectlError(
            rule.place,
            f"it presses {text}, which is to stop everything (the setting panic_chord)",
            "Press something else, or choose another chord: gesturectl settings panic_chord Ctrl+Alt+F12",
        )
        for profile in profiles.profiles.values()
        for rule in profile.actions.values()
        if panic and rule.action is not None and any(panic <= set(chord) for chord in rule.action.presses())
    ]
    if problems:
        raise ConfigError("profiles", problems)
