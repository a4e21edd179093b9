"""The studio as a person has it: a real browser, a real daemon, a rendered camera."""

import contextlib
import hashlib
import http.server
import re
import sys
import threading
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "e2e"))
sys.path.append(str(Path(__file__).parents[2] / "recognition"))

from browsing import Home, chromium, wait_until
from clip_camera import ClipCamera
from gesture_camera import GestureCamera
from personal_takes import drawn

from gesturectl.catalogue import verified
from gesturectl.gestures.take import write_take
from gesturectl.recognition.model_history import SHIPPED, ModelHistory
from gesturectl.recognition.shipped import FILE

pytestmark = pytest.mark.browser

PAGES = ("live", "gestures", "record", "training", "profiles", "history", "doctor", "start")


@pytest.fixture(scope="module")
def camera():
    with ClipCamera() as camera:
        yield camera


@pytest.fixture(scope="module")
def home(tmp_path_factory, camera):
    home = Home(tmp_path_factory.mktemp("home"))
    for seed in range(3):
        write_take(home.library / "ring" / f"{seed}.npz", drawn("ring", seed))
    with home.daemon(camera):
        yield home


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


class Seen:
    """A page in a browser's window of its own, and whatever it complained about."""

    def __init__(self, browser, home, **window):
        self.context = browser.new_context(**{"viewport": {"width": 1200, "height": 860}, **window})
        self.page = self.context.new_page()
        self.complaints, self.asked = [], []
        self.page.on(
            "console", lambda message: self.complaints.append(message.text) if message.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.set_default_timeout(15_000)
        self.page.goto(home.ask("studio")["link"])
        self.page.wait_for_selector("h1")

    def go(self, page: str):
        self.page.evaluate("page => { location.hash = `#/${page}`; }", page)
        self.page.wait_for_function(
            "page => document.querySelector('main h1') && location.hash === `#/${page}`", arg=page
        )
        self.page.wait_for_timeout(150)

    def __enter__(self):
        return self.page

    def __exit__(self, *_):
        self.context.close()


@pytest.fixture
def seen(browser, home):
    seen = Seen(browser, home)
    yield seen
    seen.context.close()


def test_a_gesture_is_seen_recognised_and_told_on_the_page(seen, camera):
    page = seen.page
    page.wait_for_function("() => document.querySelector('.stage .over').hidden", timeout=20_000)
    page.wait_for_function("() => document.querySelector('.corner').textContent.includes('right hand')")
    colours = page.evaluate("""() => { const c = document.querySelector('.stage canvas');
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        return new Set(d.slice(0, 40000)).size; }""")
    assert colours > 20  # a picture, and no plain ground
    camera.hold("victory")
    page.wait_for_selector(".fired:not([hidden]):has-text('victory')", timeout=20_000)
    page.wait_for_selector(".attempt:has-text('victory')")
    assert page.locator(".log li", has_text="victory").count() >= 1
    assert page.locator(".log .none").count() == 0
    costs = page.get_by_role("region", name="What it costs")
    costs.get_by_text("landmarks").wait_for()
    assert re.search(r"[\d.]+ % of one core.* frames dropped", costs.inner_text())
    camera.let_go("victory")
    seen.go("history")
    page.wait_for_selector("td:has-text('victory')")


def test_pictures_stop_when_another_page_is_shown(seen, home):
    seen.page.wait_for_function("() => document.querySelector('.stage .over').hidden", timeout=20_000)
    seen.go("doctor")
    socket_frames = seen.page.evaluate("""async () => { const { context } = await import('./app.js'); let count = 0;
        const stop = context.line.on('picture', () => count++);
        await new Promise(done => setTimeout(done, 300)); count = 0;
        await new Promise(done => setTimeout(done, 700)); stop(); return count; }""")
    assert socket_frames == 0


def test_a_profile_is_written_with_its_mistakes_shown_at_the_character(seen, home):
    page = seen.page
    seen.go("profiles")
    page.once("dialog", lambda dialog: dialog.accept("mine.toml"))
    page.get_by_role("button", name="New file").click()
    area = page.get_by_label("The file’s text")
    good = 'version = 1\n[profile.default.intents]\nfist = "stop"\n[profile.default.actions]\nstop = { keys = "Esc" }\n'
    area.fill(good.replace("Esc", "Escc"))
    page.wait_for_selector(".mistakes li:has-text('Line 5')")
    assert page.locator(".editor mark").all_inner_texts() == ["Escc"]
    assert page.get_by_role("button", name="Save").is_disabled()
    page.locator(".mistakes button").first.click()
    selected = "() => { const n = document.activeElement; return n.value.slice(n.selectionStart, n.selectionEnd); }"
    assert page.evaluate(selected) == "Escc"
    area.fill(good)
    page.wait_for_selector("#verdict:has-text('No mistakes')")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector(".toast:has-text('saved')")
    assert (home.profiles / "mine.toml").read_text() == good
    page.wait_for_selector("tr:has-text('fist'):has-text('press Esc')")
    page.get_by_role("button", name="Delete").click()
    wait_until(lambda: not (home.profiles / "mine.toml").exists())
    page.get_by_role("button", name="Undo", exact=True).click()
    wait_until(lambda: (home.profiles / "mine.toml").exists())
    assert (home.profiles / "mine.toml").read_text() == good


def test_of_two_pages_the_second_edit_is_refused_and_not_lost(browser, home, seen):
    text = "version = 1\n"
    home.profiles.mkdir(parents=True, exist_ok=True)
    (home.profiles / "shared.toml").write_text(text)
    with Seen(browser, home) as other:
        for page in (seen.page, other):
            page.evaluate("location.hash = '#/profiles'")
            page.get_by_role("button", name="shared.toml").click()
            page.get_by_label("The file’s text").fill(text + f"# {id(page)}\n")
            page.wait_for_selector("#verdict:has-text('No mistakes')")
        seen.page.get_by_role("button", name="Save").click()
        seen.page.wait_for_selector(".toast:has-text('saved')")
        other.get_by_role("button", name="Save").click()
        other.wait_for_selector(".toast.bad:has-text('changed by somebody else')")
        assert other.get_by_label("The file’s text").input_value() == text + f"# {id(other)}\n"
    assert (home.profiles / "shared.toml").read_text() == text + f"# {id(seen.page)}\n"


def test_a_gesture_of_ones_own_is_deleted_and_comes_back(seen, home):
    page = seen.page
    seen.go("gestures")
    card = page.locator("article", has=page.get_by_role("heading", name="ring", exact=True))
    card.get_by_role("button", name="Delete").click()
    wait_until(lambda: not (home.library / "ring").exists())
    page.get_by_role("button", name="Undo", exact=True).click()
    wait_until(lambda: len(list((home.library / "ring").glob("*.npz"))) == 3)
    card.get_by_role("link", name="Takes").click()
    page.wait_for_function("() => document.querySelectorAll('.take canvas').length === 3")


def test_everything_is_reached_by_keyboard_alone(seen):
    page = seen.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for name in ("live", "profiles", "training", "start"):
        seen.go(name)
        page.wait_for_timeout(250)
        wanted = page.evaluate("""() => { const s = 'a[href], button, input, select, textarea, summary';
            const wanted = (n) => !n.disabled && n.offsetParent && n.tabIndex >= 0;
            return [...document.querySelectorAll(s)].filter(wanted).length; }""")
        page.evaluate("document.activeElement.blur(); document.body.tabIndex = -1; document.body.focus()")
        reached = set()
        for _ in range(wanted + 3):
            page.keyboard.press("Tab")
            reached.add(
                page.evaluate("""() => { const n = document.activeElement; n.dataset.seen ??= String(Math.random());
                return n === document.body ? '' : n.dataset.seen; }""")
            )
        assert len(reached - {""}) >= wanted, name


def test_every_page_has_its_landmarks_and_names_and_fits_at_two_hundred_per_cent(browser, home):
    seen = Seen(browser, home, viewport={"width": 600, "height": 430}, device_scale_factor=2)
    with seen as page:
        for name in PAGES:
            seen.go(name)
            page.wait_for_timeout(200)
            wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide[0] <= wide[1], (name, wide)
            assert page.locator("main h1").count() == 1, name
            assert page.locator("header, nav, main").count() == 3, name
            assert page.locator("nav a[aria-current]").count() == 1, name
            nameless = page.evaluate("""() => {
                const s = 'button, a[href], input, select, textarea, canvas:not([aria-hidden]), img, progress';
                const named = (n) => n.ariaLabel || n.textContent.trim() || n.labels?.length || n.alt !== undefined;
                return [...document.querySelectorAll(s)].filter(n => n.offsetParent && !named(n))
                    .map(n => n.outerHTML.slice(0, 120)); }""")
            assert nameless == [], name


def test_nothing_is_asked_of_anybody_else_and_the_policy_is_never_broken(browser, home):
    seen = Seen(browser, home)
    with seen as page:
        for name in PAGES:
            seen.go(name)
            page.wait_for_timeout(200)
        assert [
            url for url in seen.asked if not url.startswith(("http://127.0.0.1:", "blob:", "ws://127.0.0.1:"))
        ] == []
        assert [text for text in seen.complaints if "Content Security" in text or "Error" in text.split()[:2]] == []


def test_calm_and_dark_are_heeded(browser, home):
    with Seen(browser, home, color_scheme="dark", reduced_motion="reduce") as page:
        dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert dark == "rgb(20, 23, 27)"
        page.evaluate("location.hash = '#/gestures'")
        page.wait_for_function("() => document.querySelectorAll('article canvas').length > 15")
        page.wait_for_timeout(400)
        pixels = """() => [...document.querySelectorAll('article canvas')]
            .find(c => c.getAttribute('aria-label')?.includes('swipe left')).toDataURL()"""
        before = page.evaluate(pixels)
        page.wait_for_timeout(500)
        assert page.evaluate(pixels) == before  # it stands still
        assert len(before) > 2000  # and shows something


def test_a_hostile_page_gets_nothing_though_the_browser_has_the_cookie(seen, home):
    own = re.match(r"http://127\.0\.0\.1:\d+/[^/]+/", seen.page.url)[0]
    received = []

    class Hostile(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            received.append(self.headers.get("Cookie"))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>evil</title>")

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    evil = seen.context.new_page()  # the same browser: it has the studio's cookie
    try:
        evil.goto(f"http://127.0.0.1:{server.server_port}/")
        outcome = evil.evaluate("""async (own) => {
            const told = {};
            const tried = async (name, call) => {
                try { told[name] = await call(); } catch { told[name] = 'refused'; }
            };
            const cookies = { credentials: 'include' };
            const body = JSON.stringify({ command: 'pause' });
            await tried('read', async () => (await fetch(own + 'api/state', cookies)).status);
            await tried('blind', () => fetch(own + 'api/ask', { method: 'POST', mode: 'no-cors', body, ...cookies }));
            await tried('socket', () => new Promise((done) => {
                const s = new WebSocket(own.replace('http', 'ws') + 'live');
                s.onopen = () => done('open'); s.onerror = () => done('refused'); }));
            await tried('script', () => new Promise((done) => {
                const s = document.createElement('script'); s.src = own + 'app.js';
                s.onload = () => done('ran'); s.onerror = () => done('refused'); document.head.append(s); }));
            delete told.blind;  // whether it was heard is asked below
            return told;
        }""", own)  # fmt: skip
    finally:
        evil.close()
        server.shutdown()
    assert outcome["read"] == "refused"
    assert outcome["socket"] == "refused"
    assert outcome["script"] == "refused"
    assert home.ask("status")["state"] == "watching"  # nothing was paused
    assert not any(cookie and "gesturectl" in cookie for cookie in received)  # the cookie never went to that port


def test_a_pause_from_elsewhere_shows_and_a_lost_daemon_is_said(browser, tmp_path, camera):
    home = Home(tmp_path)
    with home.daemon(camera):
        seen = Seen(browser, home)
        page = seen.page
        home.ask("pause")
        page.wait_for_selector("#state:has-text('Paused')")
        page.get_by_role("button", name="Resume").click()
        page.wait_for_selector("#state:has-text('Watching')", timeout=20_000)
        home.ask("quit")
        page.wait_for_selector("#banner:not([hidden])")
        seen.context.close()


def perform_until(home, camera, step: str, most: int = 14) -> dict:
    """Make the gesture whenever the recording waits for it, until the recording is at `step`."""
    for _ in range(most):
        wait_until(lambda: camera.resting and home.ask("record_status")["recording"]["step"] in ("ready", step), 40)
        state = home.ask("record_status")["recording"]
        if state["step"] == step:
            return state
        camera.draw()
        wait_until(lambda: camera.resting, 40)
    raise AssertionError(f"it never came to {step}: {state}")


def draw_until(camera, condition, most: int = 6) -> None:
    """Make the gesture until it has come to something: a busy machine may miss one."""
    for _ in range(most):
        camera.draw()
        wait_until(lambda: camera.resting, 40)
        with contextlib.suppress(AssertionError):
            wait_until(condition, 3)
            return
    raise AssertionError("the gesture was never recognised")


def test_a_gesture_is_recorded_on_the_page_used_seen_and_bound(browser, tmp_path):
    home = Home(tmp_path)
    with GestureCamera() as camera, home.daemon(camera):
        seen = Seen(browser, home)
        page = seen.page
        seen.go("gestures")
        page.get_by_role("link", name="Record a new gesture").click()
        page.get_by_label("What is it called?").fill("zed")
        page.get_by_role("button", name="Begin").click()
        perform_until(home, camera, "review")
        page.wait_for_function("() => document.querySelectorAll('.take canvas[role=img]').length >= 5")
        assert not home.library.exists()  # nothing is kept before it is used
        page.get_by_role("button", name="Use it").click()
        page.wait_for_selector("h2:has-text('Try it')", timeout=60_000)
        assert len(list((home.library / "zed").glob("*.npz"))) >= 5
        draw_until(camera, lambda: home.ask("record_status")["recording"]["recognised"] >= 1)
        page.wait_for_function("() => Number(document.querySelector('.count')?.textContent) >= 1")
        page.get_by_label("It will").select_option("keys")
        page.get_by_placeholder("Ctrl+Shift+T").fill("Ctrl+Shift+Z")
        page.get_by_role("button", name="Bind it").click()
        page.wait_for_selector("h2:has-text('Saved')")
        seen.go("profiles")
        page.wait_for_selector("tr:has-text('zed'):has-text('press Ctrl+Shift+Z')")
        seen.go("live")
        draw_until(camera, lambda: page.locator(".log li", has_text="zed").count() > 0)
        seen.context.close()


def test_a_page_that_is_closed_in_the_middle_of_a_recording_finds_it_again(browser, tmp_path):
    home = Home(tmp_path)
    with GestureCamera() as camera, home.daemon(camera):
        with Seen(browser, home) as page:
            page.evaluate("location.hash = '#/record'")
            page.get_by_label("What is it called?").fill("zed")
            page.get_by_role("button", name="Begin").click()
            wait_until(lambda: home.ask("record_status")["recording"]["step"] == "ready", 40)
        with Seen(browser, home) as page:
            page.evaluate("location.hash = '#/record'")
            page.wait_for_selector("h2:has-text('zed')")
            camera.unplug()  # and now the camera, too
            page.wait_for_selector(".card .hint:not(:empty)", timeout=30_000)
            page.get_by_role("button", name="Cancel").click()
            page.get_by_role("button", name="Begin again").wait_for()
        assert not home.library.exists()


@pytest.mark.train
def test_a_retraining_is_started_and_cancelled_and_a_model_is_used_and_rolled_back(browser, tmp_path, camera):
    home = Home(tmp_path)
    for gesture in ("ring", "drop"):
        for seed in range(3):
            write_take(home.library / gesture / f"{seed}.npz", drawn(gesture, seed))
    history = ModelHistory(home.folder / "data" / "gesturectl" / "models")
    build = history.build_folder("20260101-120000")
    content = verified(FILE)
    (build / "model.onnx").write_bytes(content)
    about = {"state": "kept aside", "reason": "It was kept aside.", "sha256": hashlib.sha256(content).hexdigest()}
    history.keep("20260101-120000", build, {**about, "gestures": ["ring"], "figures": {}})
    with home.daemon(camera):
        seen = Seen(browser, home)
        page = seen.page
        seen.go("training")
        page.get_by_role("button", name="Retrain", exact=True).click()
        page.wait_for_selector("progress")
        page.wait_for_selector("[role=status]:has-text('learning')", timeout=60_000)
        page.get_by_role("button", name="Cancel").click()
        page.wait_for_selector("[role=status]:has-text('nothing has changed')", timeout=30_000)
        assert history.current() == SHIPPED
        page.get_by_role("button", name="Use this one").click()
        page.wait_for_selector(".toast:has-text('In use now: 2026-01-01')")
        assert history.in_use.read_bytes() == content
        page.get_by_role("button", name="Back to the model before").click()
        page.wait_for_selector(".toast:has-text('the model that ships')")
        assert not history.in_use.exists()
        seen.context.close()


def test_a_false_gesture_is_filed_as_nothing(browser, tmp_path, camera):
    home = Home(tmp_path)
    with home.daemon(camera):
        seen = Seen(browser, home)
        page = seen.page
        seen.go("history")
        camera.hold("victory")
        page.wait_for_selector("tr:has-text('victory')", timeout=30_000)
        camera.let_go("victory")
        page.wait_for_timeout(800)
        page.locator("tr", has_text="victory").first.get_by_role("button").click()
        page.wait_for_selector("button:has-text('Noted')")
        assert len(list((home.library / "nothing").glob("*.npz"))) == 1
        seen.context.close()
