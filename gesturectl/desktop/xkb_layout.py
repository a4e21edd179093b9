"""Which key of the person's own keyboard gives which character: for ways to press keys that know numbers only.

libxkbcommon reads the layout, as it does for every Wayland desktop; through ctypes, so that nothing has to be built.
"""

import ctypes
import ctypes.util
import mmap
import os
from contextlib import suppress
from pathlib import Path

from gesturectl.desktop.evdev_codes import CODES
from gesturectl.desktop.wayland_wire import WaylandConnection
from gesturectl.errors import DesktopError
from gesturectl.keys import keysym

Positions = dict[int, tuple[int, tuple[str, ...]]]
"""Keysyms with the kernel's code of the key that gives them, and the modifiers to hold."""

_DEFAULTS = Path("/etc/default/keyboard")
_OFFSET = 8
_LEVELS = {0: (), 1: ("shift",), 128: ("altgr",), 129: ("altgr", "shift")}
"""The real modifiers of a level (XKB: Shift, Mod5) by our names."""


def positions() -> Positions:
    """Where each character is on the layout in use: the compositor's, or else the system's (console-setup's file).

    Keys that every layout has in one place are always there. Without libxkbcommon there are only those.
    """
    found: Positions = {keysym(name): (code, ()) for name, code in CODES.items()}
    try:
        found = {**_read(_compositors_keymap()), **found}
    except DesktopError:
        with suppress(DesktopError):
            found = {**_read(None), **found}
    return found


def _compositors_keymap() -> bytes:
    """The keymap of the compositor's seat, which it tells every client, whoever has the focus. Raises DesktopError."""
    if not os.environ.get("WAYLAND_DISPLAY"):
        raise DesktopError("keyboard", "no WAYLAND_DISPLAY is set", "Start it from within the desktop.")
    heard: list[bytes] = []

    def hear(_: int, descriptor: int, size: int) -> None:
        with suppress(OSError, ValueError), mmap.mmap(descriptor, size, access=mmap.ACCESS_READ) as text:
            heard.append(text[:].rstrip(b"\0"))
        os.close(descriptor)

    wayland = WaylandConnection()
    try:
        seat_has = [0]
        seat = wayland.bind("wl_seat", 1, {0: ("u", seat_has.append)})
        wayland.roundtrip()
        if seat_has[-1] & 2:
            wayland.request(seat, 1, "u", wayland.new_id({0: ("uhu", hear)}))
            wayland.roundtrip()
    finally:
        wayland.close()
    if not heard:
        raise DesktopError("keyboard", "the compositor has no keyboard", "Plug one in, or type by another way: uinput.")
    return heard[-1]


def _read(keymap: bytes | None) -> Positions:
    """The characters of a keymap's first layout; None: of the system's. Raises DesktopError."""
    library = _library()
    context = ctypes.c_void_p(library.xkb_context_new(0))
    if keymap is None:
        handle = library.xkb_keymap_new_from_names(context, ctypes.byref(_Names.of_system()), 0)
    else:
        handle = library.xkb_keymap_new_from_string(context, keymap, 1, 0)
    if not handle:
        library.xkb_context_unref(context)
        raise DesktopError("keyboard", "its layout can't be read", "Install the package xkb-data.")
    map_ = ctypes.c_void_p(handle)
    found: Positions = {}
    for level in range(4):  # the easiest way to a character comes first
        for code in range(library.xkb_keymap_min_keycode(map_), library.xkb_keymap_max_keycode(map_) + 1):
            if level >= library.xkb_keymap_num_levels_for_key(map_, code, 0):
                continue
            masks = (ctypes.c_uint32 * 8)()
            count = library.xkb_keymap_key_get_mods_for_level(map_, code, 0, level, masks, len(masks))
            held = next((_LEVELS[mask] for mask in masks[:count] if mask in _LEVELS), None)
            symbols = ctypes.POINTER(ctypes.c_uint32)()
            length = library.xkb_keymap_key_get_syms_by_level(map_, code, 0, level, ctypes.byref(symbols))
            if length == 1 and held is not None:
                found.setdefault(_canonical(symbols[0], library), (code - _OFFSET, held))
    library.xkb_keymap_unref(map_)
    library.xkb_context_unref(context)
    return found


def _canonical(symbol: int, library: ctypes.CDLL) -> int:
    """Keysyms that stand for a character have several numbers (Cyrillic_a and U0430); ours is by the character."""
    point = int(library.xkb_keysym_to_utf32(symbol))
    if point < 0x20 or 0xE000 <= point < 0xF900 or 0x7F <= point < 0xA0 or 0xFF00 <= symbol < 0x10000:
        return symbol
    return point if point < 0x100 else 0x1000000 + point


class _Names(ctypes.Structure):
    """struct xkb_rule_names; an absent name is the library's default or that of the variables XKB_DEFAULT_…."""

    _fields_ = [(name, ctypes.c_char_p) for name in ("rules", "model", "layout", "variant", "options")]

    @classmethod
    def of_system(cls) -> "_Names":
        """What the console is set up with, unless the variables say otherwise."""
        names = cls()
        with suppress(OSError):
            for line in _DEFAULTS.read_text(encoding="utf-8", errors="replace").splitlines():
                key, _, value = line.partition("=")
                name = key.strip().removeprefix("XKB").lower()
                if name in ("model", "layout", "variant", "options") and not os.environ.get("XKB_DEFAULT_LAYOUT"):
                    setattr(names, name, value.strip().strip("\"'").encode() or None)
        return names


def _library() -> ctypes.CDLL:
    name = ctypes.util.find_library("xkbcommon") or "libxkbcommon.so.0"
    try:
        library = ctypes.CDLL(name)
    except OSError as error:
        raise DesktopError("keyboard", f"libxkbcommon is missing ({error})", "Install libxkbcommon0.") from error
    for function in ("xkb_context_new", "xkb_keymap_new_from_names", "xkb_keymap_new_from_string"):
        getattr(library, function).restype = ctypes.c_void_p
    library.xkb_keysym_to_utf32.restype = ctypes.c_uint32
    return library
