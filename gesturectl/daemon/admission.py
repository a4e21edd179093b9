"""Whether a recognised gesture may act now: not while the person types, and where arming is asked for only armed.

No thread and no clock of its own: time is the source's, and what the person last did on the keyboard is asked for.
"""

from collections.abc import Callable

from gesturectl.daemon.policy import Plan
from gesturectl.errors import UsageError
from gesturectl.keys import parse_chord
from gesturectl.recognition.arming import ArmedBy, Arming
from gesturectl.settings import Settings
from gesturectl.types import GestureEvent


class Admission:
    """Stands between what a gesture is to do and doing it."""

    def __init__(self, settings: Settings, input_ago_ms: Callable[[], int | None] = lambda: None) -> None:
        """`input_ago_ms` says how long ago the person used keyboard or mouse; None where nobody can tell."""
        self.arming_on = settings.arming
        """Whether everything needs arming, except what says otherwise."""
        self.arming = Arming()
        self._quiet_ms, self._input_ago_ms = 0, input_ago_ms
        self.adopt(settings)

    def adopt(self, settings: Settings) -> None:
        """From now on these settings hold. What is armed stays so."""
        self.arming_on = settings.arming
        self.arming.by = ArmedBy(settings.arming_gesture, round(settings.arming_s * 1000))
        self._quiet_ms = settings.quiet_after_input_ms
        self._disabled = frozenset(settings.disabled)
        self._panic_words = settings.panic_chord
        self._panic_chord = frozenset(parse_chord(settings.panic_chord) if settings.panic_chord else ())

    def switch(self, do: object, paused: bool) -> None:
        """Carry out what "arming" is asked to do: "on", "off", "arm" or "disarm". Raises UsageError."""
        if do == "arm":
            if paused:
                raise UsageError("arming", "nothing can be armed while paused", "Run 'gesturectl resume' first.")
            self.arming.engage()
        elif do in ("on", "off"):
            self.arming_on = do == "on"
            self.arming.disarm()
        elif do == "disarm":
            self.arming.disarm()
        else:
            raise UsageError("arming", f"{do!r} is none of on, off, arm, disarm", 'Send {"do": "arm"}.')

    def admit(self, event: GestureEvent, plan: Plan | str, asked_for: bool) -> Plan | str:
        """`plan` for the beginning `event` if it may act now, else the reason why not. The arming gesture arms.

        `asked_for` says whether any profile asks for arming: where nobody does, the arming gesture is one like others.
        """
        if event.gesture in self._disabled:
            return f"it is switched off; 'gesturectl gestures enable {event.gesture}' switches it on"
        if isinstance(plan, Plan) and self._panics(plan):
            return f"it presses {self._panic_words}, which is to stop everything (the setting panic_chord)"
        if (ago_ms := self._input_ago_ms()) is not None and ago_ms < self._quiet_ms:
            return f"the keyboard or the mouse was used {ago_ms} ms ago; quiet for {self._quiet_ms} ms after that"
        by = self.arming.by
        if event.gesture == by.gesture and (self.arming_on or asked_for):
            self.arming.begin(event.hand, event.t_ms)
            if isinstance(plan, str) or plan.arm != "bypass":
                return f"it arms: gestures act until {by.for_ms / 1000:g} s after it"
        if isinstance(plan, Plan) and self._needs_arming(plan) and not self.arming.armed(event.t_ms):
            return f"not armed: {by.how} first, or run 'gesturectl arming arm'"
        return plan

    def _panics(self, plan: Plan) -> bool:
        return bool(self._panic_chord) and any(self._panic_chord <= set(chord) for chord in plan.action.presses())

    def _needs_arming(self, plan: Plan) -> bool:
        return plan.arm == "required" or (plan.arm == "off" and self.arming_on)
