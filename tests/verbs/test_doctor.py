"""`gesturectl doctor`: each check tells ok, degraded and broken apart, and none stops the others."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from gesturectl import cli, paths
from gesturectl.capture import devices, source
from gesturectl.capture.devices import CameraInfo, Problem
from gesturectl.daemon import client
from gesturectl.desktop import select
from gesturectl.desktop.base import Capability, Injector, Unavailable
from gesturectl.desktop.null import NullInjector, NullInputWatcher, NullWindowWatcher
from gesturectl.desktop.portal import PortalInjector
from gesturectl.errors import CameraLostError, DaemonError, DesktopError, ModelError
from gesturectl.profiles import panic
from gesturectl.types import Frame
from gesturectl.ui.tray.base import TrayBackend
from gesturectl.verbs import doctor
from gesturectl.verbs.checks import acting, installation, seeing, surroundings
from gesturectl.verbs.checks.finding import Finding, State, broken, degraded, examine, ok


def healthy() -> Finding:
    return ok("fine")


def slow() -> Finding:
    return degraded("slow", "Add light")


def crashing() -> Finding:
    raise RuntimeError("driver error 0x8000")


def refused() -> Finding:
    raise ModelError("hand.onnx", "the model is missing", "Install again")


def unimportable() -> Finding:
    raise ImportError("libGL.so.1: cannot open shared object file")


# ---- the verb


def test_everything_well_ends_with_0(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(doctor, "CHECKS", {"a": healthy, "b": slow})
    assert cli.main(["doctor"]) == 0
    assert capsys.readouterr().out == (
        "ok        a               fine\n"
        "degraded  b               slow\n"
        "                          → Add light\n"
        "\n1 ok, 1 degraded\n"
    )


def test_a_check_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    checks = {"crash": crashing, "model": refused, "import": unimportable, "last": healthy}
    monkeypatch.setattr(doctor, "CHECKS", checks)
    assert cli.main(["doctor", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["type"], report["ok"]) == ("doctor", False)
    assert [(check["name"], check["state"]) for check in report["checks"]] == [
        ("crash", "broken"),
        ("model", "broken"),
        ("import", "broken"),
        ("last", "ok"),
    ]
    assert "RuntimeError: driver error 0x8000" in report["checks"][0]["fact"]
    assert report["checks"][1]["fact"] == "hand.onnx: the model is missing"
    assert report["checks"][1]["remedy"] == "Install again"
    assert "libGL" in report["checks"][2]["fact"]


def test_without_the_camera_its_light_stays_off(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    monkeypatch.setattr(source, "open_source", lambda *_, **__: opened.append(True))
    monkeypatch.setattr(doctor, "CHECKS", {"camera": seeing.check_camera})
    cli.main(["doctor", "--no-camera"])
    assert opened == []


# ---- installation


def test_this_very_python_and_its_packages_are_fine() -> None:
    assert examine(installation.check_python).state is State.OK
    assert examine(installation.check_packages).state is State.OK


def test_a_package_that_cannot_be_loaded_is_named_with_its_system_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> None:
        if name == "cv2":
            raise ImportError("libGL.so.1: cannot open shared object file")

    monkeypatch.setattr(installation.importlib, "import_module", load)
    finding = installation.check_packages()
    assert finding.state is State.BROKEN
    assert "libGL.so.1" in finding.fact
    assert "apt install libgl1" in finding.remedy


@pytest.mark.parametrize(
    ("installed", "told"),
    [
        (["numpy", "opencv-python", "onnxruntime-gpu"], ""),
        (["opencv-python", "opencv-contrib-python"], "(cv2)"),
        (["onnxruntime", "onnxruntime-gpu"], "(onnxruntime)"),
    ],
)
def test_two_wheels_of_one_module_are_found(monkeypatch: pytest.MonkeyPatch, installed: list[str], told: str) -> None:
    distributions = [SimpleNamespace(metadata={"Name": name}) for name in installed]
    monkeypatch.setattr(installation.metadata, "distributions", lambda: distributions)
    finding = installation.check_duplicates()
    assert finding.state is (State.DEGRADED if told else State.OK)
    assert told in finding.fact
    if told:
        assert f"uninstall -y {' '.join(installed)}" in finding.remedy


@pytest.mark.parametrize(
    ("versions", "switch", "state"),
    [
        ({"mediapipe": "0.10.31", "onnxruntime-gpu": "1.31.1"}, "1", State.OK),
        ({"mediapipe": "0.10.31", "onnxruntime-gpu": "1.31.1"}, None, State.BROKEN),
        ({"onnxruntime": "1.22.0"}, None, State.OK),
        ({"mediapipe": "0.10.35", "onnxruntime": "1.31.1"}, "1", State.BROKEN),
        ({"mediapipe": "1.0.1rc1", "onnxruntime": "1.31.1"}, "1", State.BROKEN),
    ],
)
def test_telemetry_is_known_to_be_off(
    monkeypatch: pytest.MonkeyPatch, versions: dict[str, str], switch: str | None, state: State
) -> None:
    def version(name: str) -> str:
        if name not in versions:
            raise installation.metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(installation.metadata, "version", version)
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
    if switch:
        monkeypatch.setenv("ORT_DISABLE_TELEMETRY", switch)
    assert installation.check_telemetry().state is state


# ---- seeing


class Camera:
    """Gives frames of one rate and shade."""

    description = "Toy Cam (0), 640×480 at 30 fps"
    live = True

    def __init__(self, fps: int, shade: int) -> None:
        self._step_ms, self._shade, self._t_ms = 1000 // fps, shade, 0
        self.closed = False

    def grab(self) -> int:
        self._t_ms += self._step_ms
        return self._t_ms

    def retrieve(self) -> Frame:
        return Frame(self._t_ms, np.full((480, 640, 3), self._shade, np.uint8))

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def no_daemon(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*_: object, **__: object) -> dict[str, object]:
        raise DaemonError("gesturectl", "it isn't running", "Start it")

    monkeypatch.setattr(client, "ask", ask)


@pytest.mark.usefixtures("no_daemon")
@pytest.mark.parametrize(
    ("fps", "shade", "state", "words"),
    [
        (30, 120, State.OK, "30 pictures a second, brightness 120"),
        (15, 30, State.DEGRADED, "because of dim light"),
        (30, 0, State.DEGRADED, "the picture is black"),
    ],
)
def test_the_camera_is_watched_and_released(
    monkeypatch: pytest.MonkeyPatch, fps: int, shade: int, state: State, words: str
) -> None:
    camera = Camera(fps, shade)
    monkeypatch.setattr(source, "open_source", lambda text: camera)
    finding = examine(seeing.check_camera)
    assert finding.state is state
    assert words in finding.fact
    assert bool(finding.remedy) == (state is State.DEGRADED)
    assert camera.closed


@pytest.mark.usefixtures("no_daemon")
def test_no_camera_is_broken_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(text: str) -> None:
        raise CameraLostError("camera 0", "in use by zoom (pid 4711)", "Close that program")

    monkeypatch.setattr(source, "open_source", none)
    finding = examine(seeing.check_camera)
    assert finding == broken("camera 0: in use by zoom (pid 4711)", "Close that program")


def test_a_camera_that_our_daemon_uses_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    status = {"ok": True, "state": "watching", "camera": "Toy Cam (0)", "fps": 29.5, "picture": ""}
    monkeypatch.setattr(client, "ask", lambda *_, **__: status)
    assert seeing.check_camera() == ok("in use by the running daemon: Toy Cam (0), 29.5 fps now")
    status["picture"] = "the picture is black: open the camera's cover"
    assert seeing.check_camera().state is State.DEGRADED


@pytest.mark.parametrize(
    ("cameras", "state"),
    [
        ([CameraInfo(0, "Cam", "/dev/video0", None)], State.OK),
        ([CameraInfo(0, "Cam", "/dev/video0", Problem("you may not open it", "Ask"))], State.BROKEN),
        ([], State.BROKEN),
    ],
)
def test_a_camera_can_be_judged_unopened(
    monkeypatch: pytest.MonkeyPatch, cameras: list[CameraInfo], state: State
) -> None:
    monkeypatch.setattr(devices, "can_list", lambda: True)
    monkeypatch.setattr(devices, "list_cameras", lambda: tuple(cameras))
    assert seeing.check_camera_listed().state is state


def test_the_models_that_ship_are_whole_and_a_damaged_one_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert examine(seeing.check_hand_models).state is State.OK
    for file in paths.bundled("models").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    damaged = tmp_path / "palm_detection.onnx"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    monkeypatch.setattr("gesturectl.catalogue.bundled", lambda folder: tmp_path)
    finding = examine(seeing.check_hand_models)
    assert finding.state is State.BROKEN
    assert "palm_detection.onnx" in finding.fact


def test_the_tracker_looks_at_a_picture() -> None:
    finding = examine(seeing.check_tracker)
    assert finding.state is State.OK
    assert "ms to look for hands" in finding.fact


# ---- acting


class Everything(Injector):
    """Can do everything."""

    name = "toy"
    capabilities = frozenset(Capability)

    @classmethod
    def rank(cls) -> int:
        return 1

    def press(self, chord: tuple[str, ...]) -> None:
        raise AssertionError("a doctor presses no keys")

    release = press

    def type_text(self, text: str) -> None:
        raise AssertionError("a doctor types nothing")

    def scroll(self, dx: int, dy: int) -> None:
        raise AssertionError("a doctor doesn't scroll")

    def move(self, dx: int, dy: int) -> None:
        pass

    def press_button(self, button: str) -> None:
        pass

    def release_button(self, button: str) -> None:
        raise AssertionError("a doctor doesn't click")

    def release_all(self) -> None:
        pass

    def close(self) -> None:
        pass


class KeysOnly(Everything):
    """Can press keys."""

    capabilities = frozenset({Capability.KEYS})


NO_DISPLAY = ("x11", Unavailable("no DISPLAY is set", "Log in to a desktop."))
NOT_MACOS = ("macos", Unavailable("this isn't macOS", "Nothing to do."))


@pytest.mark.parametrize(
    ("injector", "state", "words"),
    [
        (Everything, State.OK, "toy"),
        (KeysOnly, State.DEGRADED, "can't do text, media, pointer, scroll"),
        (NullInjector, State.BROKEN, "no key can be pressed here (x11: no DISPLAY is set)"),
    ],
)
def test_what_presses_keys(monkeypatch: pytest.MonkeyPatch, injector: type[Injector], state: State, words: str) -> None:
    monkeypatch.setattr(select, "choose_injector", lambda: (injector(), [NOT_MACOS, NO_DISPLAY]))
    finding = examine(acting.check_injector)
    assert finding.state is state
    assert words in finding.fact
    assert finding.remedy == ("" if state is State.OK else "Log in to a desktop.")


def test_without_the_focused_app_gestures_still_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(select, "choose_watcher", lambda: (NullWindowWatcher(), [NO_DISPLAY]))
    finding = examine(acting.check_window_watcher)
    assert finding.state is State.DEGRADED
    assert "only the default profile applies" in finding.fact


def test_without_what_tells_typing_gestures_still_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(select, "choose_input_watcher", lambda: (NullInputWatcher(), [NO_DISPLAY]))
    finding = examine(acting.check_input_watcher)
    assert finding.state is State.DEGRADED
    assert "while you type" in finding.fact
    assert finding.remedy


class Chord:
    """A chord that can be had."""

    def __init__(self, chord: tuple[str, ...]) -> None:
        self.chord = chord

    def close(self) -> None: ...


def taken(_: object) -> Chord:
    raise DesktopError("panic chord", "another program has Ctrl+Alt+Super+Esc for itself", "Choose another one.")


@pytest.mark.parametrize(
    ("setting", "running", "open_key", "state", "words"),
    [
        ("Ctrl+Alt+Super+Esc", None, Chord, State.OK, "Ctrl+Alt+Super+Esc will stop everything"),
        ("Ctrl+Alt+Super+Esc", None, taken, State.DEGRADED, "another program has"),
        ("Ctrl+Alt+Super+Esc", "Ctrl+Alt+Super+Esc", taken, State.OK, "the running daemon waits for it"),
        ("Ctrl+Alt+Super+Esc", "none (x11: no DISPLAY is set)", Chord, State.DEGRADED, "no DISPLAY"),
        ("", None, taken, State.OK, "none, as the setting panic_chord says"),
    ],
)
def test_what_stops_everything(monkeypatch: pytest.MonkeyPatch, setting, running, open_key, state, words) -> None:
    monkeypatch.setattr(panic, "wanted_panic_chord", lambda: setting)
    monkeypatch.setattr(client, "is_running", lambda: running is not None)
    monkeypatch.setattr(client, "ask", lambda *_, **__: {"panic_chord": running})
    monkeypatch.setattr(select, "choose_hot_key", open_key)
    finding = examine(acting.check_panic_chord)
    assert (finding.state, words in finding.fact) == (state, True)
    assert bool(finding.remedy) is (state is not State.OK)


class NoTray(TrayBackend):
    """A tray that can't be shown."""

    name = "pystray"

    @classmethod
    def rank(cls):
        return Unavailable("PyGObject isn't installed", "Install it.")


