"""Kills a process at every step of what it writes, and lets the disk fail at every byte.

A step is a system call that changes files, as the kernel sees it (ptrace), so nothing is left out that a library does.
The process is a fork of the test's own: it costs milliseconds.
"""

import ctypes
import errno
import os
import signal
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

_TRACEME, _SYSCALL, _SETOPTIONS, _SYSCALL_INFO = 0, 24, 0x4200, 0x420E
_EXITKILL, _TRACESYSGOOD = 0x100000, 1
_ENTRY = 1
_WRITES = 0o3 | 0o100
"""O_WRONLY, O_RDWR, O_CREAT."""
_CHANGES = {
    0xC000003E: {1, 18, 20, 74, 75, 77, 82, 83, 84, 85, 87, 90, 91, 257, 258, 263, 264, 268, 316},  # x86-64
    0xC00000B7: {34, 35, 38, 46, 52, 53, 56, 64, 66, 68, 82, 83, 276},  # 64-bit ARM
}
"""By AUDIT_ARCH: write, pwrite64, writev, fsync, fdatasync, ftruncate, rename*, mkdir*, rmdir, creat, unlink*, chmods,
and openat."""
_OPENAT = {0xC000003E: 257, 0xC00000B7: 56}


def killed_at_every_step(write: Callable[[], object], restore: Callable[[], None], check: Callable[[str], None]) -> int:
    """Run `write` in processes that are killed before each step, and after the last; `restore` before each one.

    `check` hears where the process was killed, to look at what is left. Returns how many steps there are.
    """
    if not _can_trace():
        pytest.skip("processes can't be traced here")
    step = 0
    while True:
        restore()
        ended = _killed_before(step, write)
        check(f"killed before step {step}" if not ended else "not killed")
        if ended:
            return step
        step += 1


@contextmanager
def disk_full_after(size: int) -> Iterator[None]:
    """Within, no file can grow beyond `size` bytes: writing fails halfway, in the kernel."""
    import resource  # not on Windows

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heard)


def _killed_before(step: int, write: Callable[[], object]) -> bool:
    """Run `write` in a fork up to its step number `step`; whether it ended before that."""
    pid = os.fork()
    if pid == 0:
        _child(write)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSTOPPED(status)
    _ptrace(_SETOPTIONS, pid, 0, ctypes.c_void_p(_TRACESYSGOOD | _EXITKILL))
    passed = 0
    while True:
        _ptrace(_SYSCALL, pid, 0, None)
        _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0, "what was to be written failed by itself"
            return True
        assert os.WIFSTOPPED(status), status
        if os.WSTOPSIG(status) == signal.SIGTRAP | 0x80 and _is_step(pid):
            if passed == step:
                os.kill(pid, signal.SIGKILL)  # the call it is about to make isn't made
                os.waitpid(pid, 0)
                return False
            passed += 1


def _child(write: Callable[[], object]) -> None:
    code = 1
    try:
        _LIBC.ptrace(_TRACEME, 0, None, None)
        os.kill(os.getpid(), signal.SIGSTOP)
        write()
        code = 0
    finally:
        os._exit(code)


def _is_step(pid: int) -> bool:
    """Whether the process is about to change files."""
    told = ctypes.create_string_buffer(128)
    size = _LIBC.ptrace(_SYSCALL_INFO, pid, ctypes.c_void_p(len(told)), told)
    assert size > 0, os.strerror(ctypes.get_errno())
    kind, arch = struct.unpack_from("=B3xI", told.raw)
    if kind != _ENTRY:
        return False
    number, _, _, flags = struct.unpack_from("=4Q", told.raw, 24)
    if number == _OPENAT[arch]:
        return bool(flags & _WRITES)
    return number in _CHANGES[arch]


def _ptrace(request: int, pid: int, address: int, data: object) -> None:
    if _LIBC.ptrace(request, pid, ctypes.c_void_p(address), data) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _can_trace() -> bool:
    if sys.platform != "linux" or os.uname().machine not in ("x86_64", "aarch64"):
        return False
    try:
        return _killed_before(0, lambda: None)
    except OSError as error:
        assert error.errno in (errno.EPERM, errno.EIO, errno.ENOSYS)
        return False


_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_LIBC.ptrace.restype = ctypes.c_long
