"""What a person gives wrong: one message with place, fact and remedy, the right exit code, nothing half-written."""

import json
import os
import sys
from pathlib import Path

import pytest

from gesturectl import paths

CLIP = paths.asset("demo.mp4")
HELPERS = str(Path(__file__).parents[1] / "recognition")

USAGE, CONFIG, SOURCE, MODEL, DESKTOP, DAEMON = 2, 3, 4, 5, 6, 7


@pytest.fixture
def place(user):
    """The user's folder, with what they may try."""
    home = user.home
    (home / "empty").touch()
    (home / "notes.txt").write_text("this is no video, no model and no profile\n")
    (home / "notes.mp4").write_text("this is no video, whatever its name\n")
    (home / "noise.mp4").write_bytes(os.urandom(50_000))
    (home / "cut.mp4").write_bytes(CLIP.read_bytes()[:100_000])
    (home / "headless.mp4").write_bytes(CLIP.read_bytes()[4_000:])
    (home / "folder").mkdir()
    (home / "loop").symlink_to("loop")
    with (home / "huge").open("wb") as file:
        file.truncate(1 << 30)
    return home


def told(ran, code, *words):
    """The run ended with `code` and said it once, in plain words."""
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err
    assert "rror]" not in ran.err  # [ONNXRuntimeError], [Errno 2]: other programs' words
    for word in words:
        assert word in ran.err


def told_once(ran, code, *words):
    """As `told`, and there is nothing else on stderr; with --json stdout says it, too."""
    told(ran, code, *words)
    assert ran.err.startswith("gesturectl: ")
    assert ran.err.count("\n") == 1
    if ran.out:
        answer = json.loads(ran.out)
        assert (answer["type"], answer["exit_code"]) == ("error", code)
        (problem,) = answer["problems"]
        assert problem["fact"]
        assert problem["remedy"]


# ---- sources


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", ("source: it is empty", "Give a camera")),
        ("empty", ("empty: the file is empty", "Give a video")),
        ("notes.txt", ("notes.txt: not a video", "Give a video")),
        ("notes.mp4", ("notes.mp4: not a video", "Give a video")),
        ("noise.mp4", ("noise.mp4: not a video", "Give a video")),
        ("headless.mp4", ("headless.mp4: not a video", "Give a video")),
        ("huge", ("huge: not a video", "Give a video")),
        ("folder", ("folder: the folder holds no pictures", "Give the folder")),
        ("nots.mp4", ("nots.mp4: there is no such file", "Did you mean “notes.mp4”")),
        ("elsewhere/clip.mp4", ("elsewhere/clip.mp4: there is no such file", "Check")),
        ("loop", ("source “loop”: it can't be looked up", "Give another path")),
        pytest.param("x" * 5_000, ("source “xxx", "it can't be looked up", "Give another path"), id="too long"),
        ("~nobody-of-this-name/clip.mp4", ("it can't be looked up", "Give another path")),
        ("file:///nowhere/clip.mp4", ("/nowhere/clip.mp4: there is no such file", "Check")),
    ],
)
def test_a_recording_that_is_none(call, place, source, words):
    ran = call("run", "--source", source, "--dry-run", "--json", "--fast")
    told_once(ran, SOURCE, *words)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("htp://camera/video", ("no kind of stream", "http://")),
        ("http://", ("names no host", "Write it like")),
        ("http://camera:99999/", ("port is impossible", "Correct")),
    ],
)
def test_a_url_that_can_never_work_ends_it(call, source, words):
    told_once(call("run", "--source", source, "--dry-run", "--json"), SOURCE, *words)


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() == 0, reason="root may read everything")
def test_a_recording_that_may_not_be_read(call, place):
    (place / "notes.mp4").chmod(0)
    told_once(call("run", "--source", "notes.mp4", "--dry-run", "--json"), SOURCE, "Permission denied", "Check")


def test_a_truncated_video_is_played_as_far_as_it_goes_and_said_to_be_cut(user, place):
    ran = user.run("run", "--source", "cut.mp4", "--dry-run", "--json", "--fast")
    told(ran, 0, "cut.mp4: ends after", "the file is cut off or damaged")
    summary = json.loads(ran.out.splitlines()[-1])
    assert 30 < summary["frames"] < 300


# ---- cameras


def no_real_camera():
    return not any(Path("/dev").glob("video*"))


