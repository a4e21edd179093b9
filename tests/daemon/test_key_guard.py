"""A killed process leaves no key down where the desktop wouldn't see to it: the guard does."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from eventually import eventually
from guarded_holder import FileInjector
from virtual_display import buttons_down, keys_down

from gesturectl.daemon.key_guard import KeyGuard, guarded
from gesturectl.desktop.base import Down
from gesturectl.desktop.testing import RecordingInjector

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")

HERE = Path(__file__).parent


@pytest.fixture
def let_go(tmp_path, monkeypatch):
    """Where a guard writes what it let go."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("LET_GO", str(tmp_path / "let_go"))
    return tmp_path / "let_go"


@pytest.fixture
def holder(request, let_go):
    """A process that holds keys, and what it says to each command: its guard's process."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / "guarded_holder.py"), getattr(request, "param", "file")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip

    def do(command):
        process.stdin.write(command + "\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    do.process = process
    yield do
    process.kill()
    process.communicate()


@pytest.fixture
def guard(let_go):
    """A guard of this very process."""
    one = KeyGuard(FileInjector)
    yield one
    if one.pid is not None:
        os.kill(one.pid, signal.SIGKILL)


def has_ended(pid):
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


def test_what_a_killed_process_held_is_released_and_the_guard_ends(holder, let_go):
    pid = holder("held.press(('ctrl', 'shift'))")
    holder.process.kill()
    assert eventually(let_go.exists)
    assert let_go.read_text() == "Down(keys=('ctrl', 'shift'), buttons=())"
    assert eventually(lambda: has_ended(pid))


@pytest.mark.display
@pytest.mark.parametrize("holder", ["x11"], indirect=True)
def test_a_killed_process_leaves_no_key_and_no_button_down_on_x11(x, open_window, holder):
    window = open_window("Editor")
    holder("held.press(('ctrl', 'right')), held.press_button('left')")
    assert len(window.pressed(3)) == 3
    assert (keys_down(x), buttons_down(x)) == (2, 1)
    holder.process.kill()
    assert eventually(lambda: (keys_down(x), buttons_down(x)) == (0, 0))
    ups = window.pressed(3)
    assert [one.down or one.synthetic for one in ups] == [False] * 3


@pytest.mark.display
@pytest.mark.parametrize("holder", ["x11"], indirect=True)
def test_nothing_is_left_down_either_if_its_guard_was_killed_before(x, holder):
    pid = holder("held.press(('ctrl',))")
    os.kill(int(pid), signal.SIGKILL)
    assert eventually(lambda: has_ended(pid))
    holder("held.press(('shift',))")
    assert keys_down(x) == 2
    holder.process.kill()
    assert eventually(lambda: keys_down(x) == 0)


def test_killed_while_the_guard_still_starts(holder, let_go):
    holder("held.press(('ctrl',)), os.kill(os.getpid(), 9)")
    assert eventually(let_go.exists)


def test_a_process_that_let_go_itself_leaves_nothing_to_do(holder, let_go):
    holder("held.press(('ctrl',))")
    pid = holder("held.release(('ctrl',))")
    holder.process.kill()
    assert eventually(lambda: has_ended(pid))
    assert not let_go.exists()


def test_there_is_no_guard_until_something_is_held(holder):
    assert holder("held.release(('ctrl',))") == "None"
    assert holder("held.press(('ctrl',))") != "None"


def test_where_the_desktop_releases_keys_by_itself_there_is_none():
    asked = []

    class Wayland(RecordingInjector):
        def tell_holds(self, tell):
            asked.append(tell)

    guarded(Wayland())
    assert asked == []


def test_a_killed_guard_is_started_again_with_everything_that_is_held(holder, let_go):
    first = holder("held.press(('ctrl',))")
    os.kill(int(first), signal.SIGKILL)
    assert eventually(lambda: has_ended(first))
    second = holder("held.press(('shift',))")
    assert second != first
    holder.process.kill()
    assert eventually(let_go.exists)
    assert "shift" in let_go.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_what_ends_the_daemon_doesn_t_end_its_guard(number, guard):
    guard.tell(Down(("ctrl",)))
    pid = guard.pid
    assert os.getsid(pid) == pid, "Ctrl-C reaches the terminal's group only"
    ignored = 1 << (number - 1)
    assert eventually(lambda: int(Path(f"/proc/{pid}/status").read_text().split("SigIgn:\t")[1][:16], 16) & ignored)
    os.kill(pid, number)
    guard.tell(Down(("shift",)))
    assert guard.pid == pid
    assert not has_ended(pid)


def test_a_guard_that_hangs_holds_nobody_up(guard):
    guard.tell(Down(("ctrl",)))
    first = guard.pid
    os.kill(first, signal.SIGSTOP)
    for _ in range(40):  # a pipe takes 64 KiB
        guard.tell(Down(("x" * 2000,)))
    assert guard.pid != first
    assert has_ended(first)


def test_without_a_guard_keys_work_all_the_same(guard, monkeypatch, caplog):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    lone = KeyGuard(FileInjector)
    lone.tell(Down(("ctrl",)))
    lone.tell(Down(("shift",)))
    assert lone.pid is None
    assert caplog.text.count("no guard of held keys can be started") == 1


def test_the_frozen_program_starts_it_as_python_does(let_go):
    start = HERE.parents[1] / "packaging" / "start.py"
    words = ["-m", "gesturectl.daemon.guard", "guarded_holder", "FileInjector"]
    subprocess.run([sys.executable, str(start), *words], input=b"kctrl\tbleft\nkc", check=True)
    assert let_go.read_text() == "Down(keys=('ctrl',), buttons=('left',))", "and half a line counts for nothing"
