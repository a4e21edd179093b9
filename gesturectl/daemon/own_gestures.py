"""A recogniser that knows a person's own gestures, and takes up what changes: the model, their file, thresholds."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from gesturectl import paths
from gesturectl.errors import GesturectlError
from gesturectl.recognition.attempts import Attempt
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.decide import Rejection
from gesturectl.recognition.model_history import classifier_in_use
from gesturectl.recognition.personal import Personal
from gesturectl.recognition.personal_file import NAME, REFUSED, Stored, read_personal
from gesturectl.recognition.personalised import personalised
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.recognition.tuned import read_tuned, tuned_path
from gesturectl.types import GestureEvent, Hand, Hands, Prediction

_log = logging.getLogger(__name__)

_LOOK_MS = 1000
"""How often the files are looked at, while hands are."""


class OwnGestures:
    """Recognises the model's gestures and the person's own. For one thread.

    Whatever is wrong with a file, `warn` hears it, and what was in use before works on; at the start, the model's own
    gestures do.
    """

    def __init__(
        self,
        classifier: Classifier,
        warn: Callable[[str], None],
        path: Path | None = None,
        model: Path | None = None,
        outdated: Callable[[], None] = lambda: None,
    ) -> None:
        """`path` is the file of personal gestures (the user's), `model` that of the model in use, if it is followed.

        What is learnt again for another model isn't written: `outdated` is told instead, for somebody to do that whose
        affair it is.
        """
        self._classifier, self._warn, self._outdated = classifier, warn, outdated
        self._path, self._model = path or paths.data_dir() / NAME, model
        self._refused = self._path.with_name(REFUSED)
        self._tuned = tuned_path()
        self._seen = self._stamps()
        self._looked_ms = 0
        self._told: Callable[[Collection[str]], None] = lambda names: None
        self._read: dict[Path, Personal | None] = {}
        """What each file held when it could last be read."""
        self._recogniser = self._made()

    @property
    def classifier(self) -> Classifier:
        """The model in use."""
        return self._classifier

    @property
    def gestures(self) -> tuple[str, ...]:
        """What it can recognise."""
        return self._recogniser.gestures

    @property
    def last(self) -> Mapping[Hand, Prediction]:
        """The newest prediction of each hand in view."""
        return self._recogniser.last

    @property
    def rejections(self) -> Sequence[Rejection]:
        """Candidates that didn't fire, newest last."""
        return self._recogniser.rejections

    def tell(self, told: Callable[[Collection[str]], None]) -> None:
        """Call `told` with all gestures whenever they have changed, in the thread that updates."""
        self._told = told

    def update(self, hands: Hands) -> list[GestureEvent]:
        """The events of one frame."""
        events = self._take_up(hands.t_ms) if abs(hands.t_ms - self._looked_ms) >= _LOOK_MS else []
        return events + self._recogniser.update(hands)

    def catch_up(self) -> None:
        """Look at frames that wait, so that `last` and `rejections` tell of the newest."""
        self._recogniser.catch_up()

    def tried(self) -> list[Attempt]:
        """What hands tried since this was last asked."""
        return self._recogniser.tried()

    def begin_anew(self) -> None:
        """Watching begins again after a break."""
        self._recogniser.begin_anew()

    def release(self, t_ms: int) -> list[GestureEvent]:
        """The ends of all gestures that last."""
        return self._recogniser.release(t_ms)

    def _take_up(self, t_ms: int) -> list[GestureEvent]:
        """What has changed in the files, and the ends of all gestures that last if something has."""
        self._looked_ms = t_ms
        stamps = self._stamps()
        if stamps == self._seen:
            return []
        if self._model is not None and stamps[self._model] != self._seen[self._model]:
            self._swap()
        self._seen = stamps
        ended = self._recogniser.release(t_ms)
        self._recogniser = self._made()
        self._told(self.gestures)
        _log.info("gestures: %s", ", ".join(self.gestures))
        return ended

    def _swap(self) -> None:
        """Take the model in use now, if it fits."""
        try:
            self._classifier = classifier_in_use()
            _log.info("model: %s", self._classifier.card.name)
        except GesturectlError as error:
            self._warn(f"the new gesture model can't be used; the one before works on:\n{error}")

    def _made(self) -> Recogniser:
        personal = self._load(self._path, "your own gestures")
        refused = self._load(self._refused, "what you said is no gesture")
        return Recogniser(personalised(self._classifier, personal, refused), thresholds=self._thresholds())

    def _thresholds(self) -> dict[str, float]:
        try:
            tuned = read_tuned(self._tuned)
        except GesturectlError as error:
            self._warn(f"the tuned thresholds can't be used; the model's are:\n{error}")
            return {}
        return dict(tuned.for_model(self._classifier)) if tuned is not None else {}

    def _load(self, path: Path, what: str) -> Personal | None:
        try:
            stored = read_personal(path)
            if stored is None:
                self._read[path] = None
                return None
            if stored.personal.model_sha256 != self._classifier.sha256:
                self._outdated()
                stored = learnt_again(self._classifier, stored, refused=path == self._refused)
                self._warn(f"the gesture model has changed, so {what} were learnt again from their takes")
            self._read[path] = stored.personal
            return stored.personal
        except GesturectlError as error:
            before = self._read.get(path)
            if before is not None and before.model_sha256 != self._classifier.sha256:
                before = None
            rest = "what was read before stays in use" if before else "the model's gestures work all the same"
            self._warn(f"{what} can't be used; {rest}:\n{error}")
            return before

    def _stamps(self) -> dict[Path, tuple[int, int] | None]:
        followed = (self._path, self._refused, self._tuned, *([self._model] if self._model else []))
        return {path: _stamp(path) for path in followed}


def learnt_again(classifier: Classifier, stored: Stored, refused: bool = False) -> Stored:
    """`stored` for another model, from the takes it was learnt from. Raises GesturectlError if they are gone."""
    from gesturectl.evaluation.enrolment import enrolled_from
    from gesturectl.evaluation.refusing import refused_from

    folders, idle = ([Path(folder) for folder in listed] for listed in (stored.sources, stored.idle))
    if refused:
        return refused_from(classifier, folders)
    return enrolled_from(
        classifier, folders, idle, left_out=stored.left_out, either_hand=stored.either_hand
    ).stored  # fmt: skip


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
