"""What the page can ask, through a real connection."""

import asyncio
import json

import numpy as np
import pytest
from studio_fakes import Browser, Served

from gesturectl.daemon.broadcast import Progress, StatusChanged
from gesturectl.daemon.status import Status
from gesturectl.gestures.take import Take, absent

PROFILE = 'version = 1\n[profile.default.intents]\nfist = "stop"\n[profile.default.actions]\nstop = { keys = "Esc" }\n'


@pytest.fixture
def served(tmp_path):
    with Served(tmp_path) as served:
        yield served


def in_page(served, visit):
    async def run():
        async with Browser(served) as browser:
            return await visit(browser)

    return asyncio.run(run())


async def said(page, kind: str, timeout_s: float = 3.0) -> dict:
    """The next thing of this kind that the page is told."""
    while True:
        message = await page.receive(timeout=timeout_s)
        if isinstance(message.data, str) and (content := json.loads(message.data))["type"] == kind:
            return content


def test_the_state_says_how_the_daemon_is_and_what_it_can(served):
    status, state = in_page(served, lambda browser: browser.call("GET", "state"))
    assert status == 200
    assert state["status"]["profile"] == "browser"
    assert {"pause", "profile"} <= set(state["commands"])
    assert "studio" not in state["commands"]


def test_a_command_goes_to_the_daemon(served):
    in_page(served, lambda browser: browser.call("POST", "ask", {"command": "profile", "name": "video"}))
    assert ("profile", {"name": "video"}) in served.daemon.asked


def test_a_busy_daemon_is_said_so(served):
    served.daemon.busy = True
    status, answer = in_page(served, lambda browser: browser.call("POST", "ask", {"command": "pause"}))
    assert status == 503
    assert "busy" in answer["error"]


def test_a_profile_is_checked_saved_reloaded_and_deleted(served):
    async def visit(browser):
        _, checked = await browser.call("POST", "profiles/check", {"name": "my.toml", "text": PROFILE + "x = 1"})
        refused, why = await browser.call("PUT", "profiles/my.toml", {"text": PROFILE + "x = 1", "sum": ""})
        saved, answer = await browser.call("PUT", "profiles/my.toml", {"text": PROFILE, "sum": ""})
        stale, _ = await browser.call("PUT", "profiles/my.toml", {"text": PROFILE + "\n", "sum": "old"})
        gone, text = await browser.call("DELETE", f"profiles/my.toml?sum={answer['sum']}")
        return checked, refused, why, saved, stale, gone, text

    checked, refused, why, saved, stale, gone, text = in_page(served, visit)
    assert {m["line"] for m in checked["mistakes"]} == {6}
    assert (refused, saved, stale, gone) == (422, 200, 409, 200)
    assert why["problems"][0]["place"] == "my.toml:6 profile.default.actions.x"
    assert ("reload", {}) in served.daemon.asked
    assert text["text"] == PROFILE


def test_the_gestures_of_the_model_move(served):
    async def visit(browser):
        _, shelf = await browser.call("GET", "gestures")
        _, motion = await browser.call("GET", "starter/swipe_left")
        missing, _ = await browser.call("GET", "starter/nonsense")
        return shelf, motion, missing

    shelf, motion, missing = in_page(served, visit)
    assert shelf["own"] == []
    assert len(shelf["starter"]) == 19
    frames = motion["hands"]["right"]
    assert len(frames) == len(motion["t_ms"]) > 10
    # As the person sees it, to the left: in the camera's picture, to the right.
    assert max(frame[9][0] for frame in frames) - frames[0][9][0] > 0.1
    assert missing == 400


def test_a_take_of_the_recording_moves_before_it_is_kept(served):
    t_ms = np.arange(0, 900, 33)
    points, present = absent(len(t_ms)), np.zeros((len(t_ms), 2), bool)
    points[:, 1], present[:, 1] = 0.5, True
    points[4, 1], present[4, 1] = np.nan, False  # lost for a moment
    served.daemon.takes[2] = Take(t_ms, points, absent(len(t_ms)), present, {"aspect": 4 / 3})

    async def visit(browser):
        found, motion = await browser.call("GET", "recording/2")
        return found, motion, [(await browser.call("GET", f"recording/{n}"))[0] for n in ("1", "-1", "x", "9" * 50)]

    found, motion, others = in_page(served, visit)
    assert found == 200
    assert list(motion["hands"]) == ["right"]
    assert motion["hands"]["right"][0] == [[0.5, 0.5]] * 21
    assert others == [400] * 4


def test_the_doctor_is_asked(served):
    assert in_page(served, lambda browser: browser.call("GET", "doctor"))[1][0]["name"] == "python"


def test_news_reach_every_page(served):
    async def visit(browser):
        async with browser.listen() as one, browser.listen() as other:
            await asyncio.sleep(0.05)
            served.daemon.fire("wave")
            served.daemon.broadcast.publish(Progress("training", "running", "epoch 1", 0.1, {"loss": 0.5}))
            served.daemon.broadcast.publish(StatusChanged(Status(state="paused", app="vlc")))
            told = [(await said(page, "event"), await said(page, "progress"), await said(page, "status"))
                    for page in (one, other)]  # fmt: skip
        _, state = await browser.call("GET", "state")
        _, history = await browser.call("GET", "history")
        return told, state, history

    told, state, history = in_page(served, visit)
    for event, progress, status in told:
        assert (event["entry"]["gesture"], event["entry"]["app"]) == ("wave", "firefox")
        assert (progress["words"], progress["details"]) == ("epoch 1", {"loss": 0.5})
        assert status["status"]["state"] == "paused"
    assert state["apps"] == ["vlc"]
    assert [entry["gesture"] for entry in history] == ["wave"]


def test_pictures_flow_only_while_a_page_looks(served):
    async def visit(browser):
        async with browser.listen() as one, browser.listen() as other:
            assert served.daemon.viewer is None
            await one.send_str(json.dumps({"watch": True}))
            await until(lambda: served.daemon.viewer is not None)
            await asyncio.to_thread(served.daemon.see, 5)
            look = await said(one, "look")
            picture = await one.receive(timeout=3)
            await one.send_str(json.dumps({"watch": False}))
            await until(lambda: served.daemon.viewer is None)
            await other.send_str(json.dumps({"watch": True}))
            await until(lambda: served.daemon.viewer is not None)
        await until(lambda: served.daemon.viewer is None)  # a page that is closed looks no more
        return look, picture.data

    look, picture = in_page(served, visit)
    assert picture[:3] == b"\xff\xd8\xff"
    assert list(look["hands"]) == ["right"]
    assert look["scores"]["right"]["wave"] == pytest.approx(0.7)
    assert look["brightness"] == 90


@pytest.mark.parametrize("words", ["", "{", "[]", "null", '{"watch": 1}', '{"watch": "yes"}', "[" * 4000])
def test_nonsense_on_the_websocket_changes_nothing(served, words):
    async def visit(browser):
        async with browser.listen() as page:
            await page.send_str(words)
            await page.send_bytes(b"\0")
            served.daemon.fire("wave")
            await said(page, "event")

    in_page(served, visit)
    assert served.daemon.viewer is None


async def until(condition, timeout_s: float = 3.0) -> None:
    for _ in range(int(timeout_s / 0.01)):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came true")
