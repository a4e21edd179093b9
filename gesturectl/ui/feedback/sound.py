"""A short sound, made by ourselves and played by what the system has."""

import io
import platform
import shutil
import subprocess
import sys
import wave
from functools import cache
from pathlib import Path

import numpy as np

from gesturectl.atomic import whole_file
from gesturectl.desktop.base import Unavailable
from gesturectl.process import environment_for_others

RATE_HZ = 22_050
_TONES_HZ = (1046.5, 1568.0)
"""C6, then the G above it: a fifth upwards, which sounds like "done"."""
_TONE_S, _LOUD = 0.055, 0.22
_PLAYERS = ("pw-play", "paplay", "aplay")
"""Of PipeWire, PulseAudio and ALSA."""


def unavailable() -> Unavailable | None:
    """Why no sound can be played here; None if one can."""
    if platform.system() in ("Windows", "Darwin") or _player():
        return None
    remedy = "Install pipewire-bin, pulseaudio-utils or alsa-utils."
    return Unavailable(f"none of {', '.join(_PLAYERS)} is installed", remedy)


def tick() -> bytes:
    """The sound as a WAV file: 16 bits, one channel, a tenth of a second."""
    t_s = np.arange(int(RATE_HZ * _TONE_S)) / RATE_HZ
    fade = np.sin(np.pi * t_s / _TONE_S) ** 0.6 * np.exp(-t_s / _TONE_S)
    samples = np.concatenate([np.sin(2 * np.pi * tone_hz * t_s) * fade for tone_hz in _TONES_HZ])
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE_HZ)
        written.writeframes(np.rint(samples * _LOUD * 32767).astype("<i2").tobytes())
    return file.getvalue()


class Sound:
    """Plays the sound, never two at once."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where players find the sound as a file; it is written when first needed."""
        self._path = folder / "tick.wav"
        self._playing: subprocess.Popen[bytes] | None = None

    def play(self) -> None:
        """Begin to play it, and return. Does nothing where there is nothing to play it with. Raises OSError."""
        if self._playing is not None and self._playing.poll() is None:
            return
        if not self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(self._path) as file:
                file.write(tick())
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(str(self._path), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
        elif player := "afplay" if sys.platform == "darwin" else _player():
            null = subprocess.DEVNULL
            self._playing = subprocess.Popen(
                [player, str(self._path)], stdin=null, stdout=null, stderr=null, env=environment_for_others()
            )


@cache
def _player() -> str | None:
    return next((path for name in _PLAYERS if (path := shutil.which(name))), None)
