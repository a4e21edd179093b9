"""The models that were trained here, as the page tells them."""

import asyncio
import hashlib

import pytest
from studio_fakes import Browser, Served

from gesturectl import paths
from gesturectl.recognition.model_history import SHIPPED, ModelHistory
from gesturectl.recognition.shipped import FILE
from gesturectl.ui.studio.models import CONFUSION

FIGURES = {"before": {"held_out_takes": {"takes": 6, "right": 3, "wrong": 1, "missed": 2}}, "after": {}, "epochs": []}


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """A user with two models of their own, the newer one in use."""
    monkeypatch.setattr("gesturectl.recognition.model_history.data_dir", lambda: tmp_path)
    history = ModelHistory()
    content = (paths.bundled("models") / FILE).read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    for name in ("20260101-120000", "20260102-130000"):
        build = history.build_folder(name)
        (build / "model.onnx").write_bytes(content)
        (build / CONFUSION).write_bytes(b"\x89PNG\r\n\x1a\n")
        about = {
            "state": "promoted",
            "reason": "no worse",
            "sha256": sha256,
            "gestures": ["zed"],
            "figures": FIGURES,
        }
        history.keep(name, build, about)
    return history


def in_page(folder, visit):
    async def run():
        with Served(folder) as served:
            async with Browser(served) as browser:
                return await visit(browser)

    return asyncio.run(run())


def test_each_tells_what_it_was_worth(trained, tmp_path):
    _, told = in_page(tmp_path, lambda browser: browser.call("GET", "models"))
    assert told["in_use"] == SHIPPED
    assert not told["can_roll_back"]
    assert [model["name"] for model in told["history"]] == ["20260101-120000", "20260102-130000"]
    assert told["history"][0]["figures"]["before"]["held_out_takes"]["right"] == 3
    assert told["history"][0]["has_confusion"]


def test_one_is_taken_into_use_and_rolled_back(trained, tmp_path):
    async def visit(browser):
        used, _ = await browser.call("POST", "models/use", {"name": "20260101-120000"})
        _, between = await browser.call("GET", "models")
        back, now = await browser.call("POST", "models/rollback", {})
        again, why = await browser.call("POST", "models/rollback", {})
        return used, between, back, now, again, why

    used, between, back, now, again, why = in_page(tmp_path, visit)
    assert (used, back, now["in_use"]) == (200, 200, SHIPPED)
    assert between["can_roll_back"]
    assert again == 400
    assert "no other model" in why["error"]


@pytest.mark.parametrize("name", ["nothing", "../../x", "", ".20260101-120000"])
def test_a_model_there_isnt_changes_nothing(trained, tmp_path, name):
    status, _ = in_page(tmp_path, lambda browser: browser.call("POST", "models/use", {"name": name}))
    assert status == 400
    assert not trained.in_use.exists()


def test_the_picture_is_one_and_no_other_file_is(trained, tmp_path):
    async def visit(browser):
        answers = []
        for path in (f"20260101-120000/{CONFUSION}", "20260101-120000/about.json", f"..%2f..%2f/{CONFUSION}"):
            async with browser.http.get(f"{browser.base}api/models/{path}") as answer:
                answers.append((answer.status, answer.content_type))
        return answers

    assert in_page(tmp_path, visit) == [(200, "image/png"), (404, "text/plain"), (404, "application/octet-stream")]
