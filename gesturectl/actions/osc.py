"""Send an OSC message: sound and light programs, OBS, visuals (Open Sound Control 1.0)."""

import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gesturectl.actions.base import Action, Stage
from gesturectl.actions.hosts import host_and_port
from gesturectl.errors import ConfigError, DesktopError, GesturectlError
from gesturectl.toml_schema import Table

Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class OscAction(Action):
    """`{ osc = "/transport/play", to = "127.0.0.1:8000", args = [1, 0.5, "fast", true] }`."""

    key = "osc"
    options = ("to", "args")

    address: str
    to: tuple[str, int]
    args: tuple[Value, ...] = ()

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        address = reader.text("osc") or ""
        if not problems and not address.startswith("/"):
            reader.mistake("osc", "an address starts with a slash", 'Write osc = "/transport/play".')
        to = host_and_port(reader, "to", None)
        listed = reader.value("args")
        args = tuple(listed) if isinstance(listed, list) else () if listed is None else (listed,)
        if any(not isinstance(value, bool | int | float | str) for value in args):
            reader.mistake(
                "args", "a message holds numbers, texts, true and false only", 'Write args = [1, 0.5, "text"].'
            )
        elif any(isinstance(value, int) and not -(2**31) <= value < 2**31 for value in args):
            reader.mistake("args", "whole numbers have to fit into 32 bits", "Write it with a point: 1e12.")
        reader.finish()
        if to is None or problems:
            raise ConfigError(place, problems)
        return cls(address, to, args)

    def describe(self) -> str:
        values = "".join(f" {value}" for value in self.args)
        return f"send {self.address}{values} to {self.to[0]}:{self.to[1]}"

    def begin(self, stage: Stage) -> None:
        stage.later(self.describe(), self._send)  # a name may have to be looked up

    def _send(self) -> None:
        try:
            family, kind, protocol, _, where = socket.getaddrinfo(*self.to, type=socket.SOCK_DGRAM)[0]
            with socket.socket(family, kind, protocol) as udp:
                udp.sendto(encode(self.address, self.args), where)
        except OSError as error:
            raise DesktopError(self.describe(), f"it can't be sent ({error})", "Check `to`.") from error


def encode(address: str, args: tuple[Value, ...]) -> bytes:
    """The message's bytes: address, type tags and values, each padded to four bytes."""
    tags, values = ",", b""
    for value in args:
        if isinstance(value, bool):
            tags += "T" if value else "F"
        elif isinstance(value, int):
            tags, values = tags + "i", values + struct.pack(">i", value)
        elif isinstance(value, float):
            tags, values = tags + "f", values + struct.pack(">f", value)
        else:
            tags, values = tags + "s", values + _padded(value)
    return _padded(address) + _padded(tags) + values


def _padded(text: str) -> bytes:
    raw = text.encode() + b"\0"
    return raw + b"\0" * (-len(raw) % 4)
