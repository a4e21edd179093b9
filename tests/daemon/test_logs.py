"""The log."""

import logging
import stat
import subprocess
import sys
import threading

import pytest

from gesturectl.daemon import logs


@pytest.fixture(autouse=True)
def quiet_afterwards():
    root, hook = logging.getLogger("gesturectl"), threading.excepthook
    yield
    logs.stop_log()
    root.propagate = True
    threading.excepthook = hook


def test_it_is_small_and_private(tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "_BYTES", 2000)
    path = logs.start_log(tmp_path / "state")
    for number in range(200):
        logging.getLogger("gesturectl.x").info("line %d", number)
    files = sorted(path.parent.iterdir())
    assert len(files) == 3
    assert all(file.stat().st_size <= 2000 for file in files)
    if sys.platform != "win32":
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_warnings_are_shown_in_one_line_and_kept_with_their_traceback(tmp_path, capsys):
    path = logs.start_log(tmp_path)
    try:
        raise ValueError("inner")
    except ValueError:
        logging.getLogger("gesturectl.x").exception("it failed")
    assert capsys.readouterr().err == "gesturectl: it failed\n"
    assert "ValueError: inner" in path.read_text()


def test_without_a_log_a_surprise_is_a_line_on_the_terminal():
    code = "from gesturectl.daemon import logs, stage; logs.tell_console(); stage.attempt('it', lambda: 1 / 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "gesturectl: it failed\n"


def test_a_folder_that_can_t_be_written_costs_only_the_log(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert logs.start_log(tmp_path / "file" / "sub") is None
    assert "no log is kept" in capsys.readouterr().err


def test_a_thread_that_dies_leaves_a_trace(tmp_path):
    path = logs.start_log(tmp_path)

    def die():
        raise RuntimeError("gone")

    thread = threading.Thread(target=die, name="worker")
    thread.start()
    thread.join()
    assert "worker died" in path.read_text()


def test_hostile_words_neither_move_a_terminal_s_cursor_nor_make_entries_of_their_own(tmp_path, capsys):
    path = logs.start_log(tmp_path)
    title = "evil\x1b]0;title\x07\n2026-11-26 00:00:00,000 INFO    gesturectl.engine: all is well\r\x9b2J"
    logging.getLogger("gesturectl.x").warning("the app is %s", title)
    try:
        raise ValueError(title)
    except ValueError:
        logging.getLogger("gesturectl.x").exception("it failed")
    for text in (path.read_text(), capsys.readouterr().err):
        assert all(letter.isprintable() or letter == "\n" for letter in text)
    lines = path.read_text().splitlines()
    assert sum(not line.startswith(" ") for line in lines) == 2
