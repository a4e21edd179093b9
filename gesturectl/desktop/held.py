"""What an injector holds: chords that share keys press and release each key once."""

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

_Code = TypeVar("_Code", bound=Hashable)

Chord = tuple[str, ...]


class Held(Generic[_Code]):
    """Chords that are down with the codes that were pressed for each, oldest first."""

    def __init__(self) -> None:
        self._chords: list[tuple[Chord, tuple[_Code, ...]]] = []

    @property
    def chords(self) -> list[Chord]:
        """The chords that are down, oldest first."""
        return [chord for chord, _ in self._chords]

    @property
    def down(self) -> set[_Code]:
        """The codes that are down."""
        return {code for _, codes in self._chords for code in codes}

    def press(self, chord: Chord, codes: Sequence[_Code]) -> list[_Code]:
        """Note a chord; returns the codes that have to go down for it, in order."""
        already = self.down
        self._chords.append((chord, tuple(codes)))
        return [code for code in dict.fromkeys(codes) if code not in already]

    def release(self, chord: Chord) -> list[_Code]:
        """Forget a chord; returns the codes that have to go up, in order. None if it isn't held."""
        index = next((i for i, (held, _) in enumerate(self._chords) if held == chord), None)
        if index is None:
            return []
        _, codes = self._chords.pop(index)
        still = self.down
        return [code for code in reversed(dict.fromkeys(codes)) if code not in still]
