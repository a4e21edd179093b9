"""A keyboard of our own as an XKB keymap: American, with places to spare for any other character.

What a chord means then doesn't depend on the layout that the person types with: the keymap travels with the keys.
"""

from collections.abc import Iterable, Mapping

from gesturectl.desktop.evdev_codes import CODES, US_KEYS
from gesturectl.keys import KEYS, character_keysym, keysym

_OFFSET = 8
"""X11's keycodes are the kernel's and 8."""
_LARGEST = 255
"""The largest keycode that programs under XWayland understand."""

POSITIONS: dict[int, tuple[int, bool]] = {
    **{character_keysym(plain): (code, False) for code, (plain, _) in US_KEYS.items()},
    **{character_keysym(shifted): (code, True) for code, (_, shifted) in US_KEYS.items()},
    **{keysym(name): (code, False) for name, code in CODES.items()},
}
"""Where each keysym that the keymap always has is: the kernel's code, and whether it needs Shift."""

SPARE = tuple(sorted(set(range(89, _LARGEST - _OFFSET + 1)) - set(CODES.values()) - set(US_KEYS)))
"""The kernel's codes that may get a character of their own."""

MODIFIER_BITS = {"shift": 1, "ctrl": 4, "alt": 8, "super": 64, "altgr": 128}
"""XKB's real modifiers as the keymap gives them out: Shift, Control, Mod1, Mod4, Mod5."""

_MODIFIER_NAMES = {"shift": "Shift", "ctrl": "Control", "alt": "Mod1", "super": "Mod4", "altgr": "Mod5"}


def keymap_text(spare: Mapping[int, int], name: str) -> str:
    """The keymap in XKB's text format; `spare` gives codes of SPARE the keysyms they stand for."""
    symbols: dict[int, tuple[int, ...]] = {
        **{code: (character_keysym(plain), character_keysym(shifted)) for code, (plain, shifted) in US_KEYS.items()},
        **{code: (keysym(name),) for name, code in CODES.items()},
        **{code: (symbol,) for code, symbol in spare.items()},
    }
    largest = max(_LARGEST, *(code + _OFFSET for code in symbols))
    codes = "\n".join(f"    {_name(code)} = {code + _OFFSET};" for code in sorted(symbols))
    keys = "\n".join(f"    key {_name(code)} {{ [ {_listed(symbols[code])} ] }};" for code in sorted(symbols))
    modifiers = "\n".join(
        f"    modifier_map {name} {{ {_name(CODES[key])} }};" for key, name in _MODIFIER_NAMES.items()
    )
    return (
        'xkb_keymap {\n  xkb_keycodes "gesturectl" {\n'
        f"    minimum = {_OFFSET};\n    maximum = {largest};\n{codes}\n  }};\n"
        '  xkb_types "gesturectl" { include "complete" };\n'
        '  xkb_compatibility "gesturectl" { include "complete" };\n'
        f'  xkb_symbols "{name}" {{\n{keys}\n{modifiers}\n  }};\n}};\n'
    )


def modifier_mask(names: Iterable[str]) -> int:
    """The real modifiers that are down while the keys of these names are."""
    return sum(MODIFIER_BITS[name] for name in set(names) if KEYS[name].modifier)


def _name(code: int) -> str:
    return f"<K{code:03d}>"


def _listed(symbols: Iterable[int]) -> str:
    return ", ".join(f"{symbol:#x}" for symbol in symbols)
