"""Makes docs/images/studio-*.png: the real page of a real daemon before rendered cameras, in Chromium.

    python scripts/studio_pictures.py --home /tmp/studio-pictures [--retrain] [--only live,record]

A gesture is recorded, used and bound in that home first, if it isn't there yet; with --retrain the model is trained on
on the page, too, taken into use or kept aside, and rolled back where it was taken. Needs Chromium, playwright, Pillow.
"""

import argparse
import io
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "e2e"), str(ROOT / "tests" / "ui" / "studio")]

from browsing import Home, chromium, wait_until  # noqa: E402
from clip_camera import ClipCamera  # noqa: E402
from gesture_camera import GestureCamera  # noqa: E402
from PIL import Image  # noqa: E402

OUT = ROOT / "docs" / "images"
NAME = "zed"
SHOWN = ("swipe_left", "circle_cw", "swipe_right")


def main() -> None:
    """Record if need be, then take a picture of every page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--retrain", action="store_true")
    parser.add_argument("--only", default="live,gestures,record,training,profiles,history,doctor,start,live-dark")
    args = parser.parse_args()
    home, pages = Home(args.home), args.only.split(",")
    with chromium() as browser:
        if "record" in pages or not home.library.exists():
            with GestureCamera() as camera, home.daemon(camera):
                record(browser, home, camera)
        if args.retrain:
            with ClipCamera() as camera, home.daemon(camera):
                retrain(browser, home)
        with ClipCamera() as camera, home.daemon(camera):
            for page in pages:
                if page != "record":
                    photograph(browser, home, camera, page)


def record(browser, home: Home, camera: GestureCamera) -> None:
    """Record the gesture on the page; take a picture when its takes are there."""
    adds = home.library.exists()
    page = opened(browser, home)
    page.evaluate(f"location.hash = '#/record{f'/{NAME}' if adds else ''}'")
    name = page.get_by_label("What is it called?")
    if not adds:
        name.fill(NAME)
    page.get_by_role("button", name="Begin").click()
    while (step := home.ask("record_status")["recording"]["step"]) != "review":
        if step == "ready":
            camera.draw()
        wait_until(lambda: camera.resting, 60)
        time.sleep(0.3)
    page.wait_for_timeout(2500)
    keep(page, "record")
    if adds:
        page.get_by_role("button", name="Cancel").click()
    else:
        page.get_by_role("button", name="Use it").click()
        page.wait_for_selector("h2:has-text('Try it')", timeout=120_000)
        page.get_by_placeholder("Ctrl+Shift+T").fill("Ctrl+Shift+Z")
        page.get_by_role("button", name="Bind it").click()
        page.wait_for_selector("h2:has-text('Saved')")
    page.context.close()


def retrain(browser, home: Home) -> None:
    """Train on, on the page, to the end."""
    page = opened(browser, home)
    page.evaluate("location.hash = '#/training'")
    page.get_by_role("button", name="Retrain").click()
    page.wait_for_selector("progress")
    while page.locator("progress").count():
        job = home.ask("status")["retraining"]
        print(f"{job['fraction']} {job['words']}", flush=True)
        page.wait_for_timeout(10_000)
    print(json.dumps(home.ask("status")["retraining"]))
    back = page.get_by_role("button", name="Back to the model before")
    page.wait_for_timeout(1000)
    print("in use:", page.locator("section:has(h2:text('In use')) strong").inner_text())
    if back.is_enabled():
        back.click()
        page.wait_for_selector(".toast:has-text('In use now')")
        print("rolled back:", page.locator(".toast").last.inner_text())
    page.context.close()


def photograph(browser, home: Home, camera: ClipCamera, name: str) -> None:
    """One page, once it shows what it is for."""
    page = opened(browser, home, dark=name.endswith("-dark"))
    page.evaluate(f"location.hash = '#/{name.removesuffix('-dark')}'")
    if name.startswith(("live", "start")):
        page.wait_for_function("() => document.querySelector('.stage .over').hidden", timeout=30_000)
    if name.startswith("live"):
        for gesture in SHOWN:
            camera.make(gesture)
            page.wait_for_timeout(3200)
    elif name == "doctor":
        page.wait_for_selector(".check", timeout=60_000)
    elif name == "profiles":
        with_mistakes(page)
    page.wait_for_timeout(2500)
    keep(page, name)
    page.context.close()


def with_mistakes(page) -> None:
    """A file that is being written, and what is wrong with it so far."""
    page.once("dialog", lambda dialog: dialog.accept("code.toml"))
    page.get_by_role("button", name="New file").click()
    page.get_by_label("The file’s text").fill(
        'version = 1\n\n[app.code]\nwm_class = "code"        # on Linux; exe = "code.exe" on Windows\n\n'
        '[profile.code]\napps = ["code"]\n\n[profile.code.intents]\nthumbs_upp = { do = "save", hold = 0.5 }\n\n'
        '[profile.code.actions]\nnext = { keys = "Ctrl+Page_Down" }\nsave = { keys = "Ctl+S" }\n'
    )
    page.wait_for_selector(".mistakes li")


def opened(browser, home: Home, dark: bool = False):
    """The page, in a window of its own."""
    window = {"width": 1200, "height": 900}
    page = browser.new_context(viewport=window, color_scheme="dark" if dark else "light").new_page()
    page.set_default_timeout(60_000)
    page.goto(home.ask("studio")["link"])
    page.wait_for_selector("main h1")
    return page


def keep(page, name: str) -> None:
    """The window as a picture with few colours: small, and one can't tell."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for colours in (256, 128, 64, 32):
        data = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(data, "PNG", optimize=True)
        if data.tell() <= 150_000:
            break
    (OUT / f"studio-{name}.png").write_bytes(data.getvalue())
    print(f"studio-{name}.png: {data.tell() / 1000:.0f} kB, {colours} colours", flush=True)


if __name__ == "__main__":
    main()
