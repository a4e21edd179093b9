"""Where to send something: "127.0.0.1:8000", "broker.local", "[::1]:8000"."""

import urllib.parse

from gesturectl.toml_schema import Table


def host_and_port(reader: Table, key: str, usual_port: int | None) -> tuple[str, int] | None:
    """The host and port at `key`; None, and a mistake, if it is none. Without a `usual_port` a port has to be given."""
    text = reader.text(key)
    if text is None:
        if key not in reader:
            reader.mistake(key, "it is missing", f'Write {key} = "127.0.0.1:{usual_port or 8000}".')
        return None
    try:
        parts = urllib.parse.urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port or usual_port
    except ValueError:  # a port that is no number
        host = port = None
    if not host or not port or parts.path or "@" in text:
        reader.mistake(key, f'"{text}" is no host with a port', f'Write {key} = "127.0.0.1:{usual_port or 8000}".')
        return None
    return host, port
