"""Call a method over D-Bus: Linux desktops and many of their programs can be told things that way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from gesturectl.actions.base import Action, Stage
from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.toml_schema import Table

if TYPE_CHECKING:
    from gesturectl.desktop.dbus import Which

_ANSWER_S = 5.0


@dataclass(frozen=True, slots=True)
class DBusAction(Action):
    """`{ dbus = "org.kde.KWin", path = "/KWin", method = "org.kde.KWin.nextDesktop" }`; `signature`, `args`, `bus`."""

    key = "dbus"
    options = ("path", "method", "signature", "args", "bus")

    service: str
    path: str
    interface: str
    member: str
    signature: str = ""
    args: tuple[Any, ...] = ()
    bus: "Which" = "session"

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        service, path = reader.text("dbus") or "", reader.text("path") or ""
        interface, _, member = (reader.text("method") or "").rpartition(".")
        for key, found in (("dbus", "." in service), ("path", path.startswith("/")), ("method", bool(interface))):
            if not found:
                reader.mistake(key, "it is missing or no D-Bus name", _EXAMPLE)
        signature = reader.text("signature") or ""
        listed = reader.value("args")
        args = tuple(listed) if isinstance(listed, list) else () if listed is None else (listed,)
        if bool(args) != bool(signature):
            reader.mistake(
                "signature", "arguments and their types go together", 'Write signature = "si", args = ["a", 1].'
            )
        bus: Which = "system" if reader.text("bus", ("session", "system")) == "system" else "session"
        reader.finish()
        if problems:
            raise ConfigError(place, problems)
        return cls(service, path, interface, member, signature, args, bus)

    def describe(self) -> str:
        return f"call {self.interface}.{self.member} of {self.service}"

    def begin(self, stage: Stage) -> None:
        stage.later(self.describe(), self._call)

    def _call(self) -> None:
        from gesturectl.desktop.dbus import Bus  # brings an event loop along

        bus = Bus(self.bus)
        try:
            bus.call(
                self.service, self.path, self.interface, self.member, self.signature, *self.args, timeout_s=_ANSWER_S
            )  # fmt: skip
        finally:
            bus.close()


_EXAMPLE = 'Write dbus = "org.kde.KWin", path = "/KWin", method = "org.kde.KWin.nextDesktop".'
