"""Switch the profile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gesturectl.actions.base import Action, Stage
from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.toml_schema import Table

AUTO = "auto"
"""The name that stands for choosing the profile by the focused app."""


@dataclass(frozen=True, slots=True)
class ProfileAction(Action):
    """`{ profile = "video" }`, `{ profile = "auto" }`."""

    key = "profile"

    profile: str
    """Its name, or AUTO. Whether there is one of this name is for whoever knows all profiles to check."""

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        profile = reader.text("profile")
        if profile is not None and not profile.strip():
            reader.mistake("profile", "the name is empty", 'Name a profile, or "auto" to choose by app.')
        reader.finish()
        if profile is None or problems:
            raise ConfigError(place, problems)
        return cls(profile)

    def describe(self) -> str:
        return "choose the profile by app" if self.profile == AUTO else f'switch to the profile "{self.profile}"'

    def begin(self, stage: Stage) -> None:
        stage.switch_profile(None if self.profile == AUTO else self.profile)

    def repeat(self, stage: Stage) -> None:
        """Nothing: it is switched already."""