@pytest.mark.skipif(not no_real_camera(), reason="there is a camera here")
def test_without_a_camera_it_waits_for_one_and_says_why(user):
    process = user.start("run", "--no-tray")
    status = user.until(lambda status: status["state"] == "waiting for the camera")
    assert status["reason"].startswith("there is no camera. Plug one in")
    assert user.run("quit").code == 0
    _, err = process.communicate(timeout=5)
    assert process.returncode == 0
    assert err.count("there is no camera") == 1  # however often it was tried
    assert "Traceback" not in err


def test_a_camera_that_returns_nothing_is_waited_for_and_named(user, mute_camera):
    process = user.start("run", "--no-tray", "--source", mute_camera)
    status = user.until(lambda status: status["state"] == "waiting for the camera", timeout_s=30)
    assert mute_camera in status["reason"]
    assert "See whether" in status["reason"]
    assert user.run("quit").code == 0
    _, err = process.communicate(timeout=15)
    assert "Traceback" not in err
    assert not user.runtime.exists() or not list(user.runtime.iterdir())


def test_a_camera_that_comes_back_is_used_again(user, camera):
    user.start("run", "--no-tray", "--source", camera.url)
    user.until(lambda status: status["state"] == "watching")
    camera.unplug()
    user.until(lambda status: status["state"] == "waiting for the camera")
    with type(camera)(port=camera.port):
        user.until(lambda status: status["state"] == "watching" and status["frames"], timeout_s=30)
        assert user.run("quit").code == 0


# ---- profiles


def profile(user, text):
    path = user.profiles / "mine.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('version = 1\n[intents]\nswipe_lef = "next"\n', ("mine.toml:3", "swipe_lef", "swipe_left")),
        ('version = 1\n[profile.default.actions]\nnext = { keys = "Ctlr+Right" }\n', ("mine.toml:3", "Ctlr", "Ctrl")),
        ('version = 1\n[profile.default.actions]\nnext = { kyes = "Right" }\n', ("mine.toml:3", "kyes", "keys")),
        ('version = 1\n[profil.default]\n', ("mine.toml:2", "profil", "profile")),
        ('version = 1\n[intents\n', ("mine.toml:2",)),
        ('version = 2\n', ("mine.toml:1", "version")),
        ('', ("mine.toml", "version = 1")),
    ],
    ids=["gesture", "key", "action", "table", "syntax", "version", "empty"],
)  # fmt: skip
def test_a_profile_with_a_mistake(user, call, text, words):
    path = profile(user, text)
    checked = call("profiles", "check")
    told(checked, CONFIG, *words)
    told(call("run", "--source", str(CLIP), "--profiles", str(path.parent), "--dry-run"), CONFIG, *words)
    assert path.read_text() == text


def test_all_mistakes_of_a_profile_are_told_at_once(user, call):
    text = '[intents]\nswip_left = "next"\nfsit = "next"\n[profile.default.actions]\nnext = { keys = "Rigth" }\n'
    profile(user, f"version = 1\n{text}")
    ran = call("profiles", "check", "--json")
    told(ran, CONFIG, "swip_left", "fsit", "Rigth")
    assert len(json.loads(ran.out)["problems"]) == 3


def test_a_profile_that_is_no_text(user, call):
    path = user.profiles / "mine.toml"
    path.write_bytes(os.urandom(2_000))
    path.chmod(0o600)
    told(call("profiles", "check"), CONFIG, "mine.toml")


def test_own_profiles_with_mistakes_dont_keep_the_daemon_from_working(user, camera):
    profile(user, "version = 1\n[intents\n")
    process = user.start("run", "--no-tray", "--source", camera.url)
    status = user.until(lambda status: status["state"] == "watching")
    assert "mine.toml:2" in status["profile_trouble"]
    told(user.run("reload"), CONFIG, "mine.toml:2")
    profile(user, 'version = 1\n[intents]\nfist = "next"\n')
    told(user.run("reload"), 0)
    assert user.until(lambda status: True)["profile_trouble"] == ""
    user.run("quit")
    _, err = process.communicate(timeout=5)
    assert "Traceback" not in err


def test_a_profile_that_isnt_there(call):
    told_once(
        call("run", "--source", str(CLIP), "--dry-run", "--json", "--profile", "sildes"),
        USAGE, "there is no profile 'sildes'", "slides",
    )  # fmt: skip


