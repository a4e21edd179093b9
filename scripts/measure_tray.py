"""What the tray costs over none: `dbus-run-session -- python scripts/measure_tray.py` (Linux).

Starts the daemon several times without and with the tray, in front of a panel that only registers it, and compares the
memory that belongs to the process alone (USS) and its processor time over some seconds at rest.
"""

import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from gesturectl.desktop.dbus import Bus

TIMES, SETTLE_S, WATCH_S = 5, 12.0, 10.0
WATCHER = "org.kde.StatusNotifierWatcher"


def main() -> None:
    """Measure and print."""
    from dbus_fast import Message, MessageType

    bus = Bus()
    bus.own(WATCHER)
    registered: list[str] = []

    def answer(message: Message) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL or message.member != "RegisterStatusNotifierItem":
            return None
        registered.append(message.body[0])
        return Message.new_method_return(message)

    bus.answer(answer)
    without = [_cost(bus, ["--no-tray"]) for _ in range(TIMES)]
    before = len(registered)
    with_tray = [_cost(bus, []) for _ in range(TIMES)]
    assert (before, len(registered)) == (0, TIMES), "the tray wasn't shown"
    bus.close()
    for name, costs in (("without", without), ("with", with_tray)):
        megabytes, milliseconds = zip(*costs, strict=True)
        spread = f"({min(megabytes):.1f} to {max(megabytes):.1f})"
        print(f"{name:<8} {median(megabytes):6.1f} MB {spread:<17} {median(milliseconds):5.1f} ms of CPU a second")
    print(f"the tray {median(mb for mb, _ in with_tray) - median(mb for mb, _ in without):6.1f} MB")


def _cost(bus: Bus, options: list[str]) -> tuple[float, float]:
    """Megabytes of its own, and milliseconds of processor time a second."""
    command = [sys.executable, "-m", "gesturectl.cli", "run", "--dry-run", *options]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        bus.wait(SETTLE_S)
        before_s = _cpu_s(process.pid)
        bus.wait(WATCH_S)
        return _own_mb(process.pid), (_cpu_s(process.pid) - before_s) * 1000 / WATCH_S
    finally:
        process.terminate()
        process.wait(10)


def _own_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
