"""What a gesture is to do, by the user's profiles; they are read again when their files change."""

import logging
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from gesturectl.daemon.policy import Plan
from gesturectl.desktop.base import App
from gesturectl.errors import ConfigError, GesturectlError, UsageError
from gesturectl.profiles.load import default_folders, profile_files
from gesturectl.profiles.resolve import Resolver
from gesturectl.profiles.watch import ProfileWatch
from gesturectl.recognition.vocabulary import STARTER
from gesturectl.toml_schema import nearest
from gesturectl.types import GestureEvent

_log = logging.getLogger(__name__)


class ProfilePlans:
    """The profiles in force and the one that is fixed. For one thread."""

    def __init__(self, folders: Sequence[Path], gestures: Collection[str], fallback: Sequence[Path] = ()) -> None:
        """`folders` of profiles, general ones first; where they hold mistakes, `fallback` is used until they don't.

        Raises ConfigError with all mistakes if there is no fallback, or it holds mistakes too.
        """
        self.folders, self._gestures = tuple(folders), set(gestures)
        """What is read, general ones first."""
        self.recognised = tuple(gestures)
        """The gestures that can be recognised now."""
        self.trouble = ""
        """Mistakes in the files, while the last good profiles stay in use; else empty."""
        self.fixed: str | None = None
        """The profile a person chose; None while the app chooses."""
        self._mended: tuple[tuple[Path, int], ...] | None = None
        """While the fallback is used: the files as they were when last tried."""
        try:
            self._watch = ProfileWatch(self.folders, self._gestures)
        except ConfigError as error:
            if not fallback:
                raise
            self.trouble = str(error)
            self._mended = self._changes()
            self._watch = ProfileWatch(fallback, self._gestures)
        self._resolver = Resolver(self._watch.current)

    @property
    def names(self) -> tuple[str, ...]:
        """All profiles."""
        return tuple(self._watch.current.profiles)

    @property
    def words(self) -> str:
        """For the line of what was found."""
        chosen = f'"{self.fixed}" fixed' if self.fixed else "chosen by app"
        return f"{len(self.names)}, {chosen}" + (" (yours have mistakes: bundled ones only)" if self.trouble else "")

    @property
    def ask_for_arming(self) -> bool:
        """Whether any profile has gestures that act only while armed."""
        return self._watch.current.ask_for_arming

    def plan(self, event: GestureEvent, app: App) -> Plan | str:
        """What a gesture is to do in an app, or the reason why it does nothing."""
        resolution = self._resolver.resolve(event.gesture, event.hand, app, self.fixed)
        binding = resolution.binding
        if binding is None:
            return resolution.reason.removeprefix(f"{event.gesture} does nothing: ").removesuffix(".")
        tuning = binding.tuning
        return Plan(
            action=binding.action,
            name=f"{binding.profile}/{binding.intent}",
            confidence=tuning.confidence,
            hold_ms=tuning.hold_ms,
            cooldown_ms=tuning.cooldown_ms,
            repeat_hz=tuning.repeat_hz,
            arm=tuning.arm,
        )

    def profile(self, app: App) -> str:
        """The name of the profile that is in use for `app`."""
        return self._resolver.active_profile(app, self.fixed)

    def check(self, name: str | None) -> None:
        """Raises UsageError if there is no profile of that name; None is always right."""
        if name is not None and name not in self.names:
            raise UsageError("profile", f"there is no profile {name!r}", nearest(name, self.names))

    def fix(self, name: str | None) -> None:
        """Use the profile `name` whatever the app; None lets the app choose. Raises UsageError if there is none."""
        self.check(name)
        self.fixed = name

    def poll(self) -> bool:
        """Whether the profiles have changed since the last call; they are then in use."""
        if self._mended is not None:
            return self._mended != self._changes() and self._try_again()
        change = self._watch.poll()
        if change is None:
            return False
        if change.error is not None:
            self._note(change.error)
            return False
        self._use()
        return True

    def reload(self) -> None:
        """Read the profiles again. Raises ConfigError; the last good ones then stay."""
        if self._mended is not None:
            self._watch = ProfileWatch(self.folders, self._gestures)
            self._mended = None
            self._use()
            return
        error = self._watch.reload().error
        if error is not None:
            self._note(error)
            raise error
        self._use()

    def know(self, gestures: Collection[str]) -> None:
        """These gestures are recognised from now on; profiles may name them, too."""
        self.recognised = tuple(gestures)
        self._gestures.update(gestures)

    def _try_again(self) -> bool:
        self._mended = self._changes()
        try:
            self.reload()
        except ConfigError as error:
            self._note(error)
            return False
        return True

    def _use(self) -> None:
        self.trouble = ""
        self._resolver = Resolver(self._watch.current)
        if self.fixed not in (None, *self.names):
            _log.warning("the profile %r is gone; the app chooses again", self.fixed)
            self.fixed = None
        _log.info("profiles in use: %s", ", ".join(self.names))

    def _note(self, error: ConfigError) -> None:
        if str(error) != self.trouble:
            _log.warning("the profiles hold mistakes; the last good ones stay in use:\n%s", error)
        self.trouble = str(error)

    def _changes(self) -> tuple[tuple[Path, int], ...]:
        files = (path for folder in self.folders for path in profile_files(folder))
        return tuple((path, path.stat().st_mtime_ns) for path in files if path.exists())


def load_plans(folder: Path | None, own: bool, gestures: Collection[str], warn: Callable[[str], None]) -> ProfilePlans:
    """The bundled profiles and those of `folder` (None: the user's, unless not `own`). `warn` hears their mistakes.

    `gestures` are what the model can recognise. Raises ConfigError for mistakes in a folder that was asked for by name.
    """
    labels = {*STARTER, *gestures}  # a profile for a gesture that another model knows is no mistake
    bundled, user = default_folders()
    if folder is not None:
        if not folder.is_dir():
            remedy = "Give the folder that holds your profiles (*.toml)."
            raise ConfigError(str(folder), [GesturectlError(str(folder), "there is no such folder", remedy)])
        return ProfilePlans((bundled, folder), labels)
    if not own:
        return ProfilePlans((bundled,), labels)
    plans = ProfilePlans((bundled, user), labels, fallback=(bundled,))
    if plans.trouble:
        warn(f"your profiles hold mistakes, so only the bundled ones are used until they are mended:\n{plans.trouble}")
    return plans
