"""Publish a message to an MQTT broker: home automation's way to tell (MQTT 3.1.1, by our own hand: 60 lines)."""

import os
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from gesturectl.actions.base import Action, Stage
from gesturectl.actions.hosts import host_and_port
from gesturectl.actions.secrets import filled_in
from gesturectl.errors import ConfigError, DesktopError, GesturectlError
from gesturectl.toml_schema import Table

_ANSWER_S = 5.0
_PORT, _TLS_PORT = 1883, 8883
_CONNECT, _CONNACK, _PUBLISH, _PUBACK, _DISCONNECT = 0x10, 0x20, 0x30, 0x40, 0xE0
_AT_LEAST_ONCE, _RETAIN, _CLEAN, _PASSWORD, _USER = 0x02, 0x01, 0x02, 0x40, 0x80
_REFUSALS = {
    1: "it wants another version", 2: "it refuses our name", 3: "it isn't ready", 4: "wrong user or password",
    5: "not allowed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MqttAction(Action):
    """`{ mqtt = "home/light", payload = "toggle", broker = "broker.local" }`; `user`, `password`, `tls`, `retain`."""

    key = "mqtt"
    options = ("payload", "broker", "user", "password", "tls", "retain")

    topic: str
    payload: str
    broker: tuple[str, int]
    user: str = ""
    password: str = ""
    """Names a secret, as `${NAME}`."""
    tls: bool = False
    retain: bool = False

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        topic = reader.text("mqtt") or ""
        if not problems and (not topic or any(sign in topic for sign in "+#\0")):
            reader.mistake("mqtt", f'"{topic}" is no topic to publish to', 'Write mqtt = "home/light".')
        payload, tls = reader.text("payload") or "", reader.flag("tls") or False
        broker = host_and_port(reader, "broker", _TLS_PORT if tls else _PORT)
        user, password = reader.text("user") or "", reader.text("password") or ""
        if password and not user:
            reader.mistake("password", "a password needs a user", "Add `user`.")
        if password and "${" not in password:
            remedy = 'Write password = "${MQTT_PASSWORD}", and set that variable where gesturectl is started.'
            reader.mistake("password", "secrets don't belong into profiles", remedy)
        retain = reader.flag("retain") or False
        reader.finish()
        if broker is None or problems:
            raise ConfigError(place, problems)
        return cls(topic, payload, broker, user, password, tls, retain)

    def describe(self) -> str:
        return f'publish "{self.payload}" as {self.topic} at {self.broker[0]}:{self.broker[1]}'

    def begin(self, stage: Stage) -> None:
        stage.later(f"publish {self.topic}", self._publish)

    def _publish(self) -> None:
        words = f"MQTT broker {self.broker[0]}:{self.broker[1]}"
        try:
            with socket.create_connection(self.broker, _ANSWER_S) as plain:
                if not self.tls:
                    self._talk(plain, words)
                    return
                import ssl

                with ssl.create_default_context().wrap_socket(plain, server_hostname=self.broker[0]) as secure:
                    self._talk(secure, words)
        except (OSError, EOFError) as error:
            fact = f"it can't be reached or hung up ({error})"
            raise DesktopError(words, fact, "See that it runs, and check `broker`.") from error

    def _talk(self, broker: socket.socket, words: str) -> None:
        """Say hello, publish, wait for the receipt, say goodbye."""
        flags, login = _CLEAN, b""
        if self.user:
            flags |= _USER
            login += _text(self.user)
        if self.password:
            flags |= _PASSWORD
            login += _text(filled_in(self.password, words))
        hello = _text("MQTT") + bytes([4, flags]) + struct.pack(">H", 30) + _text(f"gesturectl{os.getpid()}") + login
        broker.sendall(_packet(_CONNECT, hello))
        code = _answer(broker, _CONNACK)[1]
        if code:
            remedy = "Look at the broker's log."
            raise DesktopError(words, f"it refuses us ({_REFUSALS.get(code, f'code {code}')})", remedy)
        kind = _PUBLISH | _AT_LEAST_ONCE | (_RETAIN if self.retain else 0)
        broker.sendall(_packet(kind, _text(self.topic) + b"\0\1" + self.payload.encode()))
        _answer(broker, _PUBACK)
        with suppress(OSError):  # it has the message: what it makes of a goodbye is its affair
            broker.sendall(_packet(_DISCONNECT, b""))


def _packet(kind: int, body: bytes) -> bytes:
    size, length = len(body), b""
    while True:
        size, digit = divmod(size, 128)
        length += bytes([digit | (0x80 if size else 0)])
        if not size:
            return bytes([kind]) + length + body


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack(">H", len(raw)) + raw


def _answer(broker: socket.socket, kind: int) -> bytes:
    """The two bytes of an answer. Raises EOFError for any other."""
    received = b""
    while len(received) < 4:
        part = broker.recv(4 - len(received))
        if not part:
            raise EOFError("it hung up")
        received += part
    if received[0] != kind or received[1] != 2:
        raise EOFError("it answers something else")
    return received[2:]
