"""Fuzz one of the targets in tests/fuzz, guided by coverage, and say what came of it.

    python scripts/fuzz.py control --seconds 300
    python scripts/fuzz.py --list

Needs atheris (a wheel for x86-64 Linux; in the extra "dev"). Ends with 1 at the first input that makes the program
raise what it doesn't promise, crash or hang; that input is kept, and `--try FILE` gives it to the target again.
"""

import argparse
import importlib
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_MEASURED = re.compile(r"^#(\d+)\s.*\bcov: (\d+) ft: (\d+) corp: (\d+)", re.MULTILINE)
_INSTRUMENTED = ["gesturectl", "tomllib", "zipfile", "json", "numpy.lib"]
"""Ours, and what reads the bytes for us. Python only: what is native is run, but doesn't guide."""


def main() -> int:
    """Fuzz, in a process of its own: the fuzzer ends it as it likes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", nargs="?", help="what to fuzz (see --list)")
    parser.add_argument("--seconds", type=int, default=60, help="how long (default: %(default)s)")
    parser.add_argument("--corpus", type=Path, help="keep what was found interesting here, and go on from it")
    parser.add_argument(
        "--crashes", type=Path, default=Path(), help="where to keep an input that fails (default: here)"
    )
    parser.add_argument("--try", dest="again", type=Path, metavar="FILE", help="give this to the target, once")
    parser.add_argument("--list", action="store_true", help="list the targets")
    parser.add_argument("--within", action="store_true", help=argparse.SUPPRESS)
    args, rest = parser.parse_known_args()
    sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "fuzz")]
    if args.within:
        return _fuzz(args.target, rest)
    targets = importlib.import_module("targets").TARGETS
    if args.list or args.target not in targets:
        print("\n".join(targets))
        return 0 if args.list else 2
    if args.again is not None:
        targets[args.target].make()(args.again.read_bytes())
        print("fine")
        return 0
    return _watch(args, targets[args.target])


def _watch(args: argparse.Namespace, target) -> int:
    memory = importlib.import_module("fuzzing").MEMORY
    with tempfile.TemporaryDirectory(prefix="gesturectl-fuzz-", dir=memory) as folder:
        corpus = args.corpus or Path(folder) / "corpus"
        corpus.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(target.seeds()):
            (corpus / f"seed-{number}").write_bytes(seed)
        words = Path(folder) / "words.txt"
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words))
        args.crashes.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable, __file__, "--within", args.target, str(corpus), f"-max_total_time={args.seconds}",
            f"-max_len={target.longest}", f"-dict={words}", f"-artifact_prefix={args.crashes}/{args.target}-",
            "-timeout=20", "-rss_limit_mb=4096", "-print_final_stats=1",
        ]  # fmt: skip
        started_s = time.monotonic()
        environment = {**os.environ, "FUZZ_SCRATCH": folder}
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, env=environment)
        output = done.stdout.decode("utf-8", "replace")
    measured = _MEASURED.findall(output)
    if not measured:
        print(output[-4000:])
        return 1
    executions, edges, features, inputs = measured[-1]
    crashed = done.returncode != 0
    print(
        f"{args.target}: {int(executions):,} executions in {time.monotonic() - started_s:.0f} s, {edges} edges, "
        f"{features} features, {inputs} inputs kept, {'a CRASH' if crashed else 'no crash'}"
    )
    if crashed:
        print(output[-6000:])
    return int(crashed)


def _fuzz(name: str, options: list[str]) -> int:
    import atheris

    with atheris.instrument_imports(include=_INSTRUMENTED):
        target = importlib.import_module("targets").TARGETS[name]
        attempt = target.make()

    atheris.Setup([sys.argv[0], *options], attempt)
    atheris.Fuzz()
    return 0


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


if __name__ == "__main__":
    sys.exit(main())
