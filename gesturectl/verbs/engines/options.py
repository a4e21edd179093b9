"""The words on a command line that choose an engine."""

import argparse
import os
from contextlib import AbstractContextManager, nullcontext

from gesturectl.verbs.engines.base import Engine, in_turn
from gesturectl.verbs.engines.local import in_processes
from gesturectl.verbs.engines.on_ray import LOCAL, on_ray

_MOST_JOBS = 256


def add_engine_arguments(parser: argparse.ArgumentParser, what: str) -> None:
    """Describe --jobs and --ray for a verb whose tasks do `what`."""
    parser.add_argument("--jobs", type=_jobs, default=max(1, (os.cpu_count() or 2) - 1), metavar="N",
                        help=f"processes that {what} (default: one less than there are cores)")  # fmt: skip
    parser.add_argument("--ray", metavar="ADDRESS", help=f"a Ray cluster that does it instead: HOST:PORT on one of its "
                        f"machines, ray://HOST:10001 from elsewhere; “{LOCAL}” starts one here, of --jobs processes "
                        "(needs pip install 'gesturectl[ray]')")  # fmt: skip


def engine_of(args: argparse.Namespace, gpus: int = 0) -> AbstractContextManager[Engine]:
    """The engine that `args` ask for, with `gpus` GPUs for each task on Ray. Raises UsageError."""
    if args.ray is not None:
        return on_ray(args.ray, args.jobs, gpus)
    return nullcontext(in_turn if args.jobs == 1 else in_processes(args.jobs))


def _jobs(text: str) -> int:
    jobs = int(text)
    if not 1 <= jobs <= _MOST_JOBS:
        raise argparse.ArgumentTypeError(f"between 1 and {_MOST_JOBS} processes")
    return jobs
