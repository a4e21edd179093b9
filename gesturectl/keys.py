"""The keys by name: what a profile may write, what every desktop has to press.

A chord is a tuple of names, modifiers first: `parse_chord("Ctrl+Shift+T") == ("ctrl", "shift", "t")`.
"""

import sys
from dataclasses import dataclass

from gesturectl.errors import GesturectlError
from gesturectl.toml_schema import near


class KeyNameError(GesturectlError):
    """No such key, or a chord that nobody could press."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Key:
    """One key."""

    name: str
    """What the program calls it: lower case, words joined by "_"; a single character names itself."""
    label: str
    """What a person reads: "Page_Up"."""
    keysym: int
    """Its X11 keysym (X.Org's keysymdef.h and XF86keysym.h)."""
    modifier: bool = False
    """Whether it changes what other keys do."""


def parse_chord(text: str, place: str = "") -> tuple[str, ...]:
    """The names of the keys in "Ctrl+Shift+T", modifiers first. Capitals, "_" and "-" in names don't matter.

    Raises KeyNameError, at `place`, for an unknown name, a key twice, or two keys that aren't modifiers.
    """
    words = _words(text)
    if not all(words):
        example = "Write keys joined by one plus sign: Ctrl+Shift+T; the plus key itself is Plus."
        raise KeyNameError(place, f'"{text}" is no chord', example)
    names = [_name(word, text, place) for word in words]
    for name in names:
        if names.count(name) > 1:
            raise KeyNameError(place, f'{key(name).label} is in "{text}" twice', "Name every key once.")
    modifiers = [name for name in names if key(name).modifier]
    others = [name for name in names if not key(name).modifier]
    if len(others) > 1:
        listed = ", ".join(f'"{describe((*modifiers, name))}"' for name in others)
        raise KeyNameError(
            place,
            f'"{text}" has {len(others)} keys that aren\'t modifiers',
            f"To press one after the other, write a list: [{listed}].",
        )
    return (*modifiers, *others)


def describe(chord: tuple[str, ...]) -> str:
    """The chord as a person writes it: "Ctrl+Shift+T"."""
    return "+".join(key(name).label for name in chord)


def key(name: str) -> Key:
    """The key of a name in a parsed chord. Raises KeyError for any other word."""
    found = KEYS.get(name)
    if found is None and _is_character(name):
        return Key(name, name.upper() if len(name.upper()) == 1 else name, character_keysym(name))
    if found is None:
        raise KeyError(name)
    return found


def keysym(name: str) -> int:
    """The X11 keysym of a name in a parsed chord. Raises KeyError for any other word."""
    return key(name).keysym


def character_keysym(character: str) -> int:
    """The X11 keysym that stands for a character: Latin-1 stands for itself, all others are Unicode keysyms."""
    point = ord(character)
    if character in _CONTROLS:
        return _CONTROLS[character]
    return point if point < 0x100 else 0x1000000 + point


_CONTROLS = {"\n": 0xFF0D, "\r": 0xFF0D, "\t": 0xFF09}


def _words(text: str) -> list[str]:
    """The parts of a chord between its plus signs; a plus at the end of two is the key."""
    stripped = text.strip()
    if stripped == "+" or stripped.endswith("++"):
        stripped = stripped[:-1] + "Plus"
    return [word.strip() for word in stripped.split("+")]


def _name(word: str, text: str, place: str) -> str:
    folded = _folded(word)
    if folded == "primary":  # the modifier of most shortcuts
        return "super" if sys.platform == "darwin" else "ctrl"
    if folded in _NAMES:
        return _NAMES[folded]
    if _is_character(word):
        return word.lower() if len(word.lower()) == 1 else word
    where = "" if word == text.strip() else f' in "{text}"'
    labels = {_NAMES[name]: KEYS[_NAMES[name]].label for name in _NAMES if len(name) > 1}
    hint = near(word, labels.values())
    raise KeyNameError(
        place, f'there is no key "{word}"{where}', hint or "docs/actions.md lists the names of the keys."
    )


def _folded(word: str) -> str:
    """A name as it is looked up; single characters stay what they are, but small."""
    small = word.lower()
    return small if len(small) == 1 else small.replace("_", "").replace("-", "").replace(" ", "")


def _is_character(word: str) -> bool:
    """Whether a word is one letter or sign beyond the table's, such as é: keyboards that have it can press it."""
    return len(word) == 1 and word.isprintable() and not word.isspace()


_MODIFIERS = {
    # name: (label, keysym, other names)
    "ctrl": ("Ctrl", 0xFFE3, "control ctl"),
    "shift": ("Shift", 0xFFE1, ""),
    "alt": ("Alt", 0xFFE9, "option opt"),
    "super": ("Super", 0xFFEB, "win windows cmd command meta logo"),
    "altgr": ("AltGr", 0xFE03, "iso_level3_shift right_alt"),
}

_SIGNS = {
    # name: (character, other names)
    "space": (" ", "spacebar"),
    "exclam": ("!", "exclamation"),
    "quotedbl": ('"', "double_quote"),
    "numbersign": ("#", "hash"),
    "dollar": ("$", ""),
    "percent": ("%", ""),
    "ampersand": ("&", ""),
    "apostrophe": ("'", "quote"),
    "parenleft": ("(", ""),
    "parenright": (")", ""),
    "asterisk": ("*", "star"),
    "plus": ("+", ""),
    "comma": (",", ""),
    "minus": ("-", "dash hyphen"),
    "period": (".", "dot"),
    "slash": ("/", ""),
    "colon": (":", ""),
    "semicolon": (";", ""),
    "less": ("<", ""),
    "equal": ("=", "equals"),
    "greater": (">", ""),
    "question": ("?", ""),
    "at": ("@", ""),
    "bracketleft": ("[", "left_bracket"),
    "backslash": ("\\", ""),
    "bracketright": ("]", "right_bracket"),
    "asciicircum": ("^", "caret"),
    "underscore": ("_", ""),
    "grave": ("`", "backtick backquote"),
    "braceleft": ("{", "left_brace"),
    "bar": ("|", "pipe"),
    "braceright": ("}", "right_brace"),
    "asciitilde": ("~", "tilde"),
}

_SPECIAL = {
    # name: (label, keysym, other names)
    "backspace": ("BackSpace", 0xFF08, ""),
    "tab": ("Tab", 0xFF09, ""),
    "enter": ("Enter", 0xFF0D, "return"),
    "pause": ("Pause", 0xFF13, "break"),
    "scroll_lock": ("Scroll_Lock", 0xFF14, ""),
    "esc": ("Esc", 0xFF1B, "escape"),
    "home": ("Home", 0xFF50, ""),
    "left": ("Left", 0xFF51, "arrow_left left_arrow"),
    "up": ("Up", 0xFF52, "arrow_up up_arrow"),
    "right": ("Right", 0xFF53, "arrow_right right_arrow"),
    "down": ("Down", 0xFF54, "arrow_down down_arrow"),
    "page_up": ("Page_Up", 0xFF55, "pgup prior"),
    "page_down": ("Page_Down", 0xFF56, "pgdn pgdown next_page"),
    "end": ("End", 0xFF57, ""),
    "print_screen": ("Print_Screen", 0xFF61, "print prtsc prtscr"),
    "insert": ("Insert", 0xFF63, "ins"),
    "menu": ("Menu", 0xFF67, "apps context_menu"),
    "num_lock": ("Num_Lock", 0xFF7F, ""),
    "caps_lock": ("Caps_Lock", 0xFFE5, ""),
    "delete": ("Delete", 0xFFFF, "del"),
    "kp_enter": ("KP_Enter", 0xFF8D, "numpad_enter"),
    "kp_multiply": ("KP_Multiply", 0xFFAA, "numpad_multiply"),
    "kp_add": ("KP_Add", 0xFFAB, "numpad_add"),
    "kp_subtract": ("KP_Subtract", 0xFFAD, "numpad_subtract"),
    "kp_decimal": ("KP_Decimal", 0xFFAE, "numpad_decimal"),
    "kp_divide": ("KP_Divide", 0xFFAF, "numpad_divide"),
    "media_play_pause": ("Media_Play_Pause", 0x1008FF14, "media_play play_pause XF86AudioPlay"),
    "media_stop": ("Media_Stop", 0x1008FF15, "XF86AudioStop"),
    "media_previous": ("Media_Previous", 0x1008FF16, "media_prev XF86AudioPrev"),
    "media_next": ("Media_Next", 0x1008FF17, "XF86AudioNext"),
    "volume_down": ("Volume_Down", 0x1008FF11, "XF86AudioLowerVolume"),
    "volume_mute": ("Volume_Mute", 0x1008FF12, "mute XF86AudioMute"),
    "volume_up": ("Volume_Up", 0x1008FF13, "XF86AudioRaiseVolume"),
    "mic_mute": ("Mic_Mute", 0x1008FFB2, "XF86AudioMicMute"),
    "brightness_up": ("Brightness_Up", 0x1008FF02, "XF86MonBrightnessUp"),
    "brightness_down": ("Brightness_Down", 0x1008FF03, "XF86MonBrightnessDown"),
    "browser_back": ("Browser_Back", 0x1008FF26, "XF86Back"),
    "browser_forward": ("Browser_Forward", 0x1008FF27, "XF86Forward"),
    "browser_home": ("Browser_Home", 0x1008FF18, "XF86HomePage"),
    "browser_refresh": ("Browser_Refresh", 0x1008FF73, "XF86Reload"),
    "browser_search": ("Browser_Search", 0x1008FF1B, "XF86Search"),
}


def _all_keys() -> dict[str, Key]:
    keys = [Key(name, label, code, modifier=True) for name, (label, code, _) in _MODIFIERS.items()]
    keys += [Key(name, label, code) for name, (label, code, _) in _SPECIAL.items()]
    keys += [Key(name, _sign_label(name, sign), ord(sign)) for name, (sign, _) in _SIGNS.items()]
    keys += [Key(letter, letter.upper(), ord(letter)) for letter in "abcdefghijklmnopqrstuvwxyz0123456789"]
    keys += [Key(f"f{number}", f"F{number}", 0xFFBD + number) for number in range(1, 25)]
    keys += [Key(f"kp_{digit}", f"KP_{digit}", 0xFFB0 + digit) for digit in range(10)]
    return {key.name: key for key in keys}


def _sign_label(name: str, sign: str) -> str:
    """A sign is its own label, unless a reader (or the parser) would take it for something else."""
    return name.capitalize() if sign in " +" else sign


def _all_names() -> dict[str, str]:
    """Each folded name and other name with the key's own name."""
    names = {_folded(name): name for name in KEYS}
    for table in (_MODIFIERS, _SPECIAL):
        names |= {_folded(word): name for name, (_, _, others) in table.items() for word in others.split()}
    for name, (sign, others) in _SIGNS.items():
        names |= {_folded(word): name for word in (sign, *others.split())}
    names |= {f"numpad{digit}": f"kp_{digit}" for digit in range(10)}
    return names


KEYS: dict[str, Key] = _all_keys()
"""Every key of the table by its name. Other single characters are keys too; see `key`."""

_NAMES = _all_names()
