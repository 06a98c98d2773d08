"""`make screenshots`: the README's pictures, taken by Chromium of a demo of their own.

The demo is made once, in var/screenshots/; the pictures go to docs/screenshots/.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import environment
from chromium import find_chromium
from console import ROOT, fail, say

TARGET = ROOT / "docs" / "screenshots"
HOME = ROOT / "var" / "screenshots"
PASSWORD = "only-for-pictures"
PATIENCE = 300
LARGEST = 150_000
PHONE, LAPTOP = (390, 844), (1440, 900)


@dataclass(frozen=True)
class Picture:
    """One page as one person sees it."""

    name: str
    who: str
    path: str
    size: tuple[int, int]
    # What is clicked or brought into view before the picture is taken.
    show: str = ""


PICTURES = (
    Picture("home-390", "xa.03703", "/", PHONE),
    Picture("form-390", "xa.03703", "form", PHONE, show="#tc-17"),
    Picture("province-1440", "tinh", "/units/14/", LAPTOP),
    Picture("heatmap-1440", "tinh", "/units/14/heatmap/?period=2025", LAPTOP),
    Picture("series-1440", "tinh", "/units/14/series/", LAPTOP),
    Picture("commune-390", "tinh", "/units/03703/?period=2025", PHONE),
)


def main() -> None:
    chromium = find_chromium()
    if not chromium:
        fail(
            "Không thấy Chromium: cài đặt, hoặc đặt biến CHROMIUM.",
            "No Chromium: install it, or set CHROMIUM.",
        )
    python = environment.ensure("test")
    if Path(sys.prefix).resolve() != (ROOT / ".venv").resolve():
        # Playwright is there, not here.
        os.execv(python, [str(python), str(Path(__file__).resolve())])
    with served(python) as address:
        take(chromium, address)
    say(f"Xong: {len(PICTURES)} ảnh ở {TARGET.relative_to(ROOT)}/", f"{len(PICTURES)} pictures made")


@contextmanager
def served(python: Path) -> Iterator[str]:
    """The demo on a free port, with a database and files of its own; made at the first run."""
    HOME.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{HOME / 'demo.sqlite3'}",
        "DEMO_PASSWORD": PASSWORD,
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "WORKERS": "1",
    }
    process = subprocess.Popen([python, ROOT / "scripts" / "start.py"], cwd=ROOT, env=variables)
    try:
        wait_for(process, f"http://127.0.0.1:{port}/readyz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def wait_for(process: "subprocess.Popen[bytes]", address: str) -> None:
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        if process.poll() is not None:
            fail("Không khởi động được.", f"The start ended with code {process.returncode}.")
        try:
            with urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, ConnectionError):
            time.sleep(0.5)
    fail(f"Sau {PATIENCE} s vẫn chưa sẵn sàng.", f"Not ready after {PATIENCE} s.")


def take(chromium: str, address: str) -> None:
    from playwright.sync_api import sync_playwright

    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for picture in PICTURES:
            width, height = picture.size
            page = browser.new_page(
                viewport={"width": width, "height": height}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
            )
            sign_in(page, address, picture.who)
            open_page(page, address, picture)
            file = TARGET / f"{picture.name}.png"
            page.screenshot(path=file)
            shrink(file)
            page.context.close()
        browser.close()


def sign_in(page: Any, address: str, who: str) -> None:
    page.goto(f"{address}/dang-nhap/")
    page.fill("#id_username", who)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_load_state("networkidle")


def open_page(page: Any, address: str, picture: Picture) -> None:
    """The page of the picture; 'form' is the first report on the person's home."""
    if picture.path == "form":
        page.goto(f"{address}/")
        page.click(".task-name a >> nth=-1")
    else:
        page.goto(f"{address}{picture.path}")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    if picture.show:
        page.locator(picture.show).evaluate("one => one.scrollIntoView()")


def shrink(file: Path) -> None:
    """A palette of 128 colours is plenty for a page; a picture that stays too large is a mistake."""
    from PIL import Image

    with Image.open(file) as picture:
        small = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    small.save(file, optimize=True)
    if file.stat().st_size > LARGEST:
        fail(f"{file.name} quá lớn.", f"{file.name} has {file.stat().st_size} bytes, more than {LARGEST}.")


if __name__ == "__main__":
    main()
