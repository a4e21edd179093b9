"""What the page asks and tells: one table of small functions over the daemon, the files and the library."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gesturectl import __version__
from gesturectl.daemon.control import COMMANDS
from gesturectl.daemon.plain_json import NotPlainError, read_plain
from gesturectl.daemon.stage import attempt
from gesturectl.errors import ConfigError, DaemonError, GesturectlError, UsageError
from gesturectl.evaluation.own_library import OwnLibrary
from gesturectl.recognition.personal_file import known_gestures
from gesturectl.recognition.vocabulary import STARTER
from gesturectl.ui.studio import models, profile_files, shelf
from gesturectl.ui.studio.backstage import Backstage
from gesturectl.ui.studio.live import Live

if TYPE_CHECKING:
    from aiohttp import web

_NOT_HERE = frozenset({"studio"})
"""Commands of the control socket that make no sense from the page itself."""
PROFILE_BYTES = 2 << 20
"""Of a request with a profile in it: one of the largest size, as JSON."""
BODY_BYTES = 64 << 10
"""Of any other; the control socket's longest."""
BODY_S = 10.0
"""For all of a body, however busily it dribbles."""
_SEND = "The page sends what is right: reload it. Another program sends a JSON object like the page's."


@dataclass(frozen=True, slots=True)
class Given:
    """What came with a request."""

    fields: Mapping[str, object]
    """Of its path, its query and its body together."""

    def text(self, name: str, missing: str | None = None) -> str:
        """A string; `missing` where it isn't there. Raises UsageError if it is no string, or has to be there."""
        value = self.fields.get(name, missing)
        if not isinstance(value, str):
            raise UsageError(name, "this has to be text", _SEND)
        return value

    def flag(self, name: str) -> bool:
        """True or false. Raises UsageError."""
        value = self.fields.get(name)
        if not isinstance(value, bool):
            raise UsageError(name, "this has to be true or false", _SEND)
        return value

    def texts(self, name: str) -> list[str]:
        """A list of strings. Raises UsageError."""
        value = self.fields.get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise UsageError(name, "this has to be a list of texts", _SEND)
        return value


class Api:
    """Answers the page. The functions run in worker threads: they may wait."""

    def __init__(self, backstage: Backstage, live: Live) -> None:
        self._backstage, self._live = backstage, live
        self._own = OwnLibrary(backstage.library)
        self._table: dict[tuple[str, str], Callable[[Given], Any]] = {
            ("GET", "state"): self._state,
            ("POST", "ask"): self._ask,
            ("GET", "history"): lambda _: [entry.as_json() for entry in backstage.history.entries],
            ("GET", "doctor"): lambda _: list(backstage.examine()),
            ("GET", "gestures"): lambda _: shelf.shelf(self._own),
            ("GET", "gestures/{name}"): self._takes,
            ("PUT", "gestures"): lambda given: {"warnings": shelf.use(self._own, given.texts("used"))},
            ("DELETE", "gestures/{name}"): self._remove,
            ("POST", "gestures/restore"): self._restore,
            ("GET", "starter/{name}"): _starter,
            ("GET", "recording/{number}"): self._recorded,
            ("GET", "models"): lambda _: models.listed(),
            ("POST", "models/use"): lambda given: models.use(given.text("name")),
            ("POST", "models/rollback"): lambda _: models.roll_back(),
            ("GET", "profiles"): lambda _: profile_files.listed(backstage.profiles),
            ("POST", "profiles/check"): self._check,
            ("PUT", "profiles/{name}"): self._save,
            ("DELETE", "profiles/{name}"): self._delete,
            ("POST", "bindings"): self._bindings,
            ("GET", "autostart"): lambda _: _at_login(),
            ("PUT", "autostart"): _start_at_login,
        }

    def add_to(self, router: "web.UrlDispatcher", base: str) -> None:
        """Answer below `base`."""
        for (method, path), function in self._table.items():
            router.add_route(method, base + path, _answering(function))
        router.add_get(f"{base}models/{{name}}/{models.CONFUSION}", _confusion)

    def _state(self, _: Given) -> dict[str, Any]:
        return {
            "version": __version__,
            "status": self._backstage.ask("status", {}),
            "commands": sorted(set(self._backstage.commands()) - _NOT_HERE),
            "apps": list(self._live.apps),
        }

    def _ask(self, given: Given) -> dict[str, Any]:
        """A command of the control socket, with the arguments that it may have."""
        command = given.text("command")
        arguments = {name: value for name, value in given.fields.items() if name != "command"}
        if command not in self._backstage.commands() or command not in COMMANDS or command in _NOT_HERE:
            raise UsageError("request", f"there is no command {command[:40]!r}", _SEND)
        if unknown := sorted(set(arguments) - COMMANDS[command]):
            raise UsageError("request", f"'{command}' has no argument {unknown[0][:40]!r}", _SEND)
        return self._backstage.ask(command, arguments)

    def _recorded(self, given: Given) -> dict[str, Any]:
        """How a take of the recording that goes on moves."""
        number = given.text("number")
        if not number.isascii() or not number.isdecimal() or len(number) > 4:
            raise UsageError("record", "a take has a number", _SEND)
        return shelf.motion_of(self._backstage.take(int(number)))

    def _takes(self, given: Given) -> list[dict[str, Any]]:
        return shelf.takes(self._own, given.text("name"))

    def _remove(self, given: Given) -> dict[str, Any]:
        """Take a gesture away; the answer is what `_restore` needs to bring it back."""
        name, used = given.text("name"), self._own.used
        ticket = self._own.remove(name)
        if name in used:
            shelf.use(self._own, [other for other in used if other != name])
        return {"ticket": ticket, "used": name in used}

    def _restore(self, given: Given) -> dict[str, Any]:
        name = self._own.restore(given.text("ticket"))
        warnings = shelf.use(self._own, [*self._own.used, name]) if given.flag("used") else []
        return {"name": name, "warnings": warnings}

    def _check(self, given: Given) -> dict[str, Any]:
        text, name = given.text("text"), given.text("name")
        return {"mistakes": profile_files.mistakes(self._backstage.profiles, name, text, known_gestures())}

    def _save(self, given: Given) -> dict[str, Any]:
        saved = profile_files.save(
            self._backstage.profiles, given.text("name"), given.text("text"), given.text("sum", ""), known_gestures()
        )
        self._backstage.ask("reload", {})
        return saved

    def _delete(self, given: Given) -> dict[str, Any]:
        return profile_files.delete(self._backstage.profiles, given.text("name"), given.text("sum"))

    def _bindings(self, given: Given) -> dict[str, Any]:
        fixed = given.text("fixed", "") or None
        app, title = given.text("app", ""), given.text("title", "")
        return profile_files.bindings(self._backstage.profiles, app, title, fixed, known_gestures())


