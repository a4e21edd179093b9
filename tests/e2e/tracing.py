"""What a program, and everything it starts, does with the network and with files: strace's record of it, read."""

import ipaddress
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_CALLS = (
    "socket,socketpair,connect,bind,accept,accept4,sendto,sendmsg,sendmmsg,write,writev,pwrite64,creat,open,openat,openat2,mkdir,mkdirat,mknod,mknodat,rename,renameat,renameat2,"
    "link,linkat,symlink,symlinkat,memfd_create,io_uring_setup"
)
_SHOWN_BYTES = 40_000
"""Of what is sent or written: more than the first sixteen rows of a picture of 640 pixels a row."""

_LINE = re.compile(
    r"^(?P<at>\d+\.\d+) (?P<name>\w+)\((?P<words>.*?)(?:\)\s+= (?P<result>\S.*)| <unfinished \.\.\.>.*)$"
)
_ADDRESS = re.compile(
    r"sin_port=htons\((?P<port>\d+)\), sin_addr=inet_addr\(\"(?P<v4>[^\"]+)\"\)"
    r"|sin6_port=htons\((?P<port6>\d+)\).*?inet_pton\(AF_INET6, \"(?P<v6>[^\"]+)\""
)
_WITH_ADDRESS = {"connect", "bind", "sendto", "sendmsg", "sendmmsg", "accept", "accept4"}
_LOCAL_FAMILIES = ("AF_UNIX", "AF_NETLINK", "AF_INET", "AF_INET6")
_NAME_PORTS = (53, 137, 853, 5353, 5355)
"""DNS, NetBIOS, DNS over TLS, mDNS, LLMNR."""
_NAME_SERVICES = ("/systemd/resolve/", "/avahi-daemon/", "/sss/pipes/")
_NSCD = "/nscd/socket"
"""It is asked for users, too; where it isn't there, as nearly everywhere, a host's name goes on to `_NAME_FILES`."""
_NAME_FILES = ("/etc/resolv.conf", "/etc/hosts", "/etc/gai.conf", "/etc/host.conf")
"""What the C library reads before it looks up a host's name, even "localhost", and c-ares when it gets ready to."""

_OPENS = ("open", "openat", "openat2")
_WRITES = ("write", "writev", "pwrite64", "sendto", "sendmsg", "sendmmsg")
_CHANGES = {
    "mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat",
    "creat",
}  # fmt: skip


def why_not() -> str:
    """Why nothing can be traced here; empty if it can."""
    if sys.platform != "linux":
        return "strace is Linux's"
    if shutil.which("strace") is None:
        return "strace isn't installed"
    tried = subprocess.run(
        ["strace", "-f", "--seccomp-bpf", "-o", os.devnull, "true"], capture_output=True, text=True, check=False
    )
    return f"strace isn't allowed here: {tried.stderr.strip()}" if tried.returncode else ""


def traced(folder: Path) -> list[str]:
    """What to put before a command to have it traced into the new `folder`, with all that it starts."""
    folder.mkdir()
    return [
        "strace", "-ff", "--seccomp-bpf", "-qq", "-y", "-x", "-ttt", "-s", str(_SHOWN_BYTES), "-e", "signal=none",
        "-e", f"trace={_CALLS}", "-o", str(folder / "of"),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One system call."""

    process: str
    at_s: float
    """By the wall clock."""
    name: str
    words: str
    """Its arguments, as strace writes them."""
    result: str
    """What it gave, with the name of an error or the path of a descriptor; empty if that isn't known."""

    @property
    def failed(self) -> bool:
        """Whether it did nothing."""
        return self.result.startswith("-1")

    def __str__(self) -> str:
        return f"[{self.process}] {self.name}({self.words[:300]}) = {self.result}"


class Trace:
    """The record of one command."""

    def __init__(self, calls: list[Call]) -> None:
        self.calls = calls

    @classmethod
    def read(cls, folder: Path) -> Self:
        """What was traced into `folder`."""
        calls = [call for path in sorted(folder.glob("of.*")) for call in _calls(path)]
        assert calls, "nothing was traced"
        return cls(sorted(calls, key=lambda call: call.at_s))

    def leaks(self) -> list[str]:
        """Everything that goes beyond this machine, or asks a name service; tried is as bad as done."""
        return [f"{why}: {call}" for call in self.calls if (why := _leak(call))]

    def names_sought(self) -> list[str]:
        """Where the C library was asked for the address of a host, though it may have known the answer itself."""
        return [
            str(call) for call in self.calls if call.name in _OPENS and any(f'"{n}"' in call.words for n in _NAME_FILES)
        ]

    def written(self) -> set[str]:
        """The paths of everything that was made, renamed to, or opened for writing; nothing that failed."""
        return {path for call in self.calls if not call.failed for path in _written(call)}

    def given(self) -> Iterator[tuple[Call, bytes]]:
        """What went into sockets, pipes and files, piece by piece."""
        for call in self.calls:
            if call.name in _WRITES:
                for text in _strings(call.words):
                    yield call, _content(text)


def _calls(path: Path) -> Iterator[Call]:
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        if found := _LINE.match(line):
            yield Call(path.suffix[1:], float(found["at"]), found["name"], found["words"], found["result"] or "")


def _leak(call: Call) -> str:
    if call.name == "io_uring_setup" and not call.failed:
        return "what an io_uring does can't be seen"
    if call.name == "socket":
        family = call.words.partition(",")[0]
        if family not in _LOCAL_FAMILIES:
            return "a socket of another kind"
        return "a raw socket" if "SOCK_RAW" in call.words and family != "AF_NETLINK" else ""
    if call.name not in _WITH_ADDRESS:
        return ""
    if any(name in call.words for name in _NAME_SERVICES) or (_NSCD in call.words and not call.failed):
        return "a name service is asked"
    for found in _ADDRESS.finditer(call.words):
        if int(found["port"] or found["port6"]) in _NAME_PORTS:
            return "a name is looked up"
        if not _is_loopback(found["v4"] or found["v6"]):
            return "the network"
    return ""


def _is_loopback(text: str) -> bool:
    address = ipaddress.ip_address(text)
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _written(call: Call) -> Iterator[str]:
    if call.name in _OPENS and re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE", call.words):
        yield re.sub(r"^\d+<(.*)>.*$", r"\1", call.result)
    elif call.name == "memfd_create":
        yield f"memfd:{_strings(call.words)[0]}"
    elif call.name == "bind" and "AF_UNIX" in call.words:
        yield from _strings(call.words)
    elif call.name in _CHANGES:
        folders = re.findall(r"(?:AT_FDCWD|\d+)<([^>]*)>", call.words)
        yield str(Path(folders[-1] if folders else "") / _strings(call.words)[-1])


def _strings(words: str) -> list[str]:
    return re.findall(r'"((?:[^"\\]|\\.)*)"', words)


def _content(text: str) -> bytes:
    """What strace shows as text, or all in hexadecimal if any of it is no text."""
    return bytes.fromhex(text.replace("\\x", "")) if text.startswith("\\x") else text.encode()
