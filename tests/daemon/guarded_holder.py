"""A process that holds what it is told to, under a guard: `python guarded_holder.py INJECTOR`, commands on its input.

Run by the tests of the guard, which kill it.
"""

import os
import sys
from pathlib import Path

from gesturectl.daemon.key_guard import guarded
from gesturectl.desktop.base import Down
from gesturectl.desktop.testing import RecordingInjector


class FileInjector(RecordingInjector):
    """A desktop whose keys stay down; what is let go for a killed process ends up in the file that $LET_GO names."""

    stays_down = True

    def tell_holds(self, tell):
        self._tell = tell

    def press(self, chord):
        super().press(chord)
        self._tell(Down(chord, tuple(self.buttons)))

    def release(self, chord):
        super().release(chord)
        self._tell(Down((), tuple(self.buttons)))

    @classmethod
    def let_go(cls, down):
        path = Path(os.environ["LET_GO"])
        path.with_suffix(".part").write_text(repr(down))
        path.with_suffix(".part").replace(path)


def injector():
    if sys.argv[1] == "x11":
        from gesturectl.desktop.x11 import X11Injector

        return X11Injector()
    from guarded_holder import FileInjector  # as the guard will find it, rather than in __main__

    return FileInjector()


if __name__ == "__main__":
    held = guarded(injector())
    guard = held._tell.__self__
    for line in sys.stdin:
        exec(line)  # noqa: S102
        sys.stdout.write(f"{guard.pid}\n")
        sys.stdout.flush()
