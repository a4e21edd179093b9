"""Ask a web server something: a home automation, a light, a hook."""

import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gesturectl.actions.base import Action, Stage
from gesturectl.actions.secrets import filled_in
from gesturectl.errors import ConfigError, DesktopError, GesturectlError
from gesturectl.toml_schema import Table

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_ANSWER_S = 5.0


@dataclass(frozen=True, slots=True)
class HttpAction(Action):
    """`{ http = "http://lamp.local/toggle" }`, with `method`, `headers`, `json` or `body`."""

    key = "http"
    options = ("method", "headers", "json", "body")

    url: str
    """May name secrets as `${NAME}`; so may `headers` and `body`."""
    method: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        url = reader.text("http") or ""
        if not problems and not _is_web(url):
            reader.mistake("http", f'"{url}" is no address of a web server', 'Write "http://lamp.local/toggle".')
        headers = reader.table("headers")
        named = {name: headers.text(name) or "" for name in headers} if headers is not None else {}
        body, value = reader.text("body"), reader.value("json")
        if value is not None:
            if body is not None:
                reader.mistake("json", "there is a body already", "Keep one of `json` and `body`.")
            try:
                body = json.dumps(value)
                named.setdefault("Content-Type", "application/json")
            except TypeError:  # a date
                reader.mistake("json", "JSON has no dates", "Write it as text.")
        method = reader.text("method", METHODS) or ("GET" if body is None else "POST")
        reader.finish()
        if problems:
            raise ConfigError(place, problems)
        return cls(url, method, tuple(named.items()), body)

    def describe(self) -> str:
        parts = urllib.parse.urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]  # what stands before it, and the query, may be secret
        return f"{self.method} {parts.scheme}://{host}{parts.path}"

    def begin(self, stage: Stage) -> None:
        stage.later(self.describe(), self._ask)

    def _ask(self) -> None:
        # Reading profiles mustn't load what talks to servers.
        import urllib.error
        import urllib.request
        from http.client import HTTPException

        words = self.describe()
        body = None if self.body is None else filled_in(self.body, words).encode()
        headers = {name: filled_in(value, words) for name, value in self.headers}
        request = urllib.request.Request(  # noqa: S310  only http and https get here
            filled_in(self.url, words), data=body, headers={"User-Agent": "gesturectl", **headers}, method=self.method
        )
        try:
            with urllib.request.urlopen(request, timeout=_ANSWER_S) as answer:  # noqa: S310
                answer.read(1)
        except urllib.error.HTTPError as error:
            raise DesktopError(words, f"the server answers {error.code} {error.reason}", "Look at its log.") from error
        except (OSError, ValueError, HTTPException) as error:  # the last: it answers, but not as a web server
            reason = getattr(error, "reason", None) or error
            raise DesktopError(
                words, f"no answer ({reason})", "See that the server runs and can be reached."
            ) from error


def _is_web(url: str) -> bool:
    try:
        parts = urllib.parse.urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.netloc)
    except ValueError:  # half an IPv6 address
        return False
