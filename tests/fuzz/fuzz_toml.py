"""What people write: profiles, the settings and the bindings of `own.toml`. Read, or refused with all mistakes."""

from typing import Any

from fuzzing import Target, Try, scratch

WORDS = (
    b"version = 1", b"[intents]", b"[profile.", b"[app.", b"[[", b"actions]", b"[defaults]", b"{ do = ", b"{ keys = ",
    b"{ text = ", b"{ command = ", b"{ sequence = [", b"{ http = ", b"{ mqtt = ", b"{ osc = ", b"{ dbus = ",
    b"{ scroll = ",    b"{ window = ", b"{ pointer = ", b"{ media = ", b"wm_class = ", b'"/(a+)+$/"',
    b"hold = ", b"repeat = ", b"hand = ",
    b'"none"', b"inf", b"nan", b"1979-05-27T07:32:00Z", b"'''", b'"""', b"\\u0000", b"9" * 40, b"-1", b"= {}", b"= []",
)  # fmt: skip


def seed_profiles() -> list[bytes]:
    from gesturectl.paths import bundled

    return [path.read_bytes() for path in sorted(bundled("profiles").glob("*.toml"))] + [
        b'version = 1\n[intents]\nfist = [{ do = "a", hand = "left" }, "b"]\n[profile.default.actions]\n'
        b'a = { sequence = [{ keys = "Ctrl+T" }, { wait = 0.1 }] }\nb = { http = "http://127.0.0.1/", hold = 1 }\n',
        b"version = 2",
        b'version = 1\n[profile."".actions]\nx = 3',
    ]


def complete(error: Any) -> None:
    """Every mistake says where, what, and what to do."""
    assert error.problems
    for problem in error.problems:
        assert problem.place and problem.fact and problem.remedy, problem


def make_profile() -> Try:
    from gesturectl.errors import ConfigError, UsageError
    from gesturectl.profiles.load import load
    from gesturectl.profiles.resolve import Resolver
    from gesturectl.profiles.window import window_of
    from gesturectl.recognition.vocabulary import STARTER

    folder = scratch()
    path = folder / "some.toml"

    def attempt(data: bytes) -> None:
        path.write_bytes(data)
        try:
            profiles = load((folder,), STARTER)
        except ConfigError as error:
            assert error.problems
            complete(error)
            return
        resolver = Resolver(profiles)
        try:
            window = window_of("firefox", "a title", profiles, "which")
        except UsageError as error:
            assert error.place and error.fact and error.remedy, error
            return
        for gesture in STARTER:
            binding = resolver.resolve(gesture, "right", window).binding
            if binding is not None:
                binding.action.describe()

    return attempt


def make_settings() -> Try:
    from gesturectl.errors import ConfigError
    from gesturectl.settings import load_settings, save_settings

    folder = scratch()
    path, again = folder / "settings.toml", folder / "again.toml"

    def attempt(data: bytes) -> None:
        path.write_bytes(data)
        try:
            settings = load_settings(path)
        except ConfigError as error:
            complete(error)
            return
        save_settings(settings, again)  # what can be read can be written, and is the same
        assert load_settings(again) == settings

    return attempt


def seed_settings() -> list[bytes]:
    from dataclasses import asdict

    import tomli_w

    from gesturectl.settings import Settings

    return [
        tomli_w.dumps(asdict(Settings())).encode(),
        b"camera = 3\n",
        b'pause_at = ["Mon-Fri 12:00-13:00"]',
        b"tray = 1",
    ]


def make_own() -> Try:
    from gesturectl.errors import ConfigError, UsageError
    from gesturectl.profiles import own

    folder = scratch()
    path = own.own_path(folder)

    def attempt(data: bytes) -> None:
        path.write_bytes(data)
        for call in (
            lambda: own.bindings(folder),
            lambda: own.bind("fist", {"keys": "Ctrl+T"}, "editor", gestures={"fist"}, folder=folder),
            lambda: own.bind("fist", {"keys": "Ctrl+T"}, gestures={"fist"}, folder=folder),
            lambda: own.bindings(folder),
            lambda: own.unbind("fist", None, folder),
        ):
            try:
                call()
            except ConfigError as error:
                complete(error)
            except UsageError as error:
                assert error.place and error.fact and error.remedy, error

    return attempt


def seed_own() -> list[bytes]:
    from gesturectl.profiles import own

    folder = scratch()
    own.bind("fist", {"keys": "Ctrl+T"}, gestures={"fist"}, folder=folder)
    own.bind("fist", "none", "editor", gestures={"fist"}, folder=folder)
    return [own.own_path(folder).read_bytes(), b"version = 1\nprofile = 3", b"[profile.default]\nactions = []"]


TARGETS = (
    Target("profile", make_profile, seed_profiles, WORDS),
    Target("settings", make_settings, seed_settings, WORDS),
    Target("own", make_own, seed_own, WORDS),
)
