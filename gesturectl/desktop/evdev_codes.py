"""Keys by the kernel's numbers (linux/input-event-codes.h), which Wayland and uinput share; X11's are larger by 8."""

_NAMED = {
    "esc": 1, "backspace": 14, "tab": 15, "enter": 28, "ctrl": 29, "shift": 42, "alt": 56, "space": 57, "caps_lock": 58,
    "num_lock": 69, "scroll_lock": 70, "print_screen": 99, "altgr": 100, "home": 102, "up": 103, "page_up": 104,
    "left": 105, "right": 106, "end": 107, "down": 108, "page_down": 109, "insert": 110, "delete": 111, "pause": 119,
    "super": 125, "menu": 127,
    "kp_multiply": 55, "kp_7": 71, "kp_8": 72, "kp_9": 73, "kp_subtract": 74, "kp_4": 75, "kp_5": 76, "kp_6": 77,
    "kp_add": 78, "kp_1": 79, "kp_2": 80, "kp_3": 81, "kp_0": 82, "kp_decimal": 83, "kp_enter": 96, "kp_divide": 98,
    "volume_mute": 113, "volume_down": 114, "volume_up": 115, "mic_mute": 248,
    "media_next": 163, "media_play_pause": 164, "media_previous": 165, "media_stop": 166,
    "brightness_down": 224, "brightness_up": 225,
    "browser_back": 158, "browser_forward": 159, "browser_home": 172, "browser_refresh": 173, "browser_search": 217,
}  # fmt: skip

_FUNCTION = {f"f{number}": code for number, code in enumerate((*range(59, 69), 87, 88, *range(183, 195)), 1)}

CODES: dict[str, int] = _NAMED | _FUNCTION
"""Keys that are in the same place on every layout."""

_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
)

US_KEYS: dict[int, tuple[str, str]] = {
    first + index: (plain, shifted)
    for first, plains, shifteds in _ROWS
    for index, (plain, shifted) in enumerate(zip(plains, shifteds, strict=True))
}
"""The characters of each key on an American keyboard: plain, and with Shift."""

BUTTONS = {"left": 0x110, "right": 0x111, "middle": 0x112}
"""The pointer's buttons."""
