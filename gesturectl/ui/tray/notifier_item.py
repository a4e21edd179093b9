"""The icon and its menu as two objects on a D-Bus bus: StatusNotifierItem and com.canonical.dbusmenu.

Written against freedesktop.org's draft "StatusNotifierItem" as KDE, the AppIndicator extension of GNOME, xfce4-panel,
waybar and swaybar read it. Messages are answered one by one, without a service framework: the two interfaces are small.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gesturectl.ui.icons import Look, draw
from gesturectl.ui.tray import dbusmenu
from gesturectl.ui.tray.base import Appearance
from gesturectl.ui.tray.dbusmenu import MenuTree, Node, properties
from gesturectl.ui.tray.deeds import Ask, Deed

if TYPE_CHECKING:
    from dbus_fast import Message

PATH = "/StatusNotifierItem"
INTERFACE = "org.kde.StatusNotifierItem"
PROPERTIES = "org.freedesktop.DBus.Properties"

_SIZES = (16, 22, 24, 32, 48, 64)
"""Panels take the nearest and scale the rest."""

_METHODS = {
    (PROPERTIES, "Get"): ("ss", "v"),
    (PROPERTIES, "GetAll"): ("s", "a{sv}"),
    (INTERFACE, "Activate"): ("ii", ""),
    (INTERFACE, "SecondaryActivate"): ("ii", ""),
    (INTERFACE, "ContextMenu"): ("ii", ""),
    (INTERFACE, "Scroll"): ("is", ""),
    (dbusmenu.INTERFACE, "GetLayout"): ("iias", "u(ia{sv}av)"),
    (dbusmenu.INTERFACE, "GetGroupProperties"): ("aias", "a(ia{sv})"),
    (dbusmenu.INTERFACE, "GetProperty"): ("is", "v"),
    (dbusmenu.INTERFACE, "Event"): ("isvu", ""),
    (dbusmenu.INTERFACE, "EventGroup"): ("a(isvu)", "ai"),
    (dbusmenu.INTERFACE, "AboutToShow"): ("i", "b"),
    (dbusmenu.INTERFACE, "AboutToShowGroup"): ("ai", "aiai"),
}
"""The methods there are, with the signatures of what they are asked and of what they answer."""


class WrongRequest(Exception):  # noqa: N818  it becomes an answer
    """Somebody asked for what there isn't."""


