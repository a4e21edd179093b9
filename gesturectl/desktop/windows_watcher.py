"""The focused app on Windows, by its window's process. Not run on Windows yet: nobody here has one."""

import ctypes
import importlib
import ntpath
import platform
from typing import Any

from gesturectl.desktop.asking_watcher import AskingWatcher
from gesturectl.desktop.base import NOTHING_TO_DO, UNKNOWN_APP, App, Unavailable

_QUERY_LIMITED = 0x1000
"""PROCESS_QUERY_LIMITED_INFORMATION: enough to learn a program's name, of programs run as administrator, too."""
_LONGEST = 32_768
"""Characters of the longest path Windows has."""
_TITLE = 512


class WindowsWindowWatcher(AskingWatcher):
    """Names the program file of the foreground window. Store apps all show up as ApplicationFrameHost.exe."""

    name = "windows"

    def __init__(self) -> None:
        super().__init__()
        self._user, self._kernel = _library("user32"), _library("kernel32")
        # Handles are pointers: without these, ctypes cuts them to 32 bits.
        self._user.GetForegroundWindow.restype = ctypes.c_void_p
        self._user.GetWindowThreadProcessId.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
        self._user.GetWindowTextW.argtypes = (ctypes.c_void_p, ctypes.c_wchar_p, ctypes.c_int)
        self._kernel.OpenProcess.argtypes = (ctypes.c_uint32, ctypes.c_int, ctypes.c_uint32)
        self._kernel.OpenProcess.restype = ctypes.c_void_p
        self._kernel.QueryFullProcessImageNameW.argtypes = (
            ctypes.c_void_p,
            ctypes.c_uint32,
            ctypes.c_wchar_p,
            ctypes.c_void_p,
        )
        self._kernel.CloseHandle.argtypes = (ctypes.c_void_p,)

    @classmethod
    def rank(cls) -> int | Unavailable:
        return 50 if platform.system() == "Windows" else Unavailable("this isn't Windows", NOTHING_TO_DO)

    def _look(self) -> App:
        window = self._user.GetForegroundWindow()
        if not window:  # between two windows, or the screen is locked
            return UNKNOWN_APP
        process = ctypes.c_uint32(0)
        self._user.GetWindowThreadProcessId(window, ctypes.byref(process))
        title = ctypes.create_unicode_buffer(_TITLE)
        self._user.GetWindowTextW(window, title, _TITLE)
        return App(exe=self._program(process.value), title=title.value)

    def _program(self, process: int) -> str:
        """The file name of a process; empty if Windows doesn't tell."""
        handle = self._kernel.OpenProcess(_QUERY_LIMITED, 0, process)
        if not handle:
            return ""
        try:
            path, length = ctypes.create_unicode_buffer(_LONGEST), ctypes.c_uint32(_LONGEST)
            found = self._kernel.QueryFullProcessImageNameW(handle, 0, path, ctypes.byref(length))
            return ntpath.basename(path.value) if found else ""
        finally:
            self._kernel.CloseHandle(handle)


def _library(name: str) -> Any:
    """One of Windows' own libraries; its type is unknown to other systems' type checks."""
    return importlib.import_module("ctypes").WinDLL(name)
