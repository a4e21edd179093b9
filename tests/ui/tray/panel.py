"""A small panel of our own: it keeps the list of icons as a StatusNotifierWatcher does, reads menus, and clicks."""

from collections.abc import Callable
from typing import Any

from gesturectl.desktop.dbus import Bus, plain

WATCHER = "org.kde.StatusNotifierWatcher"
PROPERTIES = "org.freedesktop.DBus.Properties"
ITEM, MENU = "org.kde.StatusNotifierItem", "com.canonical.dbusmenu"


class Panel:
    """Registers icons on the bus of the test."""

    def __init__(self, serve: Callable[..., Any]) -> None:
        self.icons: list[str] = []
        self._serve = serve
        self._service = serve(WATCHER, self._answer)
        self._bus = Bus()
        self.signals: list[tuple[str, list[Any]]] = []
        for interface in (ITEM, MENU):
            self._bus.listen(f"interface='{interface}'", self._hear)

    def restart(self) -> None:
        """Crash, and come again."""
        self._service.close()
        self.icons.clear()
        self._service = self._serve(WATCHER, self._answer)

    def close(self) -> None:
        """Leave the bus."""
        self._bus.close()

    def looks(self) -> dict[str, Any]:
        """The properties of the icon."""
        return self._plain(self.icons[-1], "/StatusNotifierItem", PROPERTIES, "GetAll", "s", ITEM)

    def menu(self) -> "Entry":
        """The whole menu, as it is now."""
        _, layout = self._ask("GetLayout", "iias", 0, -1, [])
        return Entry(layout)

    def click(self, *labels: str, grouped: bool = False) -> None:
        """Click on an entry, found by the labels on the way to it."""
        from dbus_fast import Variant

        event = [self.menu().find(*labels).number, "clicked", Variant("s", ""), 0]
        if grouped:
            assert self._ask("EventGroup", "a(isvu)", [event]) == [[]]
        else:
            self._ask("Event", "isvu", *event)

    def call(self, path: str, interface: str, member: str, signature: str = "", *body: Any) -> list[Any]:
        """Anything else."""
        return self._bus.call(self.icons[-1], path, interface, member, signature, *body)

    def listen(self, timeout_s: float = 0.05) -> list[str]:
        """The names of the signals that came meanwhile."""
        self._bus.wait(timeout_s)
        return [name for name, _ in self.signals]

    def _ask(self, member: str, signature: str, *body: Any) -> list[Any]:
        return plain(self._bus.call(self.icons[-1], "/MenuBar", MENU, member, signature, *body))  # type: ignore[no-any-return]

    def _plain(self, *call: Any) -> dict[str, Any]:
        return plain(self._bus.call(*call)[0])  # type: ignore[no-any-return]

    def _hear(self, message: Any) -> None:
        self.signals.append((message.member, plain(message.body)))

    def _answer(self, message: Any) -> Any:
        if message.member == "RegisterStatusNotifierItem":
            self.icons.append(message.body[0])
            return "", []
        return None


class Entry:
    """One entry of a menu as a panel reads it."""

    def __init__(self, layout: list[Any]) -> None:
        self.number, self.told, below = layout
        self.children = [Entry(child) for child in below]

    @property
    def label(self) -> str:
        """As a person sees it: a doubled underscore is one, a single one isn't shown."""
        return str(self.told.get("label", "")).replace("__", "\0").replace("_", "").replace("\0", "_")

    @property
    def labels(self) -> list[str]:
        """Those of the entries below."""
        return [child.label for child in self.children]

    def find(self, *labels: str) -> "Entry":
        """An entry below, by the labels on the way; a label may be given by its beginning."""
        if not labels:
            return self
        exact = (child for child in self.children if child.label == labels[0])
        begun = (child for child in self.children if child.label.startswith(labels[0]))
        found = next(exact, None) or next(begun, None)
        assert found is not None, f"no {labels[0]!r} among {self.labels}"
        return found.find(*labels[1:])
