"""The engine: one thread that owns the state and has one inbox. Events and commands go in, actions come out."""

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from gesturectl.actions.base import Stage as Desk
from gesturectl.daemon import stage
from gesturectl.daemon.admission import Admission
from gesturectl.daemon.broadcast import Broadcast, StatusChanged
from gesturectl.daemon.clock import SourceClock
from gesturectl.daemon.errands import Errands
from gesturectl.daemon.inbox import Focused, Inbox, Message, Request
from gesturectl.daemon.latency import Latencies
from gesturectl.daemon.later import Later
from gesturectl.daemon.messages import (
    CameraChanged,
    CameraState,
    HandsAt,
    InView,
    Knows,
    Looked,
    Recognised,
    Started,
    Tried,
)
from gesturectl.daemon.needs import Plans, Watching
from gesturectl.daemon.panic import PanicChord, Panicked
from gesturectl.daemon.pauses import Pauses
from gesturectl.daemon.performer import Performer, Report
from gesturectl.daemon.pointer import ENDS, Pointer
from gesturectl.daemon.policy import Decision, Plan, Policy, Skip
from gesturectl.daemon.real_input import RealInput
from gesturectl.daemon.record_of_watching import RecordOfWatching
from gesturectl.daemon.rest import Rest
from gesturectl.daemon.status import Status
from gesturectl.daemon.why import Why
from gesturectl.desktop.base import UNKNOWN_APP, App, Capability, Injector, InputWatcher, Players
from gesturectl.desktop.null import NullInputWatcher
from gesturectl.errors import DesktopError, GesturectlError, UsageError
from gesturectl.recognition.attempts import Attempt
from gesturectl.settings import Settings
from gesturectl.types import GestureEvent, Phase

_log = logging.getLogger(__name__)

_CHORE_S = 1.0
"""Between two looks at the profile files and at the programs that actions started."""
_SILENT_S = 2.5
"""A camera that stands still for so long has lost the hand: what it held is released."""


Handler = Callable[[Mapping[str, object]], Mapping[str, Any] | None]
"""Carries a command out; returns what is answered beside the status. Raises GesturectlError to refuse."""


