"""Linux' seccomp: system calls that watching never needs fail from now on with "not permitted".

Source: the kernel's documentation, userspace-api/seccomp_filter; numbers from the tables of each architecture.
"""

import ctypes
import os
import platform
import struct

from gesturectl.daemon.boxing.landlock import no_new_privileges

_GET_SECCOMP, _SET_SECCOMP, _FILTER = 21, 22, 2
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_EPERM, _ENOSYS = 1, 38
_LOAD, _EQUAL, _AT_LEAST, _BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
"""Instructions of the filter language: load a word, jump if equal, if not less, if any bit is set; return."""
_NUMBER_AT, _ARCH_AT, _ARGUMENT_AT = 0, 4, 16
"""Where in `struct seccomp_data` things are (low words; both architectures are little-endian)."""
_CLONE_THREAD = 0x10000
_TYPE_INTO_TERMINAL = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX: a terminal takes what they write for typed."""
_AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK = 1, 2, 10, 16

_X86_64 = {
    "fork": 57, "vfork": 58, "execve": 59, "execveat": 322, "clone": 56, "clone3": 435, "ptrace": 101,
    "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "pidfd_getfd": 438, "process_madvise": 440,
    "kill": 62, "tkill": 200, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297, "pidfd_send_signal": 424,
    "chmod": 90, "fchmod": 91, "fchmodat": 268, "fchmodat2": 452, "chown": 92, "fchown": 93, "lchown": 94,
    "fchownat": 260, "utime": 132, "utimes": 235, "futimesat": 261, "utimensat": 280, "setxattr": 188,
    "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199,
    "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "unshare": 272, "setns": 308, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "mount_setattr": 442,
    "open_by_handle_at": 304, "init_module": 175, "finit_module": 313, "delete_module": 176, "kexec_load": 246,
    "kexec_file_load": 320, "reboot": 169, "swapon": 167, "swapoff": 168, "acct": 163, "quotactl": 179,
    "settimeofday": 164, "clock_settime": 227, "adjtimex": 159, "clock_adjtime": 305, "sethostname": 170,
    "setdomainname": 171, "iopl": 172, "ioperm": 173, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323,
    "keyctl": 250, "add_key": 248, "request_key": 249, "io_uring_setup": 425, "io_uring_enter": 426,
    "io_uring_register": 427, "socket": 41, "bind": 49, "listen": 50, "ioctl": 16,
}  # fmt: skip
_AARCH64 = {
    "execve": 221, "execveat": 281, "clone": 220, "clone3": 435, "ptrace": 117,
    "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "pidfd_getfd": 438, "process_madvise": 440,
    "kill": 129, "tkill": 130, "rt_sigqueueinfo": 138, "rt_tgsigqueueinfo": 240, "pidfd_send_signal": 424,
    "fchmod": 52, "fchmodat": 53, "fchmodat2": 452, "fchownat": 54, "fchown": 55, "utimensat": 88, "setxattr": 5,
    "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16,
    "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51, "unshare": 97, "setns": 268, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "mount_setattr": 442,
    "open_by_handle_at": 265, "init_module": 105, "finit_module": 273, "delete_module": 106, "kexec_load": 104,
    "kexec_file_load": 294, "reboot": 142, "swapon": 224, "swapoff": 225, "acct": 89, "quotactl": 60,
    "settimeofday": 170, "clock_settime": 112, "adjtimex": 171, "clock_adjtime": 266, "sethostname": 161,
    "setdomainname": 162, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282,
    "keyctl": 219, "add_key": 217, "request_key": 218, "io_uring_setup": 425, "io_uring_enter": 426,
    "io_uring_register": 427, "socket": 198, "bind": 200, "listen": 201, "ioctl": 29,
}  # fmt: skip
_ARCHITECTURES = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _AARCH64)}
_LOOKED_INTO = ("clone", "clone3", "socket", "ioctl")
"""Calls of which some uses are needed."""


def available() -> bool:
    """Whether this kernel takes filters, and we know its machine's numbers."""
    if platform.machine() not in _ARCHITECTURES:
        return False
    return int(ctypes.CDLL(None, use_errno=True).prctl(_GET_SECCOMP, 0, 0, 0, 0)) >= 0


def forbid(network: bool) -> None:
    """No new process, no signal to others, no other rights for files, no socket (but to the camera of a `network`).

    Holds for this thread and those it starts. Raises OSError.
    """
    program = b"".join(_program(network))
    buffer = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("@HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    no_new_privileges()
    if ctypes.CDLL(None, use_errno=True).prctl(_SET_SECCOMP, _FILTER, described, 0, 0) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _program(network: bool) -> list[bytes]:
    """The filter, an instruction of eight bytes each."""
    architecture, numbers = _ARCHITECTURES[platform.machine()]
    denied = sorted(number for name, number in numbers.items() if name not in _LOOKED_INTO)
    lines = [
        _line(_LOAD, _ARCH_AT),
        _line(_EQUAL, architecture, 1, 0),
        _line(_RETURN, _KILL),
        _line(_LOAD, _NUMBER_AT),
        _line(_AT_LEAST, 0x40000000, 0, 1),  # x86-64's calls with short pointers have numbers of their own
        _line(_RETURN, _ERRNO | _EPERM),
    ]
    for place, number in enumerate(denied):
        lines.append(_line(_EQUAL, number, len(denied) - 1 - place, int(place == len(denied) - 1)))
    lines.append(_line(_RETURN, _ERRNO | _EPERM))
    lines += [_line(_EQUAL, numbers["clone3"], 0, 1), _line(_RETURN, _ERRNO | _ENOSYS)]  # glibc then calls clone
    lines += [
        _line(_EQUAL, numbers["clone"], 0, 4),
        _line(_LOAD, _ARGUMENT_AT),
        _line(_BITS, _CLONE_THREAD, 1, 0),
        _line(_RETURN, _ERRNO | _EPERM),
        _line(_RETURN, _ALLOW),
    ]
    domains = (_AF_INET, _AF_INET6, _AF_NETLINK) if network else ()
    lines += [
        _line(_EQUAL, numbers["socket"], 0, len(domains) + 3 if domains else 2),
        _line(_LOAD, _ARGUMENT_AT),
        *(_line(_EQUAL, domain, len(domains) - place, 0) for place, domain in enumerate(domains)),
        _line(_RETURN, _ERRNO | _EPERM),
        *([_line(_RETURN, _ALLOW)] if domains else []),
    ]
    lines += [
        _line(_EQUAL, numbers["ioctl"], 0, len(_TYPE_INTO_TERMINAL) + 3),
        _line(_LOAD, _ARGUMENT_AT + 8),
        *(
            _line(_EQUAL, request, len(_TYPE_INTO_TERMINAL) - place, 0)
            for place, request in enumerate(_TYPE_INTO_TERMINAL)
        ),
        _line(_RETURN, _ALLOW),
        _line(_RETURN, _ERRNO | _EPERM),
    ]
    return [*lines, _line(_RETURN, _ALLOW)]


def _line(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)
