"""What the program makes of a folder of clips: one row a clip, as a Markdown table.

    python scripts/clip_table.py FOLDER [--mirrored] [--expect FILE]

Each clip goes through `gesturectl run --dry-run --json --fast`, every frame, as a person would run it. With `--expect`,
a TOML file of `clip = ["gesture", ...]` (in the order in which they are made) says what each clip shows.
"""

import argparse
import json
import subprocess
import sys
import tomllib
from pathlib import Path


def main() -> None:
    """Print the table, and under it the sums over the clips with known content."""
    parser = argparse.ArgumentParser(description="What the program makes of a folder of clips.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--expect", type=Path, help="TOML file that says what each clip shows")
    parser.add_argument("--mirrored", action="store_true", help="the clips are mirrored, as selfie views are")
    args = parser.parse_args()
    expected = tomllib.loads(args.expect.read_text()) if args.expect else {}
    print("| clip | seconds | shows | recognised (at second) | right | wrong or extra |")
    print("|---|---|---|---|---|---|")
    shown = right = extra = 0
    for clip in sorted(args.folder.glob("*.mp4")):
        events, seconds = recognised(clip, args.mirrored)
        wanted = expected.get(clip.stem)
        hits = in_order(wanted or [], [gesture for gesture, _ in events])
        if wanted is not None:
            shown, right, extra = shown + len(wanted), right + hits, extra + len(events) - hits
        cells = [
            clip.stem,
            f"{seconds:.1f}",
            "?" if wanted is None else ", ".join(wanted) or "nothing",
            ", ".join(f"{gesture} ({t_ms / 1000:.1f})" for gesture, t_ms in events) or "nothing",
            "" if wanted is None else f"{hits} of {len(wanted)}",
            "" if wanted is None else str(len(events) - hits),
        ]
        print("| " + " | ".join(cells) + " |", flush=True)
    print(f"\n{right} of {shown} gestures right, {extra} wrong or extra, in the clips whose content is known.")


def recognised(clip: Path, mirrored: bool) -> tuple[list[tuple[str, int]], float]:
    """Each gesture that began in `clip` with its time in ms, and the length of the clip in seconds."""
    words = [sys.executable, "-m", "gesturectl.cli", "run", "--source", str(clip), "--dry-run", "--json", "--fast"]
    done = subprocess.run(words + ["--mirrored"] * mirrored, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    events = [(line["gesture"], line["t_ms"]) for line in lines if line["type"] == "event" and line["phase"] == "begin"]
    return events, lines[-1]["seconds"]


def in_order(wanted: list[str], events: list[str]) -> int:
    """Length of the longest common subsequence: how many of the wanted gestures were recognised, in order."""
    best = [0] * (len(events) + 1)
    for gesture in wanted:
        row = [0]
        for j, event in enumerate(events):
            row.append(best[j] + 1 if event == gesture else max(row[j], best[j + 1]))
        best = row
    return best[-1]


if __name__ == "__main__":
    main()