class Tray(NoTray):
    """A tray that can."""

    words = "status notifier"

    @classmethod
    def rank(cls):
        return 80

    run = show = notify = stop = lambda *_: None


@pytest.mark.parametrize(
    ("backend", "words", "state", "told"),
    [
        (Tray, "status notifier", State.OK, "icon with a menu (status notifier)"),
        (Tray, "none yet: no panel shows icons", State.DEGRADED, "no icon: no panel shows icons"),
        (NoTray, "", State.DEGRADED, "no icon (pystray: PyGObject isn't installed)"),
    ],
)
def test_a_tray_is_one_that_a_panel_shows(monkeypatch, backend, words, state, told):
    reasons = [] if backend is Tray else [("pystray", NoTray.rank())]
    monkeypatch.setattr(backend, "words", words, raising=False)
    monkeypatch.setattr("gesturectl.ui.tray.select.choose_tray", lambda: (backend if words else None, reasons))
    found = acting.check_tray()
    assert (found.state, found.fact) == (state, told)


def test_missing_feedback_is_told_with_what_helps(monkeypatch):
    monkeypatch.setattr("gesturectl.ui.feedback.sound.unavailable", lambda: None)
    monkeypatch.setattr("gesturectl.ui.feedback.overlay.unavailable", lambda: None)
    assert acting.check_feedback().state is State.OK
    monkeypatch.setattr("gesturectl.ui.feedback.sound.unavailable", lambda: Unavailable("no player", "Install one."))
    assert acting.check_feedback() == degraded("sound: no player", "Install one.")


