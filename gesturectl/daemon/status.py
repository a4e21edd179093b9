"""What the daemon tells about itself."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Status:
    """A snapshot for people and programs. No window titles."""

    state: str = "starting"
    """"starting", "watching", "paused", "waiting for the camera" or "failed"."""
    reason: str = ""
    """Why it isn't watching, with what to do, or why no gesture may act; empty while all is well."""
    pid: int = 0
    uptime_s: float = 0.0
    dry_run: bool = False
    camera: str = ""
    fps: float = 0.0
    """Frames a second the source gives."""
    picture: str = ""
    """What is wrong with the picture (black, frozen, too slow in dim light); empty if nothing is."""
    frames: int = 0
    dropped: int = 0
    """Frames that came while an older one was still being looked at."""
    hands: list[str] = field(default_factory=list)
    """The hands in view."""
    stage_ms: dict[str, float] = field(default_factory=dict)
    """Median milliseconds a frame, for each stage."""
    cpu_percent: float | None = None
    """Of one core, what all processes together have needed in the last ten seconds; None while that isn't known."""
    latency_ms: dict[str, float] = field(default_factory=dict)
    """From the camera's frame to the action it brought about: of how many "actions", their "median" and "p95"."""
    app: str = ""
    """The focused app; empty if unknown."""
    profile: str = ""
    """The profile in use for that app."""
    profile_fixed: bool = False
    """Whether a person chose the profile, rather than the app."""
    profiles: list[str] = field(default_factory=list)
    """All there are."""
    gestures: list[str] = field(default_factory=list)
    """What can be recognised, the person's own included."""
    profile_trouble: str = ""
    """Mistakes in the files, while the last good profiles stay in use."""
    vision: dict[str, Any] = field(default_factory=dict)
    """Of the process that watches: its "pid", how often it had to be started again ("restarts"), and what it is
    forbidden ("boxed"). Empty before it works."""
    tracker: str = ""
    model: str = ""
    injector: str = ""
    watcher: str = ""
    last_event: dict[str, Any] | None = None
    arming: bool = False
    """Whether gestures act only while armed, except where a profile says otherwise."""
    armed: bool = False
    armed_left_s: float | None = None
    """For how long it stays armed if nothing more is done; None while something holds it armed, or it isn't."""

    panic_chord: str = ""
    """What stops everything when it is pressed, or "none" and why; empty where it isn't looked for."""
    pointer: bool = False
    """Whether the hand moves the pointer, and other gestures do nothing."""

    def as_json(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return asdict(self)


def describe(status: dict[str, Any]) -> str:
    """A status that came as JSON, in lines for a person."""
    lines = [
        ("state", status["state"] + (", dry run" if status["dry_run"] else "")),
        ("reason", status["reason"]),
        ("camera", _camera(status)),
        ("picture", status["picture"]),
        ("hands", ", ".join(status["hands"]) or "none in view"),
        ("app", status["app"] or "unknown"),
        ("profile", status["profile"] + (" (fixed)" if status["profile_fixed"] else "")),
        ("mistakes", status["profile_trouble"]),
        ("arming", arming_words(status) if status["arming"] or status["armed"] else ""),
        ("last event", _event(status["last_event"])),
        ("training", _training(status.get("retraining"))),
        ("tracker", status["tracker"]),
        ("model", status["model"]),
        ("vision", _vision(status["vision"])),
        ("keys", status["injector"]),
        ("panic", status["panic_chord"]),
        ("windows", status["watcher"]),
        ("per frame", ", ".join(f"{stage} {ms:g} ms" for stage, ms in status["stage_ms"].items())),
        ("processor", "" if status.get("cpu_percent") is None else f"{status['cpu_percent']:g} % of one core"),
        ("latency", _latency(status.get("latency_ms"))),
        ("dropped", f"{status['dropped']} of {status['frames']} frames"),
        ("uptime", f"{_duration(status['uptime_s'])}, process {status['pid']}"),
    ]
    indented = [(name, text.replace("\n", "\n" + " " * 12)) for name, text in lines if text]
    return "\n".join(f"{name:<12}{text}" for name, text in indented)


def arming_words(status: dict[str, Any]) -> str:
    """Whether arming is on, and whether gestures may act now."""
    left_s = status["armed_left_s"]
    armed = ("armed" + ("" if left_s is None else f" for another {left_s:g} s")) if status["armed"] else "not armed"
    return f"{'on' if status['arming'] else 'off'}; {armed}"


def _camera(status: dict[str, Any]) -> str:
    fps = f", {status['fps']:g} fps now" if status["fps"] else ""
    return f"{status['camera']}{fps}" if status["camera"] else ""


def _vision(vision: dict[str, Any]) -> str:
    if not vision:
        return ""
    restarts = vision["restarts"]
    again = f", started again {restarts} time{'s' if restarts != 1 else ''}" if restarts else ""
    return f"process {vision['pid']}{again}; {vision['boxed'] or 'not boxed in'}"


def _event(event: dict[str, Any] | None) -> str:
    if event is None:
        return "none yet"
    outcome = event["action"] or f"nothing ({event.get('reason', '')})"
    return f"{event['gesture']} ({event['hand']}, {event['score']:.2f}), {event['ago_s']:.0f} s ago: {outcome}"


def _training(job: dict[str, Any] | None) -> str:
    if job is None:
        return ""
    done = "" if job["fraction"] is None or job["state"] != "running" else f" {job['fraction']:.0%}"
    return f"{job['state']}{done}: {job['words']}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _latency(ms: dict[str, float] | None) -> str:
    return (
        f"{ms['median']:g} ms from frame to action (95 % within {ms['p95']:g}, {ms['actions']} actions)" if ms else ""
    )
