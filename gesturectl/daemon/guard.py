"""The guard: a small process that releases what a killed daemon left held. `key_guard.py` starts and tells it.

Its words are MODULE and CLASS. Each line of its input says everything that is held: "k" and a key, "b" and a button,
with tabs between them. When the input ends, whatever ended the daemon, it releases what the last whole line said, with
the injector CLASS of MODULE. What that needs is imported only then: until then it is Python and little else.
"""

import _signal  # type: ignore[import-not-found]  # `signal` itself brings `enum`: 0.8 MB for a program that waits
import os
import sys


def main() -> None:
    """Wait, and release."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # whoever ends the daemon so doesn't mean us: it may still need us
        if (number := getattr(_signal, name, None)) is not None:
            _signal.signal(number, _signal.SIG_IGN)
    _, module, kind = sys.argv
    words = _last_line(sys.stdin.fileno()).split("\t")
    keys = tuple(word[1:] for word in words if word.startswith("k"))
    buttons = tuple(word[1:] for word in words if word.startswith("b"))
    if keys or buttons:
        _let_go(module, kind, keys, buttons)


def _last_line(descriptor: int) -> str:
    """The last whole line that comes, once no more will."""
    last = rest = b""
    while part := os.read(descriptor, 4096):
        *lines, rest = (rest + part).split(b"\n")
        last = lines[-1] if lines else last
    return last.decode()


def _let_go(module: str, kind: str, keys: tuple[str, ...], buttons: tuple[str, ...]) -> None:
    import importlib

    from gesturectl.desktop.base import Down

    getattr(importlib.import_module(module), kind).let_go(Down(keys, buttons))


if __name__ == "__main__":
    main()
