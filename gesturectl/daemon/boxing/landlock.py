"""Linux' Landlock: from now on this thread, and those it starts, reach only these files.

Source: the kernel's documentation, userspace-api/landlock, and uapi/linux/landlock.h.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""System calls; the same on all architectures."""
_VERSION = 1
_PATH_BENEATH = 1
_SET_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_FOR_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_FS_BITS = {1: 13, 2: 14, 3: 15, 4: 15}
"""Rights about files that each version knows; from 5 on there are sixteen."""
_NET_TCP = 0b11
"""To bind and to connect."""
_SCOPED = 0b11
"""Abstract sockets and signals to outsiders."""


def version() -> int:
    """Which version of Landlock this kernel has; 0 for none."""
    libc = _libc()
    return max(0, int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))))


def no_new_privileges() -> None:
    """Programs started from here gain nothing by being setuid; both Landlock and seccomp ask for that. OSError."""
    _checked(_libc().prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def confine(read: Iterable[Path], devices: Iterable[Path], network: bool) -> None:
    """Let this thread only read what is beneath `read`, use devices beneath `devices`, and create nothing.

    Paths that don't exist are passed over. Without `network` there is no TCP either, as far as the kernel's version
    knows that. Call it before other threads are started: they keep their rights. Raises OSError.
    """
    known = version()
    handled = (1 << _FS_BITS.get(known, 16)) - 1
    attributes = struct.pack(
        "<QQQ", handled, 0 if network or known < 4 else _NET_TCP, _SCOPED if known >= 6 else 0
    )  # fmt: skip
    size = 8 if known < 4 else 16 if known < 6 else 24
    libc = _libc()
    ruleset = _checked(libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0)))
    try:
        for path in read:
            _allow(libc, ruleset, path, (_EXECUTE | _READ_FILE | _READ_DIR) & handled)
        for path in devices:
            _allow(libc, ruleset, path, (_READ_FILE | _READ_DIR | _WRITE_FILE | _IOCTL_DEV) & handled)
        no_new_privileges()
        _checked(libc.syscall(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0)))
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    try:
        folder = os.open(path, getattr(os, "O_PATH", os.O_RDONLY))
    except OSError:
        return
    try:
        if not path.is_dir():
            rights &= _FOR_FILES
        rule = struct.pack("<Qi", rights, folder)
        _checked(libc.syscall(_ADD_RULE, ctypes.c_int(ruleset), _PATH_BENEATH, rule, ctypes.c_uint32(0)))
    finally:
        os.close(folder)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(result)
