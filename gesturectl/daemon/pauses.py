"""Whether the daemon is paused, and why: somebody asked for it, or there is a reason to rest. No thread, no clock."""

from gesturectl.daemon.rest import Rest

_ASKED = "Resume with 'gesturectl resume'."


class Pauses:
    """Who wants a pause. What a person asked for lasts until they say otherwise; reasons to rest go by themselves."""

    def __init__(self) -> None:
        self._asked = ""
        """What to tell of a pause that was asked for; empty if none was."""
        self._rests: dict[str, str] = {}
        """Reasons to rest, by who gave them."""

    @property
    def reason(self) -> str:
        """Why it is paused, as a sentence for people; empty if it isn't."""
        if self._asked or not self._rests:
            return self._asked
        first = next(iter(self._rests.values()))
        return f"{first[:1].upper()}{first[1:]}; it goes on by itself."

    def ask(self) -> None:
        """A person or an action wants it paused."""
        self._asked = _ASKED

    def panic(self, chord: str) -> None:
        """The panic chord was pressed."""
        self._asked = f"{chord} was pressed. {_ASKED}"

    def rest(self, rest: Rest) -> None:
        """There is a reason to rest, or it is over; what was asked for isn't touched."""
        if rest.reason:
            self._rests[rest.cause] = rest.reason
        else:
            self._rests.pop(rest.cause, None)

    def end(self) -> None:
        """A person wants it to go on, and knows better than any reason to rest, until it is given anew."""
        self._asked = ""
        self._rests.clear()
