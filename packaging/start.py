"""What the frozen program starts with."""

import sys


def main() -> None:
    """As our command line; or as Python's own `-m`, with which the program starts its other processes."""
    if sys.argv[1:2] == ["-m"] and sys.argv[2:3] and sys.argv[2].startswith("gesturectl."):
        import runpy

        module, sys.argv[1:] = sys.argv[2], sys.argv[3:]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return
    import multiprocessing

    multiprocessing.freeze_support()
    from gesturectl.cli import main as verbs

    sys.exit(verbs(sys.argv[1:] or ["run"]))


if __name__ == "__main__":
    main()