@pytest.fixture
def own_profiles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The user's folder of profiles."""
    monkeypatch.setattr("gesturectl.profiles.load.config_dir", lambda: tmp_path)
    folder = tmp_path / "profiles"
    folder.mkdir()
    return folder


def test_a_mistake_in_a_profile_is_shown(own_profiles: Path) -> None:
    (own_profiles / "mine.toml").write_text("this is = = not TOML")
    finding = examine(acting.check_profiles)
    assert finding.state is State.BROKEN
    assert "mine.toml" in finding.fact
    assert "gesturectl profiles check" in finding.remedy


@pytest.mark.parametrize("where", ["own gestures", "own model"])
def test_profiles_may_name_the_gestures_that_are_really_in_use(
    own_profiles: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    (own_profiles / "mine.toml").write_text('version = 1\n[intents]\nsnap = "next"\n')
    assert "snap" in examine(acting.check_profiles).fact
    if where == "own gestures":
        monkeypatch.setattr("gesturectl.recognition.personal_file.known_gestures", lambda: ("swipe_left", "snap"))
    else:
        card = SimpleNamespace(labels=("nothing", "snap"))
        monkeypatch.setattr(
            "gesturectl.recognition.model_history.classifier_in_use", lambda: SimpleNamespace(card=card)
        )
    found = examine(acting.check_profiles)
    assert "snap" not in found.fact, found


@pytest.mark.usefixtures("no_daemon")
def test_a_daemon_that_does_not_run_is_fine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "runtime_dir", lambda: tmp_path)
    assert acting.check_daemon().state is State.OK
    (tmp_path / "control.sock").touch()
    assert "left over" in acting.check_daemon().fact


