"""Starting at login."""

import configparser
import json
import plistlib
import shutil
import subprocess
import sys
from types import ModuleType, SimpleNamespace

import pytest

from gesturectl.cli import main
from gesturectl.desktop.autostart import choose_autostart
from gesturectl.desktop.autostart.base import start_command
from gesturectl.desktop.autostart.launchd import LaunchAgent, agent_plist
from gesturectl.desktop.autostart.systemd import SystemdUnit, unit_text
from gesturectl.desktop.autostart.windows_run import KEY, VALUE, WindowsRunKey
from gesturectl.desktop.autostart.xdg import XdgAutostart, entry_text

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux's means")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


@pytest.fixture
def systemctl(tmp_path, monkeypatch):
    """A systemctl that does as told and writes down what; `fails` names words that it refuses."""
    log, fails = tmp_path / "systemctl.log", tmp_path / "fails"
    program = tmp_path / "bin" / "systemctl"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\necho "$@" >> {log}\n'
        f'case "$*" in $(cat {fails} 2>/dev/null || echo none)) echo no >&2; exit 1;; esac\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return SimpleNamespace(said=lambda: log.read_text().splitlines(), fails=fails)


@linux
def test_enable_status_and_disable_by_the_autostart_folder(home, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "/nowhere")
    assert main(["autostart", "enable", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["by"] == "xdg"
    entry = configparser.RawConfigParser()
    entry.read(told["place"])
    assert entry["Desktop Entry"]["Type"] == "Application"
    assert entry["Desktop Entry"]["Exec"].endswith(" run")
    assert main(["autostart", "disable"]) == 0
    assert main(["autostart", "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["enabled"] is False
    assert main(["autostart", "disable"]) == 0


@linux
def test_enabling_by_other_means_leaves_only_one(home, systemctl, capsys):
    assert main(["autostart", "enable", "--by", "xdg"]) == 0
    assert main(["autostart", "enable"]) == 0
    assert "by systemd" in capsys.readouterr().out
    assert XdgAutostart().enabled() is False
    assert SystemdUnit().enabled() is True
    assert "--user enable gesturectl.service" in systemctl.said()
    assert main(["autostart", "disable"]) == 0
    assert SystemdUnit().enabled() is False
    assert "--user disable gesturectl.service" in systemctl.said()


@linux
def test_a_desktop_without_systemds_session_uses_the_folder(systemctl):
    systemctl.fails.write_text("*is-active*")
    means, reasons = choose_autostart()
    assert isinstance(means, XdgAutostart)
    assert "graphical-session" in dict(reasons)["systemd"].reason


@linux
def test_systemd_that_refuses_is_an_error_with_another_way(systemctl, capsys):
    systemctl.fails.write_text("*enable*gesturectl*")
    assert main(["autostart", "enable"]) == 6
    assert "--by xdg" in capsys.readouterr().err


@linux
def test_means_of_other_systems_are_refused(capsys):
    assert main(["autostart", "enable", "--by", "launchd"]) == 6
    assert "macOS" in capsys.readouterr().err


@linux
def test_a_folder_that_cant_be_written_is_an_error(home, monkeypatch, capsys):
    (home / "config").write_text("in the way")
    assert main(["autostart", "enable", "--by", "xdg"]) == 6
    assert "can't be written" in capsys.readouterr().err


def test_what_is_started_is_this_installation():
    command = start_command()
    assert command[-1] == "run"
    done = subprocess.run([*command[:-1], "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("gesturectl")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("network", [False, True])
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path, network):
    folder = tmp_path / 'a "folder" with 100 % of $HOME'
    folder.mkdir()
    program = folder / "gesturectl"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = tmp_path / "gesturectl.service"
    unit.write_text(unit_text([str(program), "run"], network))
    checked = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(unit)],
        capture_output=True,
        text=True,
        check=False,
        env={"XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    complaints = [line for line in checked.stderr.splitlines() if "gesturectl" in line]
    assert complaints == []


def test_the_unit_limits_the_daemon_unless_it_needs_the_network():
    kept, free = unit_text(["x", "run"]), unit_text(["x", "run"], network=True)
    for line in ("NoNewPrivileges=yes", "RestrictSUIDSGID=yes", "Environment=ORT_DISABLE_TELEMETRY=1"):
        assert line in kept.splitlines()
        assert line in free.splitlines()
    assert "IPAddressDeny=any" in kept
    assert "AF_UNIX" in kept
    assert "IPAddressDeny" not in free


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="no desktop-file-validate here")
def test_the_desktop_file_is_valid_whatever_the_path(tmp_path):
    path = tmp_path / "gesturectl.desktop"
    path.write_text(entry_text(['/opt/my "own" `apps`/100% $x/gesturectl', "run"]))
    subprocess.run(["desktop-file-validate", str(path)], check=True)


def test_the_launch_agent_is_a_property_list():
    agent = plistlib.loads(agent_plist(["/opt/gesturectl", "run"]))
    assert agent["ProgramArguments"] == ["/opt/gesturectl", "run"]
    assert agent["RunAtLoad"] is True
    assert agent["KeepAlive"] == {"SuccessfulExit": False}


def test_the_launch_agent_comes_and_goes(home, monkeypatch):
    monkeypatch.setattr("gesturectl.desktop.autostart.launchd.subprocess.run", lambda *_, **__: None)
    agent = LaunchAgent()
    assert not agent.enabled()
    agent.enable()
    assert agent.enabled()
    assert (home / "Library" / "LaunchAgents" / "org.gesturectl.daemon.plist").exists()
    agent.disable()
    agent.disable()
    assert not agent.enabled()


def test_the_run_key_comes_and_goes(monkeypatch):
    """Against a registry that is a dictionary: nobody has run it on Windows yet."""
    values: dict[str, str] = {}

    class Key:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    def delete(key, name):
        if name not in values:
            raise FileNotFoundError
        del values[name]

    def query(key, name):
        if name not in values:
            raise FileNotFoundError
        return values[name], 1

    registry = ModuleType("winreg")
    registry.__dict__.update(
        HKEY_CURRENT_USER=1,
        KEY_SET_VALUE=2,
        REG_SZ=1,
        CreateKey=lambda root, path: Key() if path == KEY else None,
        OpenKey=lambda root, path, *_: Key() if path == KEY else None,
        SetValueEx=lambda key, name, _, kind, value: values.__setitem__(name, value),
        DeleteValue=delete,
        QueryValueEx=query,
    )
    monkeypatch.setitem(sys.modules, "winreg", registry)
    monkeypatch.setattr(sys, "platform", "win32")
    key = WindowsRunKey()
    assert key.rank() == 80
    assert not key.enabled()
    key.enable()
    assert key.enabled()
    assert values[VALUE].endswith("run")
    key.disable()
    key.disable()
    assert not key.enabled()
