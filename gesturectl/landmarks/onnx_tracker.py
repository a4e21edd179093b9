"""Our own hand tracker: MediaPipe's two models on ONNX Runtime, palms looked for only when asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gesturectl.landmarks import palm
from gesturectl.landmarks.identity import Identity, Memory
from gesturectl.landmarks.joints import FoundHand, JointFinder
from gesturectl.landmarks.palm import PalmDetector
from gesturectl.landmarks.power import EFFORTS, EXACT, Power
from gesturectl.landmarks.providers import CPU, Compute, Provider, ProviderError, candidates
from gesturectl.landmarks.region import Region, region_of_joints
from gesturectl.landmarks.sessions import Session
from gesturectl.landmarks.skeleton import PALM, Joint
from gesturectl.types import JOINTS, Float32, Frame, Hands

_MOST_HANDS = 2
_PRESENCE = 0.5
"""A region whose hand is believed less holds none; MediaPipe's own."""
_SAME_REGION = 0.5
"""A palm whose region overlaps a followed one more is that hand; MediaPipe's own."""
_SAME_PALM = 0.75
"""Two hands are one if their palms' centres are closer than this share of a palm. In a fast stroke the followed region
lags, and the palm model finds the hand a second time up to 0.6 palms away (MediaPipe then reports two hands); the palms
of two true hands were never closer than 1.1 in the clips of docs/landmarks.md."""


@dataclass(frozen=True, slots=True)
class _Followed:
    """One hand, and where to look for it next."""

    region: Region
    identity: Identity


class OnnxTracker:
    """Follows two hands. Owned by one thread; holds about 60 MB."""

    name = "onnx"

    def __init__(self, compute: Compute = "auto", folder: Path | None = None, power: Power = "exact") -> None:
        """Load the models of the program (or of `folder`) on the first of what `compute` allows that works.

        Raises ModelError.
        """
        tried = []
        for provider in candidates(compute):
            # 8-bit arithmetic is quick on processors alone.
            file = EFFORTS[power].joint_model if provider is CPU else EXACT
            try:
                sessions = Session(palm.MODEL, provider, folder), Session(file, provider, folder)
                break
            except ProviderError as error:
                tried.append(f"{provider.title} can't run the hand models ({error})")
        self.provider: str = provider.title
        self.problem = _problem(tried, compute, provider)
        """One line on a GPU that was to run the models and doesn't; or nothing."""
        self._detector = PalmDetector(sessions[0])
        self._finder = JointFinder(sessions[1])
        self._followed: list[_Followed] = []
        self._memory = Memory()

    @property
    def regions(self) -> tuple[Region, ...]:
        """Where it looks for the hands it follows, in the next picture."""
        return tuple(followed.region for followed in self._followed)

    def track(self, frame: Frame, search: bool) -> Hands:
        """The hands in `frame`. Hands being followed are always updated; with `search`, new ones are looked for too."""
        candidates = list(self._followed)
        if search and len(candidates) < _MOST_HANDS:
            candidates += self._newcomers(frame, candidates)
        found: list[FoundHand] = []
        identities: list[Identity] = []
        for candidate in candidates:
            hand = self._finder.find(frame.image, candidate.region)
            if hand.presence <= _PRESENCE:
                continue
            twin = next((index for index, other in enumerate(found) if _is_same(hand, other)), None)
            if twin is not None:
                found[twin] = max(found[twin], hand, key=lambda either: either.presence)
                continue
            found.append(hand)
            identities.append(candidate.identity)
            if len(found) == _MOST_HANDS:
                break
        self._followed = [self._known(*pair, frame.t_ms) for pair in zip(found, identities, strict=True)]
        return _hands(found, self._memory.slots(identities, frame.t_ms), frame)

    def forget(self) -> None:
        """Drop all hands being followed."""
        self._followed = []
        self._memory.forget()

    def close(self) -> None:
        """Drop all hands; the models go with the tracker."""
        self.forget()

    def _known(self, hand: FoundHand, identity: Identity, t_ms: int) -> _Followed:
        """Count the hand's vote, keep in mind where it is, and follow it to the next frame."""
        region = region_of_joints(hand.joints[:, :2])
        identity.vote(hand.right, t_ms)
        self._memory.remember(identity, region.x, region.y, region.size, t_ms)
        return _Followed(region, identity)

    def _newcomers(self, frame: Frame, known: Sequence[_Followed]) -> list[_Followed]:
        """Hands that the palm model sees and nobody follows yet, the best first."""
        everyone = list(known)
        for region in self._detector.regions(frame.image):
            if all(region.overlap(other.region) <= _SAME_REGION for other in everyone):
                taken = [other.identity for other in everyone]
                identity = self._memory.recall(region.x, region.y, region.size, frame.t_ms, taken)
                everyone.append(_Followed(region, identity))
        return everyone[len(known) :]


def _problem(tried: Sequence[str], compute: Compute, used: Provider) -> str:
    if tried:
        return f"{'; '.join(tried)}, so {used.title} does"
    if compute == "gpu" and used is CPU:
        return "there is no GPU here that ONNX Runtime offers to use, so CPU runs the hand models"
    return ""


def _is_same(hand: FoundHand, other: FoundHand) -> bool:
    """Whether two regions show one hand."""
    apart = np.linalg.norm(hand.joints[list(PALM), :2].mean(0) - other.joints[list(PALM), :2].mean(0))
    return bool(apart < _SAME_PALM * max(_palm_size(hand.joints), _palm_size(other.joints)))


def _palm_size(points: Float32) -> float:
    corners = points[[Joint.WRIST, Joint.INDEX_MCP, Joint.PINKY_MCP], :2]
    return float(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).max())


def _hands(found: Sequence[FoundHand], slots: Sequence[int], frame: Frame) -> Hands:
    height, width = frame.image.shape[:2]
    image_points = np.full((2, JOINTS, 3), np.nan, np.float32)
    world_points = np.full((2, JOINTS, 3), np.nan, np.float32)
    score = np.zeros(2, np.float32)
    for hand, slot in zip(found, slots, strict=True):
        image_points[slot] = hand.joints / np.array([width, height, width], np.float32)
        world_points[slot] = hand.world
        score[slot] = hand.presence
    return Hands(frame.t_ms, image_points, world_points, score > 0, score, width / height)