# ---- models


@pytest.mark.parametrize("model", ["missing.onnx", "notes.txt", "folder", "huge", "noise.mp4"])
def test_a_file_that_is_no_model(call, place, model):
    before = sorted(place.iterdir())
    ran = call("run", "--source", str(CLIP), "--dry-run", "--json", "--fast", "--model", model)
    told_once(ran, MODEL, model)
    assert sorted(place.iterdir()) == before


def test_a_model_without_a_card(call):
    other = paths.bundled("models") / "hand_landmark.onnx"
    ran = call("run", "--source", str(CLIP), "--dry-run", "--fast", "--model", str(other))
    told_once(ran, MODEL, "hand_landmark.onnx: the model has no card", "gesturectl classifier")


def test_a_model_whose_card_doesnt_fit(call, place):
    pytest.importorskip("onnx")
    sys.path.insert(0, HELPERS)
    from dataclasses import replace

    from toy_model import TOY_CARD, write_toy_model

    other = write_toy_model(place / "other.onnx", card=replace(TOY_CARD, steps=32))
    ran = call("run", "--source", str(CLIP), "--dry-run", "--fast", "--model", str(other))
    told_once(ran, MODEL, "other.onnx", "the card needs")


@pytest.mark.parametrize("change", ["damaged", "missing"])
def test_hand_models_that_arent_what_ships(user, place, change):
    package = place / "elsewhere"
    package.mkdir()
    for folder in ("gesturectl", "models", "profiles"):
        (package / folder).symlink_to(Path(paths.__file__).parents[1] / folder)
    models = package / "models"
    models.unlink()
    models.mkdir()
    for path in paths.bundled("models").iterdir():
        (models / path.name).symlink_to(path)
    landmark = models / "hand_landmark_quick.onnx"
    content = landmark.read_bytes()
    landmark.unlink()
    if change == "damaged":
        landmark.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    # The package finds its models beside itself, so it has to be loaded from there.
    start = f"import sys; sys.path.insert(0, {str(package)!r}); import gesturectl.cli as c; sys.exit(c.main())"
    import subprocess

    ran = subprocess.run(
        [sys.executable, "-c", start, "run", "--source", str(CLIP), "--dry-run", "--fast"],
        env=user.env, cwd=place, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ran.returncode == MODEL, ran.stderr
    assert f"hand_landmark_quick.onnx: the model is {change}" in ran.stderr
    assert "Install gesturectl again" in ran.stderr
    assert "Traceback" not in ran.stderr


# ---- desktop, words, output


def test_without_a_display_gestures_are_still_recognised(user, place):
    ran = user.run("run", "--source", "cut.mp4", "--fast", "--json")
    told(ran, 0, "no key can be pressed here", "no DISPLAY is set", "Start gesturectl from within your desktop session")
    assert json.loads(ran.out.splitlines()[-1])["type"] == "summary"


def test_a_display_that_isnt_there(user, place):
    user.env["DISPLAY"] = ":77"
    ran = user.run("run", "--source", "cut.mp4", "--fast", "--json")
    told(ran, 0, "no key can be pressed here", ":77")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nonsense"],
        ["run", "--nonsense"],
        ["run", "--tracker", "x"],
        ["which"],
        ["which", "swipe_lef"],
    ],
    ids=" ".join,
)
def test_words_that_dont_fit_are_wrong_usage(call, words):
    ran = call(*words)
    assert ran.code == USAGE
    assert "Traceback" not in ran.err
    assert "usage:" in ran.out + ran.err or "Did you mean" in ran.err


@pytest.mark.parametrize("verb", ["status", "pause", "resume", "reload", "quit"])
def test_asking_a_daemon_that_isnt_there(call, verb):
    told_once(call(verb, "--json"), DAEMON, "daemon: it isn't running", "gesturectl run")


@pytest.mark.parametrize("out", ["nowhere/demo.mp4", "demo.avi", "folder", "folder.mp4"])
def test_the_demo_cant_write_there(call, place, out):
    (place / "folder.mp4").mkdir()
    before = sorted(place.iterdir())
    ran = call("demo", "--fast", "--json", "--out", out)
    told_once(ran, 1, out, "Give")
    assert sorted(place.iterdir()) == before