class NotifierItem:
    """Answers panels. For the thread of the bus."""

    def __init__(self, emit: Callable[..., None], chosen: Callable[[Deed], None]) -> None:
        """`emit` sends a signal (path, interface, member, signature, values); `chosen` hears what a click does."""
        self._emit, self._chosen = emit, chosen
        self._tree = MenuTree()
        self._appearance: Appearance | None = None

    def show(self, appearance: Appearance) -> None:
        """Look like this from now on, and tell the panels what is new."""
        before, self._appearance = self._appearance, appearance
        change = self._tree.show(appearance.menu)
        if before is None:
            return
        if (before.look, before.progress) != (appearance.look, appearance.progress):
            self._emit(PATH, INTERFACE, "NewIcon")
        if before.title != appearance.title:
            self._emit(PATH, INTERFACE, "NewToolTip")
        if change.layout:
            self._emit(dbusmenu.PATH, dbusmenu.INTERFACE, "LayoutUpdated", "ui", self._tree.revision, dbusmenu.ROOT)
        elif change.entries:
            changed = [[node.number, _variants(properties(node))] for node in change.entries]
            self._emit(dbusmenu.PATH, dbusmenu.INTERFACE, "ItemsPropertiesUpdated", "a(ia{sv})a(ias)", changed, [])

    def answer(self, message: "Message") -> "Message | None":
        """The answer to a call of one of our objects; None for all other messages."""
        from dbus_fast import Message, MessageType

        if message.message_type is not MessageType.METHOD_CALL or message.path not in (PATH, dbusmenu.PATH):
            return None
        interface, member = message.interface or _interface_with(message.member), message.member
        if (interface, member) not in _METHODS:
            return None
        asked, answered = _METHODS[interface, str(member)]
        try:
            if message.signature != asked:
                raise WrongRequest(f"{member} takes {asked}")
            body = self._call(str(message.path), interface, str(member), message.body)
        except WrongRequest as error:
            return Message.new_error(message, "org.freedesktop.DBus.Error.InvalidArgs", str(error))
        return Message.new_method_return(message, answered, body)

    def _call(self, path: str, interface: str, member: str, body: Sequence[Any]) -> list[Any]:
        if interface == PROPERTIES:
            return self._properties(path, member, body)
        if interface == INTERFACE:
            if member == "SecondaryActivate":  # the middle button
                self._pause_or_resume()
            return []
        return self._menu(member, body)

    def _properties(self, path: str, member: str, body: Sequence[Any]) -> list[Any]:
        of = body[0]
        known = self._of_item() if path == PATH and of == INTERFACE else {}
        if path == dbusmenu.PATH and of == dbusmenu.INTERFACE:
            known = _of_menu()
        if member == "GetAll":
            return [known]
        if body[1] not in known:
            raise WrongRequest(f"there is no property {body[1]}")
        return [known[body[1]]]

    def _of_item(self) -> dict[str, Any]:
        from dbus_fast import Variant

        now = self._appearance
        told = now.title if now is not None else ""
        pixmaps = _pixmaps(now.look, now.progress) if now is not None else []
        return {
            "Category": Variant("s", "ApplicationStatus"),
            "Id": Variant("s", "gesturectl"),
            "Title": Variant("s", "gesturectl"),
            "Status": Variant("s", "Active"),
            "WindowId": Variant("i", 0),
            "IconName": Variant("s", ""),
            "IconPixmap": Variant("a(iiay)", pixmaps),
            "OverlayIconName": Variant("s", ""),
            "OverlayIconPixmap": Variant("a(iiay)", []),
            "AttentionIconName": Variant("s", ""),
            "AttentionIconPixmap": Variant("a(iiay)", []),
            "AttentionMovieName": Variant("s", ""),
            "IconThemePath": Variant("s", ""),
            "ToolTip": Variant("(sa(iiay)ss)", ["", [], "gesturectl", told]),
            "ItemIsMenu": Variant("b", True),
            "Menu": Variant("o", dbusmenu.PATH),
        }

    def _menu(self, member: str, body: Sequence[Any]) -> list[Any]:
        if member == "GetLayout":
            parent, depth, names = body
            return [self._tree.revision, _layout(self._node(parent), depth, names)]
        if member == "GetGroupProperties":
            numbers, names = body
            wanted = [node for node in self._tree.root.walk() if not numbers or node.number in numbers]
            return [[[node.number, _variants(properties(node), names)] for node in wanted]]
        if member == "GetProperty":
            number, name = body
            told = _variants(properties(self._node(number)))
            if name not in told:
                raise WrongRequest(f"entry {number} has no {name}")
            return [told[name]]
        if member == "Event":
            number, event, _, _ = body
            self._node(number)
            self._hear(number, event)
            return []
        if member == "EventGroup":
            return [[number for number, event, _, _ in body[0] if not self._hear(number, event)]]
        if member == "AboutToShow":
            return [False]  # it is always up to date
        return [[], [number for number in body[0] if self._tree.find(number) is None]]

    def _hear(self, number: int, event: str) -> bool:
        """Something happened to an entry; False if there is no such entry."""
        node = self._tree.find(number)
        if node is not None and event == "clicked" and node.item.enabled and node.item.deed is not None:
            self._chosen(node.item.deed)
        return node is not None

    def _node(self, number: int) -> Node:
        node = self._tree.find(number)
        if node is None:
            raise WrongRequest(f"there is no entry {number}")
        return node

    def _pause_or_resume(self) -> None:
        for node in self._tree.root.walk():
            if isinstance(node.item.deed, Ask) and node.item.deed.command in ("pause", "resume"):
                self._chosen(node.item.deed)


def _of_menu() -> dict[str, Any]:
    from dbus_fast import Variant

    return {
        "Version": Variant("u", 3),
        "Status": Variant("s", "normal"),
        "TextDirection": Variant("s", "ltr"),
        "IconThemePath": Variant("as", []),
    }


def _layout(node: Node, depth: int, names: Sequence[str]) -> list[Any]:
    """An entry with what is below it, `depth` levels deep; -1 for all."""
    from dbus_fast import Variant

    below = [Variant("(ia{sv}av)", _layout(child, depth - 1, names)) for child in node.children] if depth else []
    return [node.number, _variants(properties(node), names), below]


def _variants(told: dbusmenu.Properties, names: Sequence[str] = ()) -> dict[str, Any]:
    """Those of `names`; all if there are none."""
    from dbus_fast import Variant

    return {name: Variant(*value) for name, value in told.items() if not names or name in names}


@lru_cache(maxsize=32)
def _pixmaps(look: Look, progress: float) -> list[list[Any]]:
    """The icon in all sizes: ARGB, the most significant byte first."""
    pictures = []
    for size in _SIZES:
        rgba = draw(look, size, progress)
        pictures.append([size, size, rgba[..., [3, 0, 1, 2]].tobytes()])
    return pictures


def _interface_with(member: str | None) -> str:
    """The interface of a method that somebody called by its name alone."""
    return next((interface for interface, name in _METHODS if name == member), "")
