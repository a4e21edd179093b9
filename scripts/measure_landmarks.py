"""Measure the hand trackers on clips; the numbers of docs/landmarks.md come from here.

  python scripts/measure_landmarks.py CLIP...              time and cost, and agreement with MediaPipe, clip by clip
  python scripts/measure_landmarks.py --power balanced CLIP...   the same of another choice of power
  python scripts/measure_landmarks.py --scheduled CLIP...  hands and cost as the daemon sees them, on the schedule

Times are of the CPU, not the clock, on one thread. Start with OMP_NUM_THREADS=1 and `nice` on a machine in use.
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from gesturectl.landmarks import open_tracker
from gesturectl.landmarks.onnx_tracker import OnnxTracker
from gesturectl.landmarks.power import EFFORTS, Power
from gesturectl.landmarks.schedule import Schedule
from gesturectl.types import Frame


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path, metavar="CLIP")
    parser.add_argument("--scheduled", action="store_true", help="run our tracker on the schedule")
    parser.add_argument("--frames", type=int, default=300, help="at most so many frames of a clip (300)")
    parser.add_argument("--power", choices=sorted(EFFORTS), default="exact", help="what ours may cost (exact)")
    parser.add_argument("--compute", choices=("auto", "cpu", "gpu"), default="cpu", help="what runs our models (cpu)")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    start = time.perf_counter()
    tracker = OnnxTracker(args.compute, power=args.power)
    print(f"our tracker loaded in {time.perf_counter() - start:.2f} s and runs on {tracker.provider}")
    if args.scheduled:
        for clip in args.clips:
            scheduled(tracker, args.power, clip, args.frames)
        return
    costs(tracker, args.clips[0], args.frames)
    start = time.perf_counter()
    reference = open_tracker("mediapipe")
    print(f"MediaPipe loaded in {time.perf_counter() - start:.2f} s")
    for clip in args.clips:
        tracker.forget()
        reference.forget()
        agreement(tracker, reference, clip, args.frames)


def frames(clip: Path, most: int) -> Iterator[Frame]:
    """The frames of a clip, with its own times."""
    capture = cv2.VideoCapture(str(clip))
    fps = capture.get(cv2.CAP_PROP_FPS)
    for index in range(most):
        ok, image = capture.read()
        if not ok:
            break
        yield Frame(round(index * 1000 / fps), cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
    capture.release()


def costs(tracker: OnnxTracker, clip: Path, most: int) -> None:
    """The median time of one search and of following one hand, on a clip with one hand."""
    follows, searches = [], []
    for frame in frames(clip, most):
        start = time.process_time()
        one = tracker.track(frame, search=False).present.sum() == 1
        middle = time.process_time()
        tracker.track(frame, search=True)
        end = time.process_time()
        if one:
            follows.append(middle - start)
            searches.append((end - middle) - (middle - start))
    print(f"{clip.name}: following one hand {1000 * statistics.median(follows):.1f} ms a frame, ", end="")
    print(f"a search {1000 * statistics.median(searches):.1f} ms more")


def agreement(ours: object, theirs: object, clip: Path, most: int) -> None:
    """Hands seen by each, and the distance between the joints of hands that both saw."""
    pixels, counts, cpu = [], np.zeros(2, int), np.zeros(2)
    total = 0
    for frame in frames(clip, most):
        height, width = frame.image.shape[:2]
        found = []
        for index, tracker in enumerate((ours, theirs)):
            start = time.process_time()
            found.append(tracker.track(frame, search=True))  # type: ignore[attr-defined]
            cpu[index] += time.process_time() - start
            counts[index] += found[-1].present.any()
        total += 1
        for points in found[1].image_points[found[1].present]:
            others = found[0].image_points[found[0].present]
            if len(others):
                distances = np.linalg.norm((others - points)[:, :, :2] * (width, height), axis=2)
                pixels.append(distances[distances.mean(axis=1).argmin()])
    median, high = (np.median(pixels), np.percentile(pixels, 95)) if pixels else (np.nan, np.nan)
    shares, each = counts / total, 1000 * cpu / total
    print(
        f"{clip.stem:52.52} {width:4}×{height:<4} hand in {shares[0]:.3f} (MediaPipe {shares[1]:.3f}) of {total}; "
        f"{median:6.3f} px median, {high:6.2f} p95; {each[0]:.1f} ms a frame (MediaPipe {each[1]:.1f})",
        flush=True,
    )


def scheduled(tracker: OnnxTracker, power: Power, clip: Path, most: int) -> None:
    """Frames with a hand, runs and cost when the schedule decides."""
    tracker.forget()
    schedule = Schedule(tracker, EFFORTS[power])
    seen = total = 0
    start = time.process_time()
    for frame in frames(clip, most):
        total += 1
        if schedule.wants(frame.t_ms):
            seen += bool(schedule.process(frame).present.any())
    each = 1000 * (time.process_time() - start) / total
    counts = schedule.counts
    print(
        f"{clip.stem:52.52} hand in {seen / total:.3f} of {total} frames; looked at {counts.looked}, "
        f"searched {counts.searched}; {each:.1f} ms a frame, decoding included",
        flush=True,
    )


if __name__ == "__main__":
    main()
