"""Who may use the page: links that work once, sessions, and the headers a hostile page can't forge.

A browser sends the cookies of 127.0.0.1 to every port of it. So the page lives below a path that can't be guessed, and
its cookie belongs to that path: another server on this machine never gets to see it.
"""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

COOKIE = "gesturectl-studio"
TOKEN_S = 120.0
"""How long a link can be used: time to copy it from a terminal."""
_SESSION_S = 12 * 3600.0
"""How long a session lasts unused."""
_KEPT = 16
"""Links and sessions at a time; a new one takes the place of the oldest."""
_SAFE = ("GET", "HEAD")


class Access:
    """Links and sessions of one run of the page. For any thread. Only hashes are kept, so looking up takes no longer
    for a guess that is nearly right.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: OrderedDict[bytes, float] = OrderedDict()
        self._sessions: OrderedDict[bytes, float] = OrderedDict()
        self.base = f"/{secrets.token_urlsafe(12)}/"
        """The path that everything is below."""

    def new_token(self) -> str:
        """A secret that opens one session, within `TOKEN_S`."""
        return self._add(self._tokens, TOKEN_S)

    def redeem(self, token: str) -> str | None:
        """A new session for `token`; None if it never was one, was used, or is too old."""
        with self._lock:
            ends_s = self._tokens.pop(_hash(token), 0.0)
        return self._add(self._sessions, _SESSION_S) if ends_s > self._clock() else None

    def knows(self, session: str) -> bool:
        """Whether `session` is open; it then lasts on."""
        now_s, key = self._clock(), _hash(session)
        with self._lock:
            known = self._sessions.get(key, 0.0) > now_s
            if known:
                self._sessions[key] = now_s + _SESSION_S
        return known

    @property
    def expecting(self) -> bool:
        """Whether a link is out that nobody has used yet."""
        with self._lock:
            return any(ends_s > self._clock() for ends_s in self._tokens.values())

    def _add(self, kept: OrderedDict[bytes, float], lasts_s: float) -> str:
        secret = secrets.token_urlsafe(32)
        with self._lock:
            kept[_hash(secret)] = self._clock() + lasts_s
            while len(kept) > _KEPT:
                kept.popitem(last=False)
        return secret


def objection(method: str, headers: Mapping[str, str], authority: str) -> str:
    """Why a request can't come from the page itself; empty if it can.

    `authority` is "127.0.0.1:PORT". A name that was rebound to this address shows in Host, a page of another origin in
    Origin and Sec-Fetch-Site; no script can change these.
    """
    if headers.get("Host") != authority:
        return "it is addressed to another host"
    site = headers.get("Sec-Fetch-Site", "none")
    if site not in ("same-origin", "none"):
        return "it comes from another page"
    origin = headers.get("Origin")
    speaks = method not in _SAFE or headers.get("Upgrade", "").lower() == "websocket"
    if origin != f"http://{authority}" and (speaks or origin is not None):
        return "it comes from another origin"
    return ""


def security_headers(authority: str) -> dict[str, str]:
    """What every answer carries: nothing from elsewhere, no script but ours, in nobody's frame."""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        f"connect-src 'self' ws://{authority}; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; "
        "require-trusted-types-for 'script'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cache-Control": "no-store",
    }


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