def _at_login() -> dict[str, Any]:
    """Whether it starts at login, and why that can't be had here."""
    from gesturectl.desktop.autostart import choose_autostart

    means, reasons = choose_autostart()
    if means is None:
        why = "; ".join(f"{name}: {reason.reason}" for name, reason in reasons if reason.remedy != "Nothing to do.")
        return {"possible": False, "on": False, "words": why}
    return {"possible": True, "on": means.enabled(), "words": f"by {means.name}: {means.place}"}


def _start_at_login(given: Given) -> dict[str, Any]:
    from gesturectl.desktop.autostart import choose_autostart

    means, _ = choose_autostart()
    if means is None:
        raise UsageError("start at login", "it can't be had here", "gesturectl autostart enable says why.")
    if given.flag("on"):
        means.enable()
    else:
        means.disable()
    return _at_login()


async def _confusion(request: "web.Request") -> "web.StreamResponse":
    """The picture of what fired, that a training left beside its model."""
    from aiohttp import web

    content = await asyncio.to_thread(models.confusion_picture, request.match_info["name"])
    return web.Response(status=404) if content is None else web.Response(body=content, content_type="image/png")


def _starter(given: Given) -> dict[str, Any]:
    name = given.text("name")
    if name not in STARTER:
        raise UsageError(name[:40], "the model has no such gesture", f"It has {', '.join(STARTER)}.")
    return shelf.starter_motion(name)


def _answering(function: Callable[[Given], Any]) -> Callable[["web.Request"], Any]:
    """A handler that calls `function` in a worker thread; what it raises is an answer, too."""

    async def handler(request: "web.Request") -> "web.StreamResponse":
        from aiohttp import web

        answers: list[Any] = []
        try:
            given = Given({**request.query, **await _body(request), **request.match_info})
            error = await asyncio.to_thread(attempt, "the page", lambda: answers.append(function(given)))
        except GesturectlError as unfit:
            error = unfit
        if error is not None:
            return web.json_response(_refusal(error), status=_status(error))
        return web.json_response(answers[0])

    return handler


async def _body(request: "web.Request") -> dict[str, Any]:
    if not request.can_read_body:
        return {}
    if request.method == "GET":
        raise UsageError("request", "a question has no body", _SEND)
    if request.content_type != "application/json":
        raise UsageError("request", "its body isn't application/json", _SEND)
    try:
        body = read_plain(await _content(request))
    except NotPlainError as error:
        raise UsageError("request", str(error), _SEND) from error
    if not isinstance(body, dict):
        raise UsageError("request", "its body isn't a JSON object", _SEND)
    return body


async def _content(request: "web.Request") -> bytes:
    """The body, if it isn't larger than this route needs and comes within a time."""
    from aiohttp import web

    limit = PROFILE_BYTES if "/profiles/" in request.path else BODY_BYTES
    content = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for part in request.content.iter_any():
                content += part
                if len(content) > limit:
                    raise web.HTTPRequestEntityTooLarge(limit, len(content))
    except TimeoutError:
        raise web.HTTPRequestTimeout(headers={"Connection": "close"}) from None
    return bytes(content)


def _status(error: GesturectlError) -> int:
    if isinstance(error, profile_files.StaleError):
        return 409
    return 422 if isinstance(error, ConfigError) else 503 if isinstance(error, DaemonError) else 400


def _refusal(error: GesturectlError) -> dict[str, Any]:
    problems = error.problems if isinstance(error, ConfigError) else (error,)
    told = [{"place": p.place, "fact": p.fact, "remedy": p.remedy} for p in problems]
    return {"error": str(error), "problems": told}
