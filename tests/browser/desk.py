"""The report form in a browser: one report, its cadre, and the few things that every test does with it."""

from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from communes.models import Role, User
from programs.models import Report
from tests.support import TODAY, People, make_member, make_people, make_report

WATER = "ntm.xa.17.1"
CRAFT = "ntm.xa.17.2"  # may not apply


@dataclass
class Desk:
    """One report, its cadre and the site."""

    url: str
    people: People
    report: Report

    @property
    def form(self) -> str:
        return f"{self.url}/reports/{self.report.pk}/"

    def sign_in(self, page: Page, user: User | None = None) -> None:
        client = Client()
        client.force_login(user or self.people.cadre)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])

    def colleague(self) -> User:
        """A second cadre of the same commune, with a login of their own."""
        return make_member("colleague", self.report.unit, Role.CADRE)

    def open(self, page: Page, query: str = "") -> None:
        page.goto(self.form + query)
        expect(page.locator("[data-entry][data-ready]")).to_have_count(1)


@pytest.fixture
def desk(live, monkeypatch) -> Desk:
    for module in ("entry", "home"):
        monkeypatch.setattr(f"programs.views.{module}.today", lambda: TODAY)
    return Desk(live.url, make_people(), make_report("03703", "2026"))


@pytest.fixture
def form(desk: Desk, page: Page) -> Page:
    desk.sign_in(page)
    desk.open(page)
    return page


def row(page: Page, number: str) -> Locator:
    return page.locator(f'[id="ct-{number}"]')


def box(page: Page, name: str) -> Locator:
    return page.locator(f'input[name="{name}"]:not([type=hidden])')


def type_water(page: Page, numerator: str = "2011", denominator: str = "6504") -> None:
    box(page, WATER).fill(numerator)
    box(page, f"{WATER}:d").fill(denominator)


def saved(page: Page, number: str) -> None:
    expect(row(page, number).locator(".save-mark").first).to_have_text("đã lưu")
