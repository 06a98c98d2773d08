"""A real Chromium against a real server: `page` is a phone unless a test says otherwise.

    @pytest.mark.parametrize("viewport", [(1440, 900)], indirect=True)   a desk
    page.goto(live.url + "/")

Every page that was opened must have kept to the Content-Security-Policy and thrown no script error.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.chromium import find_chromium

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's sync API keeps an event loop in this thread, where Django then refuses the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    path = find_chromium()
    assert path, "No Chromium on this machine: install it, or name one in CHROMIUM."
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def viewport(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Width and height of the window; a phone's by default."""
    return getattr(request, "param", (390, 844))


@pytest.fixture
def page(browser: Browser, viewport: tuple[int, int]) -> Iterator[Page]:
    width, height = viewport
    context = browser.new_context(
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": width, "height": height}
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if broke_policy(line.text) else None)
    yield page
    context.close()
    assert not complaints, complaints


def broke_policy(line: str) -> bool:
    return "Content Security Policy" in line or "Content-Security-Policy" in line


@pytest.fixture
def live(transactional_db: None, live_server: "LiveServer") -> "LiveServer":
    """The site on a port of its own, with its static files; its database is the test's."""
    return live_server
