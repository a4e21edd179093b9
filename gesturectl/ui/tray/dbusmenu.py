"""A menu as com.canonical.dbusmenu tells it: every entry a number with properties. No bus is needed here.

The protocol: libdbusmenu's `dbus-menu.xml`. Numbers stay with their entries over all changes, so that what a person
clicks in a menu that is still open is what they saw.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gesturectl.ui.tray.menu import Item, Menu

PATH = "/MenuBar"
INTERFACE = "com.canonical.dbusmenu"
ROOT = 0

Properties = dict[str, tuple[str, Any]]
"""Names with D-Bus signature and value."""


@dataclass(frozen=True, slots=True)
class Node:
    """One entry with its number."""

    number: int
    item: Item
    children: tuple["Node", ...]

    def walk(self) -> Iterator["Node"]:
        """This and all below."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Change:
    """What a new menu changed."""

    layout: bool
    """Whether entries came or went: all of it has to be read again."""
    entries: tuple[Node, ...]
    """Entries that only look different; empty if `layout`."""


class MenuTree:
    """The menu that is shown now, and the numbers of all entries there ever were."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, ...], int] = {(): ROOT}
        self.root = Node(ROOT, Item(""), ())
        self.revision = 1
        """Grows whenever entries come or go."""

    def show(self, menu: Menu) -> Change:
        """Show `menu` from now on."""
        before, self.root = self.root, self._numbered(Item("", children=menu), ())
        if _structure(before) != _structure(self.root):
            self.revision += 1
            return Change(layout=True, entries=())
        pairs = zip(before.walk(), self.root.walk(), strict=True)
        return Change(False, tuple(new for old, new in pairs if properties(old) != properties(new)))

    def find(self, number: int) -> Node | None:
        """The entry with this number; None if it is gone."""
        return next((node for node in self.root.walk() if node.number == number), None)

    def _numbered(self, item: Item, path: tuple[str, ...]) -> Node:
        number = self._numbers.setdefault(path, len(self._numbers))
        return Node(number, item, tuple(self._numbered(child, (*path, child.key)) for child in item.children))


def properties(node: Node) -> Properties:
    """What a panel needs to show the entry; those that may change are always told."""
    item = node.item
    if item.kind == "separator":
        return {"type": ("s", "separator")}
    told: Properties = {"label": ("s", _escaped(item.label)), "enabled": ("b", item.enabled)}
    if item.kind in ("check", "radio"):
        told["toggle-type"] = ("s", "checkmark" if item.kind == "check" else "radio")
        told["toggle-state"] = ("i", int(item.on))
    if node.children or node.number == ROOT:
        told["children-display"] = ("s", "submenu")
    return told


def _escaped(label: str) -> str:
    """A single underscore would mark the next letter as its key."""
    return label.replace("_", "__")


def _structure(node: Node) -> tuple[object, ...]:
    return (node.number, node.item.kind, *map(_structure, node.children))
