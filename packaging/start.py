"""What the frozen program starts with."""

import multiprocessing
import sys

from gesturectl.cli import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main(sys.argv[1:] or ["run"]))
