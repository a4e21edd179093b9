"""Whether a take is any good, said as soon as it is cut."""

from collections.abc import Sequence

import numpy as np

from gesturectl.evaluation.flaws import LONGEST_MS, flaws
from gesturectl.gestures.take import Take
from gesturectl.recognition.variations import track
from gesturectl.recording.states import Made, Verdict
from gesturectl.types import HANDS, Hand

SLOWEST_FPS = 10.0
"""Fewer pictures a second than this show a quick stroke in three of them."""
_BOTH = 0.5
"""Share of a take's frames in which a hand must be there to have made it, too."""
_TIMES = 2.5
"""How much longer or shorter than the others a take of the same gesture may be."""
_FLAWS = {"lost": Verdict.LOST, "short": Verdict.SHORT, "long": Verdict.LONG, "outside": Verdict.OUTSIDE}
_REMEDIES = {
    Verdict.LOST: "Make it slower or nearer to the camera, with the palm or the back of the hand to it.",
    Verdict.SHORT: "Make it a little slower.",
    Verdict.LONG: f"Rest within {LONGEST_MS // 1000} seconds.",
    Verdict.OUTSIDE: "Stay further inside the picture.",
}


def judged(number: int, take: Take, picture: str, others: Sequence[Made]) -> Made:
    """Take `number` with its verdict. `picture` is what was wrong with the pictures meanwhile; `others` are good."""
    whole = track(take)
    seen = whole.present.mean(axis=0) if len(whole.t_ms) else np.zeros(2)
    main: Hand = HANDS[0] if seen[0] > seen[1] else HANDS[1]
    hands = tuple(hand for hand, share in zip(HANDS, seen, strict=True) if share >= _BOTH) or (main,)

    def poor(verdict: Verdict, text: str) -> Made:
        return Made(number, take, hands, verdict, text, kept=False)

    if len(whole.t_ms) < 3:
        return poor(Verdict.LOST, f"The hand was hardly seen. {_REMEDIES[Verdict.LOST]}")
    length_ms = int(whole.t_ms[-1] - whole.t_ms[0])
    fps = (len(take.t_ms) - 1) * 1000 / max(1, int(take.t_ms[-1] - take.t_ms[0]))
    found = flaws(take, whole, main, length_ms)
    if picture and (found or fps < SLOWEST_FPS):
        return poor(Verdict.DARK, f"{picture[:1].upper()}{picture[1:]}.")
    if fps < SLOWEST_FPS:
        return poor(Verdict.SLOW, f"Only {fps:.0f} pictures a second came: more light may help, or closing programs.")
    if found:
        verdict = _FLAWS[found[0].kind]
        return poor(verdict, f"{_sentence(found[0].text.partition(';')[0])} {_REMEDIES[verdict]}")
    made = Made(number, take, hands, Verdict.GOOD)
    difference = _difference(made, others)
    return made.unlike(difference) if difference else made


def _difference(made: Made, others: Sequence[Made]) -> str:
    """What sets a take apart from two or more others; empty if nothing obvious does."""
    if len(others) < 2:
        return ""
    usual = {other.hands for other in others}
    if made.hands not in usual and len(usual) == 1:
        return f"It was made with {_hands(made.hands)}, the others with {_hands(next(iter(usual)))}."
    usual_ms = float(np.median([other.length_ms for other in others]))
    if not usual_ms / _TIMES <= made.length_ms <= usual_ms * _TIMES:
        return f"It took {made.length_ms / 1000:.1f} s, the others about {usual_ms / 1000:.1f} s."
    return ""


def _hands(hands: Sequence[Hand]) -> str:
    return "both hands" if len(hands) > 1 else f"the {hands[0]} hand"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
