"""Who else may write what says what is typed and run here."""

import grp
import os
import pwd
import struct
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from gesturectl.errors import ConfigError
from gesturectl.ownership import other_writer
from gesturectl.profiles.load import default_folders, load
from gesturectl.profiles.own import bind
from gesturectl.profiles.watch import ProfileWatch
from gesturectl.settings import load_settings
from gesturectl.ui.studio import profile_files

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")

TEXT = "version = 1\n[intents]\nfist = 'go'\n[profile.default.actions]\ngo = { keys = 'A' }\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder that only the user may write, whatever the umask."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    made(tmp_path / "home" / "config" / "profiles")
    return tmp_path / "home"


@pytest.fixture
def profile(home):
    return written(home / "config" / "profiles" / "my.toml")


def made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for place in (folder, *folder.parents):
        if place.stat().st_uid == os.getuid() and place.name and "pytest" not in place.name and place != Path("/tmp"):
            place.chmod(0o755)
    return folder


def written(path: Path, text: str = TEXT) -> Path:
    path.write_text(text)
    path.chmod(0o644)
    return path


def refused(path: Path) -> str:
    """Why the profiles beside `path` aren't used."""
    with pytest.raises(ConfigError) as error:
        load([path.parent])
    (problem,) = error.value.problems
    assert problem.place == str(path)
    assert problem.remedy
    return str(problem)


def test_what_only_the_user_may_write_is_used(profile):
    assert other_writer(profile) is None
    assert load([profile.parent]).intents


def test_a_profile_that_everybody_may_write_isnt_used_whatever_it_does(profile):
    profile.chmod(0o646)
    assert refused(profile) == (
        f"{profile}: it isn't used, since it may be written by everyone. If it is yours: chmod go-w '{profile}'"
    )


@pytest.mark.parametrize("above", [0, 1, 2], ids=["its folder", "the folder above", "home"])
def test_a_folder_in_which_others_may_put_another_is_as_bad(profile, above):
    folder = profile.parents[above]
    folder.chmod(0o757)
    assert f"{folder} may be written by everyone" in refused(profile)


def test_what_is_above_home_is_the_systems_matter(profile, home):
    home.parent.chmod(0o777)
    assert other_writer(profile) is None


def test_a_folder_in_which_only_owners_rename_is_no_way_in(profile):
    profile.parent.chmod(0o1777)
    assert other_writer(profile) is None


@as_root
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_belongs_to_somebody_else_isnt_used(profile, what):
    place = profile if what == "file" else profile.parent
    os.chown(place, 12345, 0)
    assert "belongs to another user" in refused(profile)
    assert other_writer(profile).place == place


def test_what_belongs_to_root_is(profile, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    if profile.stat().st_uid == 0:
        assert other_writer(profile) is None
    else:
        assert "belongs to another user" in other_writer(profile).may


@pytest.mark.parametrize(
    ("name", "members", "private"),
    [("anna", [], True), ("anna", ["anna"], True), ("anna", ["bob"], False), ("users", [], False)],
)
def test_a_group_of_the_users_own_may_write_as_umask_002_has_it(profile, monkeypatch, name, members, private):
    status = profile.stat()

    def of_a_group(path: Path, **options: object) -> object:
        mode = status.st_mode | 0o020 if path == profile else 0o40755
        return SimpleNamespace(st_mode=mode, st_uid=os.getuid(), st_gid=1234)

    monkeypatch.setattr(Path, "stat", of_a_group)
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: SimpleNamespace(pw_name="anna"))
    monkeypatch.setattr(grp, "getgrgid", lambda gid: SimpleNamespace(gr_name=name, gr_mem=members))
    found = other_writer(profile)
    assert (found is None) == private
    if found is not None:
        assert (found.place, found.may) == (profile, "may be written by its group")
        assert found.remedy == f"If it is yours: chmod g-w '{profile}'"