@pytest.mark.parametrize(("state", "expected"), [("watching", State.OK), ("failed", State.DEGRADED)])
def test_a_running_daemon_tells_its_state(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state: str, expected: State
) -> None:
    monkeypatch.setattr(paths, "runtime_dir", lambda: tmp_path)
    (tmp_path / "control.sock").touch()
    monkeypatch.setattr(client, "ask", lambda *_, **__: {"pid": 7, "state": state, "reason": "Plug it in."})
    finding = acting.check_daemon()
    assert finding.state is expected
    assert finding.fact == f"running as process 7: {state}"


def test_a_silent_daemon_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def ask(*_: object, **__: object) -> dict[str, object]:
        raise DaemonError("gesturectl", "it runs but didn't answer 'status'", "End its process")

    monkeypatch.setattr(paths, "runtime_dir", lambda: tmp_path)
    (tmp_path / "control.sock").touch()
    monkeypatch.setattr(client, "ask", ask)
    assert acting.check_daemon() == broken("it runs but didn't answer 'status'", "End its process")


# ---- surroundings


def test_a_doctor_opens_no_dialog(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PortalInjector, "rank", classmethod(lambda cls: 1000))
    monkeypatch.setattr(select, "choose_injector", lambda: pytest.fail("it would ask the person"))
    assert acting.check_injector() == ok("portal, if you allow it when your desktop asks")