class Engine:
    """Decides and acts. Everything but `post`, `ask` and `stop` belongs to the thread that calls `run` or `handle`."""

    def __init__(
        self,
        plans: Plans,
        injector: Injector,
        tell: Callable[[Report], None],
        *,
        dry_run: bool,
        vision: Watching | None = None,
        about: Status | None = None,
        settings: Settings | None = None,
        input_watcher: InputWatcher | None = None,
        tell_refusal: Callable[[Attempt], None] | None = None,
        players: Players | None = None,
        focused: Callable[[], App] | None = None,
        reserved: Callable[[], str] = lambda: "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`tell` gets every event with what came of it; `tell_refusal` what hands tried and a rule refused; `about` is
        what is known before the first frame.

        `focused` is asked for the app at each gesture; without it, `Focused` messages say it. `reserved` gives the
        reason why no gesture may act at the moment; empty if they may.
        """
        self._plans, self._tell, self._clock = plans, tell, clock
        self._vision, self._ask_focus = vision, focused
        self._tell_refusal, self._reserved = tell_refusal, reserved
        errands = Errands(self._report_failure)
        desk = Desk(
            injector,
            self._later_fix,
            self._later_pause,
            self._report_failure,
            later=errands.give,
            after=self._after,
            players=players,
            switch_pointer=self._later_point,
        )
        self._later = Later()
        used = RealInput(input_watcher or NullInputWatcher(), clock)
        self._performer = Performer(desk, dry_run, used)
        self._pointer = Pointer(self._performer.steer, self._watch_hands)
        self._can_point = Capability.POINTER in injector.capabilities or dry_run
        self._policy = Policy()
        self._admission = Admission(settings or Settings(), used.ago_ms)
        self._source = SourceClock()
        self._inbox = Inbox()
        self._stopping = threading.Event()
        injector.heed(self._inbox.stop_asked)
        self._afterwards: list[Callable[[], None]] = []
        self._app = UNKNOWN_APP
        self._pauses = Pauses()
        self._paused = False
        """Whether what a pause wants has been done: it follows `_pauses` (see `_settle`)."""
        self._watching = RecordOfWatching(about or Status(), dry_run)
        self._started_s = clock()
        self._chores_s = clock() + _CHORE_S
        self._repeat_s: float | None = None
        """When a held key is to be sent again, where the system doesn't repeat it."""
        self._keys_trouble = ""
        """Why no key can be pressed at the moment."""
        self._last: tuple[Report, float] | None = None
        self._why = Why()
        self._latencies = Latencies()
        self.broadcast = Broadcast(joined=lambda: self.post(None))
        """Tells whoever listens what happens here."""
        self._commands: dict[str, Handler] = {
            "status": lambda _: None,
            "pause": lambda _: self._pause_as_asked(),
            "resume": lambda _: self._resume_as_asked(),
            "profile": lambda arguments: self.fix(_profile_named(arguments)),
            "arming": lambda arguments: self._admission.switch(arguments.get("do"), self._paused),
            "pointer": lambda arguments: self._point(arguments.get("do")),
            "reload": lambda _: self._reload(),
            "why": lambda arguments: self._why.answer(arguments, self._clock()),
            "quit": lambda _: self.stop(),
        }

    def offer(self, command: str, handler: Handler) -> None:
        """Carry out one more command (name it in `control.COMMANDS`, too), in the engine's thread: it must be quick.

        To be called before `run`.
        """
        self._commands[command] = handler

    @property
    def commands(self) -> frozenset[str]:
        """What can be asked."""
        return frozenset(self._commands)

    # ---- from any thread

    def post(self, message: Message) -> None:
        """Leave a message. Never waits."""
        self._inbox.post(message)

    def ask(self, command: str, arguments: Mapping[str, object], timeout_s: float = 2.0) -> dict[str, Any]:
        """Have a command carried out and wait for the answer. Raises GesturectlError if it is refused."""
        return self._inbox.ask(command, arguments, timeout_s)

    def stop(self) -> None:
        """Let `run` end after what it is doing."""
        self._stopping.set()
        self._inbox.end()

    @property
    def stopping(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._stopping.is_set()

    # ---- the engine's thread

    def run(self) -> None:
        """Handle messages until stopped. Whatever ends it, nothing stays held."""
        try:
            while not self._stopping.is_set():
                with contextlib.suppress(queue.Empty):
                    self.handle(self._inbox.wait(self._patience_s()))
                self.chores()
        finally:
            self.release("the daemon stops")

    def handle(self, message: Message) -> None:
        """Take one message."""
        self._inbox.taken(message)
        match message:
            case Recognised(event):
                self._follow(event.t_ms)
                self._decide(event)
            case Tried(attempt):
                self._note_attempt(attempt)
            case InView(t_ms, hands):
                self._watching.in_view(hands)
                self._admission.arming.see(hands, t_ms)
            case HandsAt(t_ms):
                self._follow(t_ms)
                self._steer(message)
            case Looked():
                self._note_progress(message)
            case CameraChanged():
                self._note_camera(message)
            case Knows(gestures):
                self._plans.know(gestures)
            case Started():
                self._note_start(message)
            case Focused(app):
                self._focus(app)
            case Rest():
                self._rest(message)
            case Panicked(chord):
                self._panic(chord)
            case PanicChord(words):
                self._watching.status.panic_chord = words
            case Request(command, arguments, reply):
                answers: list[dict[str, Any]] = []
                # A command that fails by a mistake of ours costs an answer, not what is held and running.
                error = stage.attempt(f"'{command}'", lambda: answers.append(self._obey(command, arguments)))
                reply.put(error or answers[0])
            case None:
                pass
        if not isinstance(message, HandsAt):  # nobody needs the status thirty times a second
            self._publish_status()

    def chores(self) -> None:
        """What is due without a message: holds, repeats, a silent camera, changed profiles, failed programs."""
        now_s = self._clock()
        self._carry_out(self._policy.tick(self._source.now_ms(now_s)))
        if self._source.silent_s(now_s) > _SILENT_S:
            self._admission.arming.disarm()
            if self._policy.holding or self._pointer.pressing:
                self.release("the camera stands still")
        self._repeat_s = self._performer.keep_up(now_s)
        self._go_on(now_s)
        if now_s >= self._chores_s:
            self._chores_s = now_s + _CHORE_S
            self._performer.poll()
            self._tend()
            if self._plans.poll():
                self.release("the profiles changed")
            self._publish_status()

    def advance(self, t_ms: int) -> None:
        """The source's time is `t_ms` now: do what has become due."""
        self._follow(t_ms)
        self._carry_out(self._policy.tick(t_ms))

    def release(self, why: str) -> None:
        """Stop everything that is held, and forget the gestures that last."""
        self._pointer.let_go()
        try:
            self._carry_out(self._policy.release(self._source.now_ms(self._clock()), why))
        finally:
            self._performer.release_all()

    def fix(self, profile: str | None) -> None:
        """Use one profile whatever the app; None lets the app choose. Raises UsageError if there is none."""
        self._plans.fix(profile)
        self.release("another profile")

    def adopt(self, settings: Settings) -> None:
        """From now on these settings say what may act when."""
        self._admission.adopt(settings)

    def status(self) -> Status:
        """How it is now; a copy."""
        now_s = self._clock()
        app = self._focused_app()
        last = None
        if self._last is not None:
            report, at_s = self._last
            last = {**report.as_json(), "ago_s": round(now_s - at_s, 1)}
        told = self._watching.status
        arming, t_ms = self._admission.arming, self._source.now_ms(now_s)
        left_ms = arming.left_ms(t_ms)
        return replace(
            told,
            reason=told.reason or self._reserved() or self._keys_trouble or (ENDS if self._pointer.on else ""),
            pointer=self._pointer.on,
            uptime_s=round(now_s - self._started_s, 1),
            app=app.wm_class or app.exe or app.bundle,
            injector=": ".join(filter(None, (told.injector, self._keys_trouble))),
            profile=self._plans.profile(app),
            profile_fixed=self._plans.fixed is not None,
            profiles=list(self._plans.names),
            gestures=list(self._plans.recognised),
            profile_trouble=self._plans.trouble,
            last_event=last,
            latency_ms=self._latencies.as_json(),
            arming=self._admission.arming_on,
            armed=arming.armed(t_ms),
            armed_left_s=None if left_ms is None else round(left_ms / 1000, 1),
        )

    # ---- within the engine's thread

    def _after(self, delay_s: float, call: Callable[[], None]) -> None:
        self._later.add(self._clock() + delay_s, call)

    def _go_on(self, now_s: float) -> None:
        """Go on with sequences; one that fails ends all of them."""
        for call in self._later.due(now_s):
            if not self._performer.go_on(call):
                self._later.clear()
                self._policy.release(self._source.now_ms(now_s), "an action failed")
                break
        self._run_afterwards()

    def _tend(self) -> None:
        """Look after what presses keys. When it loses its desktop, nothing is held any more."""
        trouble = self._performer.tend()
        if trouble == self._keys_trouble:
            return
        self._keys_trouble = trouble
        if trouble:
            _log.warning("%s", trouble)
            self.release("no key can be pressed")
        else:
            _log.warning("keys can be pressed again")

    def _focus(self, app: App) -> None:
        """Another window or title: what is held for the one before is released first."""
        before = self._app
        is_other = (app.wm_class, app.exe, app.bundle) != (before.wm_class, before.exe, before.bundle)
        if self._policy.holding and (is_other or self._plans.profile(app) != self._plans.profile(before)):
            self.release("another window has the focus")
        self._app = app

    def _patience_s(self) -> float:
        now_s = self._clock()
        waits_s = [self._chores_s - now_s]
        if self._repeat_s is not None:
            waits_s.append(self._repeat_s - now_s)
        if (later_s := self._later.next_s) is not None:
            waits_s.append(later_s - now_s)
        if self._policy.due_ms is not None:
            # Where the source stands still its time stops too: then the next chore is soon enough to look again.
            due_s = (self._policy.due_ms - self._source.now_ms(now_s)) / 1000
            waits_s.append(due_s if self._source.silent_s(now_s) < 0.25 else _CHORE_S)
        return min(max(0.002, min(waits_s)), _CHORE_S)

    def _follow(self, t_ms: int) -> None:
        """The source's time is `t_ms` now. Over a leap nothing that waited becomes due, and nothing stays held."""
        now_s = self._clock()
        if self._source.jumped(t_ms, now_s):
            _log.info("the source's time jumped to %d ms; nothing that lasted counts any more", t_ms)
            self.release("the time jumped")
            self._admission.arming.disarm()
            self._policy.forget()
        self._source.saw(t_ms, now_s)

    def _decide(self, event: GestureEvent) -> None:
        if event.phase is Phase.BEGIN:
            decisions = list(self._policy.begin(event, self._plan(event)))
            self._carry_out(decisions)
            if any(not isinstance(decision, Skip) for decision in decisions):
                self._latencies.note(self._clock() * 1000 - event.t_ms)
        elif event.phase is Phase.END:
            if event.gesture == self._admission.arming.by.gesture:
                self._admission.arming.end(event.hand, event.t_ms)
            self._carry_out(self._policy.end(event))
        else:  # repeats are the binding's affair, at its own rate
            self.advance(event.t_ms)

    def _plan(self, event: GestureEvent) -> Plan | str:
        if self._paused:
            return "paused"
        if reason := self._reserved():
            return reason
        plan = self._pointer.admit(self._plans.plan(event, self._focused_app()))
        return plan if plan == ENDS else self._admission.admit(event, plan, self._plans.ask_for_arming)

    def _carry_out(self, decisions: Iterable[Decision]) -> None:
        failed = False
        for decision in decisions:
            report = self._performer.carry_out(decision)
            failed |= report.failed
            if report.event.phase is Phase.BEGIN:
                self._last = (report, self._clock())
            if report.action is not None and report.event.phase is not Phase.END:
                self._admission.arming.acted(report.event.t_ms)
            self._why.came_of(report)
            self._tell(report)
            self.broadcast.publish(report)
        if failed:  # the performer has let go of everything
            self._policy.release(self._source.now_ms(self._clock()), "an action failed")
        self._run_afterwards()

    def _run_afterwards(self) -> None:
        """What actions asked for while they ran."""
        afterwards, self._afterwards = self._afterwards, []
        for call in afterwards:
            call()

    def _obey(self, command: str, arguments: Mapping[str, object]) -> dict[str, Any]:
        handler = self._commands.get(command)
        if handler is None:
            raise UsageError(
                "request", f"there is no command '{command}'", f"There are {', '.join(sorted(self._commands))}."
            )
        more = handler(arguments) or {}
        return {**self.status().as_json(), **more}

    def _point(self, do: object) -> None:
        """Have the pointer mode switched. Raises GesturectlError where that can't be."""
        on = self._pointer.wanted(do)
        if on and self._paused:
            raise UsageError("pointer", "no hand is watched while paused", "Run 'gesturectl resume' first.")
        if on and not self._can_point:
            raise DesktopError("pointer", "nothing here can move it", "Run 'gesturectl doctor' to see what is missing.")
        if on and not self._pointer.on:
            self.release("the hand moves the pointer now")
        self._pointer.switch(on)

    def _steer(self, at: HandsAt) -> None:
        if self._paused or self._reserved():
            self._pointer.let_go()
        else:
            self._pointer.follow(at)

    def _watch_hands(self, on: bool) -> None:
        if self._vision is not None:
            self._vision.point(on)

    def _pause_as_asked(self) -> None:
        self._pauses.ask()
        self._settle()

    def _resume_as_asked(self) -> None:
        self._pauses.end()
        self._settle()

    def _rest(self, rest: Rest) -> None:
        before = self._pauses.reason
        self._pauses.rest(rest)
        if (reason := self._pauses.reason) and reason != before:
            _log.info("resting: %s", reason)
        self._settle()

    def _panic(self, chord: str) -> None:
        """Stop everything, whatever was the case before."""
        _log.warning("%s was pressed: everything stops", chord)
        self.release("the panic chord was pressed")
        self._pauses.panic(chord)
        self._settle()

    def _settle(self) -> None:
        """Pause or go on, as is wanted now."""
        reason = self._pauses.reason
        if reason:
            self._watching.pause(reason)
        if bool(reason) == self._paused:
            return
        self._paused = bool(reason)
        if reason:
            self._later.clear()
            self._admission.arming.disarm()
            self._pointer.switch(False)
            self.release("paused")
            if self._vision is not None:
                self._vision.pause()
            self._watching.forget_view()
        else:
            self._watching.resume()
            if self._vision is not None:
                self._vision.resume()

    def _reload(self) -> None:
        self._plans.reload()
        self.release("the profiles were read again")

    def _note_camera(self, message: CameraChanged) -> None:
        if message.state in (CameraState.LOST, CameraState.FAILED):
            self._admission.arming.disarm()
            self.release("the camera is lost")
        self._watching.camera(message)

    def _note_start(self, message: Started) -> None:
        self._plans.know(message.ready.gestures)
        self._watching.started(message)

    def _note_progress(self, message: Looked) -> None:
        self.advance(message.t_ms)
        self._watching.looked(message, self._clock())

    def _note_attempt(self, attempt: Attempt) -> None:
        app = self._focused_app()
        self._why.tried(attempt, self._clock(), app.wm_class or app.exe or app.bundle, self._plans.profile(app))
        if not attempt.fired and self._tell_refusal is not None:
            self._tell_refusal(attempt)
        self.broadcast.publish(attempt)

    def _publish_status(self) -> None:
        if self.broadcast.wanted(StatusChanged):
            self.broadcast.publish(StatusChanged(self.status()))

    @property
    def pointing(self) -> bool:
        """Whether the hand moves the pointer, so that `HandsAt` messages are wanted."""
        return self._pointer.on

    @property
    def app(self) -> App:
        """The app that has the focus. For the engine's thread."""
        return self._focused_app()

    def _focused_app(self) -> App:
        return self._ask_focus() if self._ask_focus is not None else self._app

    def _later_fix(self, name: str | None) -> None:
        self._afterwards.append(lambda: self._fix_or_tell(name))

    def _later_pause(self) -> None:
        self._afterwards.append(self._pause_as_asked)

    def _later_point(self, do: str) -> None:
        self._afterwards.append(lambda: self._point_or_tell(do))

    def _point_or_tell(self, do: str) -> None:
        try:
            self._point(do)
        except GesturectlError as error:
            self._report_failure(str(error))

    def _fix_or_tell(self, name: str | None) -> None:
        try:
            self.fix(name)
        except UsageError as error:
            self._report_failure(str(error))

    def _report_failure(self, text: str) -> None:
        _log.warning("%s", text)


def _profile_named(arguments: Mapping[str, object]) -> str | None:
    name = arguments.get("name")
    if name is not None and not isinstance(name, str):
        raise UsageError(
            "profile", "the name must be text or null", 'Send {"name": "slides"}, or null to choose by app.'
        )
    return name