def test_an_access_list_that_lets_others_write_is_seen(profile):
    entries = [
        (0x01, 6, 0xFFFFFFFF),
        (0x02, 6, 12345),
        (0x04, 4, 0xFFFFFFFF),
        (0x10, 6, 0xFFFFFFFF),
        (0x20, 4, 0xFFFFFFFF),
    ]
    content = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
    try:
        os.setxattr(profile, "system.posix_acl_access", content)
    except (OSError, AttributeError):
        pytest.skip("this disk has no access lists")
    assert "says its access list" in refused(profile)


def test_a_link_is_as_safe_as_all_it_leads_through(home, tmp_path, profile):
    dotfiles = made(home / "dotfiles")
    real, between = written(dotfiles / "my.toml"), made(home / "between")
    profile.unlink()
    (between / "hop.toml").symlink_to(real)
    profile.symlink_to(between / "hop.toml")
    assert other_writer(profile) is None
    for place in (real, dotfiles, between, profile.parent):
        mode = place.stat().st_mode
        place.chmod(mode | 0o002)
        assert f"{place} may be written by everyone" in refused(profile)
        place.chmod(mode)
    assert other_writer(profile) is None


def test_links_in_a_circle_are_no_trouble(home):
    path = home / "config" / "profiles" / "my.toml"
    path.symlink_to(path.name)
    with pytest.raises(ConfigError):
        load([path.parent])


def test_the_bundled_profiles_are_as_safe_as_the_program(monkeypatch):
    monkeypatch.setattr("gesturectl.toml_schema.other_writer", lambda path: pytest.fail(f"{path} was looked at"))
    assert load(default_folders()[:1]).files


def test_settings_that_others_may_write_arent_used(home):
    path = written(home / "config" / "settings.toml", "arming = true\n")
    assert load_settings(path).arming
    path.chmod(0o666)
    with pytest.raises(ConfigError, match="may be written by everyone"):
        load_settings(path)
    path.unlink()
    path.parent.chmod(0o777)
    assert not load_settings(path).arming


def test_bindings_of_others_dont_become_ours(home):
    folder = home / "config" / "profiles"
    bind("fist", {"keys": "A"}, gestures=("fist", "ok"), folder=folder)
    before = (folder / "own.toml").read_bytes()
    (folder / "own.toml").chmod(0o666)
    with pytest.raises(ConfigError, match="may be written by everyone"):
        bind("ok", {"keys": "B"}, gestures=("fist", "ok"), folder=folder)
    assert (folder / "own.toml").read_bytes() == before


def test_the_studio_says_it_while_one_writes(profile):
    folders = (profile.parent / "none", profile.parent)
    assert profile_files.mistakes(folders, "my.toml", TEXT, ("fist",)) == []
    assert profile_files.mistakes(folders, "new.toml", "version = 1\n", ("fist",)) == []
    profile.parent.chmod(0o777)
    for name in ("my.toml", "new.toml"):
        found = profile_files.mistakes(folders, name, "version = 1\n", ("fist",))
        assert any("may be written by everyone" in row["fact"] for row in found if row["file"] == name)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_permissions_that_change_are_a_change(profile, what):
    place = profile if what == "file" else profile.parent
    watch = ProfileWatch([profile.parent], ("fist",))
    mode = place.stat().st_mode
    place.chmod(mode | 0o002)
    assert watch.poll() is None
    assert "may be written by everyone" in str(watch.poll().error)
    assert watch.current.intents, "what was good before stays in force"
    place.chmod(mode)
    assert watch.poll() is None
    assert watch.poll().error is None


@pytest.mark.parametrize("mask", [0o000, 0o002, 0o022, 0o077], ids=oct)
def test_what_the_program_writes_itself_it_also_uses(home, mask):
    before = os.umask(mask)
    try:
        folder = home / "new" / "profiles"
        bind("fist", {"keys": "A"}, gestures=("fist",), folder=folder)
        assert load([folder]).intents
    finally:
        os.umask(before)