@pytest.fixture
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Folders of the user's own."""
    for name in ("config_dir", "data_dir", "state_dir"):
        monkeypatch.setattr(paths, name, lambda name=name: tmp_path / name)
    monkeypatch.setattr("gesturectl.settings.config_dir", lambda: tmp_path)
    return tmp_path


def test_mistakes_in_the_settings_are_shown(own_folders: Path) -> None:
    assert surroundings.check_settings().state is State.OK
    (own_folders / "settings.toml").write_text("tray = 1")
    finding = surroundings.check_settings()
    assert finding.state is State.BROKEN
    assert "tray" in finding.fact


def test_folders_that_cant_be_written_are_found(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert surroundings.check_permissions().state is State.OK
    monkeypatch.setattr("os.access", lambda *_: False)
    assert surroundings.check_permissions().state is State.BROKEN


def test_a_portal_is_needed_on_wayland_only(monkeypatch: pytest.MonkeyPatch, own_folders: Path) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert surroundings.check_portal().state is State.OK
    told = Unavailable("you declined", "Delete it.")
    monkeypatch.setattr(PortalInjector, "rank", classmethod(lambda cls: told))
    assert surroundings.check_portal() == degraded("you declined", "Delete it.")
    monkeypatch.setattr(PortalInjector, "rank", classmethod(lambda cls: 40))
    assert "will ask you once" in surroundings.check_portal().fact
    (own_folders / "state_dir").mkdir()
    (own_folders / "state_dir" / "portal.json").write_text("{}")
    assert "allowed" in surroundings.check_portal().fact


@pytest.mark.skipif(sys.platform != "linux", reason="D-Bus")
def test_media_and_session_are_found_on_a_bus(bus: str) -> None:
    assert surroundings.check_media() == ok("over MPRIS; 0 players now")
    assert "screensaver" in surroundings.check_session().fact


@pytest.mark.skipif(sys.platform != "linux", reason="D-Bus")
def test_without_a_bus_there_are_media_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert surroundings.check_media().state is State.DEGRADED
    assert surroundings.check_session().state is State.DEGRADED


def test_starting_at_login_is_told() -> None:
    assert examine(surroundings.check_autostart).state in (State.OK, State.DEGRADED)


# ---- the report


def test_a_report_names_nobody(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("pathlib.Path.home", lambda: Path("/home/jane"))
    monkeypatch.setattr("getpass.getuser", lambda: "jane")
    monkeypatch.setattr("socket.gethostname", lambda: "janes-laptop")
    checks = {
        "daemon": lambda: ok("running as jane on janes-laptop, log in /home/jane/.local/state"),
        "profiles": lambda: broken("/home/jane/p.toml:3 profile.secret_project: no\nanother", "Correct them"),
        "keys": slow,
    }
    monkeypatch.setattr(doctor, "CHECKS", checks)
    assert cli.main(["doctor", "--report"]) == 1
    told = capsys.readouterr().out
    assert "jane" not in told
    assert "secret_project" not in told
    assert "running as USER on HOST, log in ~/.local/state" in told
    assert "profiles: 2 mistakes" in told
    assert "remedy: Add light" in told
