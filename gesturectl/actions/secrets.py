"""Secrets in profiles: named there, kept in the environment. `Bearer ${HOME_TOKEN}`."""

import os
import re

from gesturectl.errors import DesktopError

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def filled_in(text: str, place: str) -> str:
    """`text` with each `${NAME}` replaced by that variable of the environment. Raises DesktopError if there is none."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in os.environ:
            remedy = f"Set it where gesturectl is started, or write it as a file of systemd's: {found[1]}=…"
            raise DesktopError(place, f"the environment has no {found[1]}", remedy)
        return os.environ[found[1]]

    return _NAME.sub(value, text)
