"""Render small videos of made-up people who make gestures: a set of pictures that anybody can make again.

    python scripts/render_people.py OUT [--people 10] [--takes 3]

writes OUT/<person>/<gesture>/<person>-<number>.mp4. Each person has a hand, skin, sleeve, shirt, hair, room, light and
camera of their own, sits nearer or farther, to the left or the right, leans, is quick or slow, and uses one hand: every
third the left one. The same arguments give the same pictures. It takes about five minutes on one core.
docs/benchmarks.md tells what is measured with it.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from gesturectl.recognition.vocabulary import mirrored_label
from gesturectl.synthesis.camera import Sensor, View
from gesturectl.synthesis.clips import frame_image
from gesturectl.synthesis.gestures import perform, resting
from gesturectl.synthesis.motion import Script
from gesturectl.synthesis.rotations import rx, ry, rz
from gesturectl.synthesis.scene import Look, Posture, Scene, random_look
from gesturectl.types import Hand
from gesturectl.ui.clip import ClipWriter

Float = NDArray[np.float64]

GESTURES = ("swipe_left", "swipe_right", "circle_cw", "circle_ccw", "grab", "release", "thumbs_up", "victory")
SIZE = (256, 192)
FPS = 15.0
BEFORE_S, AFTER_S = (0.25, 0.45), (0.15, 0.35)
"""How much a take shows of what comes before and after the gesture: people cut their recordings by eye."""
_CENTRE = resting().palm


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Who is filmed, and how."""

    name: str
    hand: Hand
    look: Look
    view: View
    sensor: Sensor
    shift: Float
    """(3,) mm from the usual place."""
    lean: Float
    """(3, 3) how arm and hand are turned from the usual way."""
    pace: float
    """Seconds of the usual movement in a second."""


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """A stretch of a script as a person moves."""

    script: Script
    person: Person
    start_s: float
    """In the script."""

    def at(self, t_s: float) -> Posture:
        """The posture at a time of the take."""
        usual = self.script.at(self.start_s + t_s * self.person.pace)
        palm = _CENTRE + self.person.lean @ (usual.palm - _CENTRE) + self.person.shift
        return Posture(usual.pose, self.person.lean @ usual.rotation, palm)


def main() -> int:
    """Render what isn't there yet."""
    parser = argparse.ArgumentParser(description="Render small videos of made-up people who make gestures.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--takes", type=int, default=3, help="of each gesture and person")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    for number in range(args.people):
        person = somebody(number, args.seed)
        scene = Scene(person.view, person.look, sensor=person.sensor)
        for k, gesture in enumerate(GESTURES):
            for repeat in range(args.takes):
                path = args.out / person.name / gesture / f"{person.name}-{repeat + 1}.mp4"
                if not path.exists():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write_take(path, person, scene, gesture, np.random.default_rng((args.seed, number, k, repeat)))
        sys.stdout.write(f"{person.name}: {len(GESTURES) * args.takes} takes\n")
        sys.stdout.flush()
    return 0


def somebody(number: int, seed: int = 0) -> Person:
    """Another person for each number."""
    r = np.random.default_rng((seed, number))
    return Person(
        name=f"person{number + 1:02d}",
        hand="left" if number % 3 == 2 else "right",
        look=random_look(r),
        view=View(*SIZE, float(r.uniform(1.0, 1.45))),
        sensor=Sensor(noise=float(r.uniform(0.005, 0.03)), exposure=float(r.uniform(0.75, 1.15))),
        shift=np.array([r.uniform(-50, 60), r.uniform(-40, 40), r.uniform(-160, 110)]),
        lean=rz(r.uniform(-0.2, 0.2)) @ rx(r.uniform(-0.15, 0.15)) @ ry(r.uniform(-0.25, 0.25)),
        pace=float(np.exp(r.uniform(-0.3, 0.3))),
    )


def write_take(path: Path, person: Person, scene: Scene, gesture: str, r: np.random.Generator) -> None:
    """One gesture, with a little of what comes before and after."""
    script = Script(resting(), r)
    script.hold(0.6)
    perform(script, gesture if person.hand == "right" else mirrored_label(gesture), r)
    script.move(resting(), 0.5)
    event = script.events[0]
    start_s = event.start_ms / 1000 - person.pace * r.uniform(*BEFORE_S)
    end_s = event.end_ms / 1000 + person.pace * r.uniform(*AFTER_S)
    take = Take(script, person, start_s)
    seed = int(r.integers(1 << 30))
    with ClipWriter(path, FPS) as writer:
        for index in range(round((end_s - start_s) / person.pace * FPS)):
            writer.write(frame_image(take, scene, person.hand, index, FPS, seed, most=2))


if __name__ == "__main__":
    sys.exit(main())
