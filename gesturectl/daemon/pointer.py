"""Whether the hand moves the pointer now, and what it holds."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from gesturectl.actions.pointer import WAYS, PointerAction
from gesturectl.daemon.messages import HandsAt
from gesturectl.daemon.policy import Plan
from gesturectl.errors import UsageError
from gesturectl.pointing.guide import Guide, Step

ENDS = "the hand moves the pointer; 'gesturectl pointer off' ends it"
"""Why other gestures do nothing meanwhile."""


class Pointer:
    """The pointer mode. Off until switched on. For the engine's thread."""

    def __init__(self, steer: Callable[[Sequence[Step]], bool], watch: Callable[[bool], None]) -> None:
        """`steer` carries steps out and says whether that worked; `watch` has the hands' places told, or no longer."""
        self.on = False
        self._steer, self._watch = steer, watch
        self._guide = Guide()

    @property
    def pressing(self) -> bool:
        """Whether a pinch holds the button down."""
        return self._guide.pressing

    def wanted(self, do: object) -> bool:
        """Whether it is to be on after `do`: "on", "off" or "toggle". Raises UsageError for anything else."""
        if do not in WAYS:
            raise UsageError("pointer", f"{do!r} is none of {', '.join(WAYS)}", 'Send {"do": "toggle"}.')
        return not self.on if do == "toggle" else do == "on"

    def switch(self, on: bool) -> None:
        """Begin, or end and let the button go."""
        if on == self.on:
            return
        self.let_go()
        self.on = on
        self._watch(on)

    def follow(self, at: HandsAt) -> None:
        """Do what the hands ask for. A desktop that refuses ends the mode: it would refuse at each frame."""
        if self.on and not self._steer(self._guide.follow(at.t_ms, at.places)):
            self._guide.let_go()  # the button is up already
            self.switch(False)

    def let_go(self) -> None:
        """No hand steers any more; the next one that comes does."""
        self._steer(self._guide.let_go())

    def admit(self, plan: Plan | str) -> Plan | str:
        """`plan` if it may act now: while the mode is on only what switches it may, and that unarmed, too."""
        if not self.on:
            return plan
        if isinstance(plan, Plan) and isinstance(plan.action, PointerAction):
            return replace(plan, arm="bypass")
        return ENDS
