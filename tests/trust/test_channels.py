"""Every way out of the system tells a person about the same units: page, file, API, search, totals.

What each way shows is compared with what `oracle` finds by walking memberships and placements, for people
of living and ended, merged and divided units, and of a district that is no more.
"""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from communes.actions import issue_token, refresh_register
from communes.models import Level, Membership, Role, Unit, User, first_day, today
from communes.rules.text import fold
from housing.models import Household, HousingProject, PovertyReview
from programs.actions import Item
from programs.models import Assessment, CriteriaSet, Observation, Recognition, Report
from tests.support import make_member, make_people, make_report, record, unit
from tests.trust.oracle import Register, Scope, scope_of
from tests.trust.reviews import make_review
from tests.trust.world import SET, TYPED, YES, make_home, make_house, reopen

pytestmark = pytest.mark.django_db

Named = set[tuple[str, str]]
THEN = date(2024, 6, 30)
# Living communes, a ward among their neighbours, and communes that ended at either step.
REPORTS = [
    ("03703", "2026"), ("03688", "2026"), ("03694", "2026"), ("03901", "2026"), ("04069", "2026"),
    ("03703", "2024"), ("03688", "2024"), ("03694", "2024"), ("03910", "2024"),
    ("03703", "2025-H1"), ("03688", "2025-H1"), ("03928", "2025-H1"),
]  # fmt: skip
# A member of …
MEMBERS = {
    "old_district": ("118", THEN, Role.VIEWER),
    "district_keeper": ("118", THEN, Role.REVIEWER),
    "divided": ("03901", None, Role.CADRE),
    "ended_in_2025": ("03703", date(2025, 3, 1), Role.CADRE),
    "ward": ("03980", date(2025, 3, 1), Role.CADRE),
}
PEOPLE = ["cadre", "neighbour", "predecessor", "official", "deactivated", *MEMBERS, "moved", "two_places"]


class Story:
    """Many reports, and one person who looks at them in every way there is."""

    def __init__(self, name: str) -> None:
        make_people()
        self._make_figures()
        self.person = self.named(name)
        self.register = Register()
        self.today = today()
        self.scope: Scope = scope_of(self.person, self.today, self.register)
        self.pages = Client()
        self.pages.force_login(self.person)
        _token, secret = issue_token(user=self.person)
        self.api = Client(headers={"Authorization": f"Token {secret}"})

    def _make_figures(self) -> None:
        clerk = make_member("clerk", unit("14"), Role.CADRE)
        for code, period in REPORTS:
            report = make_report(code, period)
            reopen(report, clerk)
            items = [Item(YES, value=1), Item(TYPED, value=80, denominator=100)]
            record(report, clerk, items, today())
            decision = {"decision": f"{code}/{period}", "decided_on": report.unit.valid_from}
            Recognition.objects.get_or_create(
                unit=report.unit, level="met", valid_from=report.unit.valid_from, defaults=decision
            )

    @staticmethod
    def named(name: str) -> User:
        if name in MEMBERS:
            code, day, role = MEMBERS[name]
            return make_member(name, unit(code, day) if day else unit(code), role)
        if name == "moved":
            person = make_member(name, unit("03703"), Role.CADRE, valid_to=today())
            Membership.objects.create(user=person, unit=unit("03688"), role=Role.CADRE, valid_from=today())
            return person
        if name == "two_places":
            person = make_member(name, unit("03694"), Role.CADRE)
            Membership.objects.create(user=person, unit=unit("03901"), role=Role.VIEWER, valid_from=first_day)
            return person
        return User.objects.get(username=name)

    # -- what the oracle says ----------------------------------------------------------------------

    @property
    def readable(self) -> list[Unit]:
        return [self.register.units[pk] for pk in self.scope.reads]

    def lives(self, day: date) -> list[Unit]:
        return [
            one for one in self.readable if one.valid_from <= day and (not one.valid_to or day < one.valid_to)
        ]

    def territory(self, top: Unit, day: date) -> list[Unit]:
        """Readable communes under a unit on a day; an ended district has those that were its own once."""
        former = {
            one.unit_id
            for one in self.register.former
            if one.parent_id == top.pk and one.valid_from <= day and (not one.valid_to or day < one.valid_to)
        }
        return [
            one
            for one in self.lives(day)
            if one.level == Level.COMMUNE and (top.pk in self.register.above(one.pk, day) or one.pk in former)
        ]

    # -- what the site shows -----------------------------------------------------------------------

    def listed(self, address: str, **query: str) -> list[dict[str, Any]]:
        """All rows of a list of the API."""
        found: list[dict[str, Any]] = []
        url: str | None = address
        while url:
            response = self.api.get(url, {"page_size": "200", **query} if url == address else None)
            if response.status_code == 404:
                return []
            assert response.status_code == 200, response.content
            found += response.json()["results"]
            url = response.json()["next"]
        return found

    def reports_on_pages(self) -> set[int]:
        found: set[int] = set()
        number = 1
        while True:
            listed = self.pages.get("/reports/", {"period": "all", "page": str(number)}).context["listed"]
            found |= {row.report.pk for row in listed.rows}
            if not listed.page.has_next():
                return found
            number += 1


def named(units: Any) -> Named:
    return {(one.code, one.valid_from.isoformat()) for one in units}


def told(rows: list[dict[str, Any]]) -> Named:
    return {(row.get("code") or row["unit"], row.get("unit_valid_from") or row["valid_from"]) for row in rows}


@pytest.mark.parametrize("name", [name for name in PEOPLE if name != "deactivated"])
def test_every_channel_shows_the_same_units(name: str) -> None:
    story = Story(name)
    _compare_rows(story)
    _compare_units(story)
    for period in ("2026", "2025-H1", "2024"):
        _compare_territories(story, period)


def _compare_rows(story: Story) -> None:
    """Reports, figures and decisions, one by one."""
    reads = story.scope.reads
    reports = {one.pk: one for one in Report.objects.all()}
    own = {pk for pk, one in reports.items() if one.unit_id in reads}
    assert story.reports_on_pages() == own
    assert {row["id"] for row in story.listed("/api/v1/reports/")} == own
    home = story.pages.get("/", {"all": ""})
    if home.status_code == 200 and "page" in home.context:
        page = home.context["page"]
        assert {one.report.pk for one in page.tasks} | {one.pk for one in page.reports} <= own
    filled = {pk for pk, one in reports.items() if one.entered}
    for pk in filled - own:
        assert story.pages.get(f"/reports/{pk}/review/").status_code == 404, reports[pk]
        assert story.api.get(f"/api/v1/reports/{pk}/").status_code == 404, reports[pk]

    rows = Observation.objects.select_related("unit", "indicator")
    assert {
        (row["unit"], row["unit_valid_from"], row["report"], row["indicator"])
        for row in story.listed("/api/v1/observations/")
    } == {
        (one.unit.code, one.unit.valid_from.isoformat(), one.report_id, one.indicator.code)
        for one in rows
        if one.unit_id in reads
    }
    decided = {one.decision for one in Recognition.objects.all() if one.unit_id in reads}
    assert {row["decision"] for row in story.listed("/api/v1/recognitions/")} == decided


def _compare_units(story: Story) -> None:
    """Lists and searches are the scope of the day."""
    for day in (THEN, date(2025, 3, 1), story.today):
        assert told(story.listed("/api/v1/units/", at=day.isoformat())) == named(story.lives(day))

    for text in ("muong gi", "Quỳnh", "xa chieng s"):
        hits = [one for one in story.readable if fold(text) in one.search_name]
        page = story.pages.get("/units/", {"q": text}).context["page"]
        assert named(found.unit for found in page.found) == named(hits)
        living = [one for one in hits if one in story.lives(story.today)]
        assert told(story.listed("/api/v1/units/", q=text)) == named(living)


def _compare_territories(story: Story, period: str) -> None:
    """Tables, files and totals of the units above and of the own commune hold the same communes."""
    day = {"2026": date(2026, 12, 31), "2025-H1": date(2025, 6, 30), "2024": date(2024, 12, 31)}[period]
    kinds = set(CriteriaSet.objects.get(code=SET).kinds.values_list("pk", flat=True))
    tops = [one for one in story.readable if one.level in (Level.PROVINCE, Level.DISTRICT)]
    for top in [*tops, *[one for one in story.lives(day) if one.code == "03703"]]:
        if top.level != Level.DISTRICT or top.code == "118":
            communes = story.territory(top, day)
            _compare(story, top, period, named(communes), named(u for u in communes if u.kind_id in kinds))


def _compare(story: Story, top: Unit, period: str, communes: Named, owing: Named) -> None:
    where = f"{top}, {period}"
    asked = {"unit": top.code, "period": period}
    assert told(story.listed("/api/v1/assessments/", set=SET, **asked)) == owing, where
    answer = story.api.get("/api/v1/rollup/", {"indicator": TYPED, "by": "commune", **asked})
    assert told(answer.json()["rows"]) == communes, where
    (total,) = story.api.get("/api/v1/rollup/", {"indicator": TYPED, **asked}).json()["rows"]
    reported = {
        (one.unit.code, one.unit.valid_from.isoformat())
        for one in Assessment.objects.filter(period__code=period).select_related("unit")
    }
    assert (total["expected_units"], total["reported_units"]) == (len(owing), len(owing & reported)), where

    if top.level != Level.PROVINCE or period == "2026":  # a large page: once is enough
        page = story.pages.get(f"/units/{top.code}/heatmap/", {"period": period, "state": "entered"})
        assert named(row.unit for row in page.context["page"].rows) == owing, where
    file = story.pages.get(f"/units/{top.code}/table.csv", {"period": period, "state": "entered"})
    lines = list(csv.reader(io.StringIO(file.content.decode().removeprefix("\ufeff"))))[1:]
    assert sorted(line[0] for line in lines) == sorted(code for code, _start in owing), where


def test_who_is_deactivated_is_shown_nothing() -> None:
    story = Story("deactivated")
    addresses = ("reports", "observations", "units", "recognitions", "assessments")
    assert {story.api.get(f"/api/v1/{name}/").status_code for name in addresses} == {401}
    assert {story.pages.get(url).status_code for url in ("/", "/reports/", "/units/")} == {302}


# -- Households: names are for the people of the commune ---------------------------------------------


class Village:
    """Households in many communes, and one person who looks for them in every way there is."""

    def __init__(self, name: str) -> None:
        make_people()
        clerk = User.objects.get(username="cadre")
        communes = list({unit(code) if period != "2024" else unit(code, THEN) for code, period in REPORTS})
        self.homes = [make_home(one, clerk).household for one in communes]
        refresh_register()
        self.person = Story.named(name)
        self.register = Register()
        self.today = today()
        self.pages = Client()
        self.pages.force_login(self.person)
        _token, secret = issue_token(user=self.person)
        self.api = Client(headers={"Authorization": f"Token {secret}"})
        self.houses = {make_house(one, clerk).pk: one.pk for one in self.homes}

    @property
    def known(self) -> set[int]:
        """What the plain walk says: the households of the communes whose people the person knows."""
        knows = scope_of(self.person, self.today, self.register).knows
        return {one.pk for one in Household.objects.all() if one.commune_id in knows}

    def listed(self) -> set[int]:
        """Over the list of every code; an ended bearer's is met by who reads no living one."""
        found: set[int] = set()
        for code in sorted({one.commune.code for one in self.homes}):
            answer = self.pages.get(f"/households/{code}/")
            if answer.status_code == 200:
                found |= {row.pk for row in answer.context["listed"].page.object_list}
        return found

    def searched(self) -> set[int]:
        found: set[int] = set()
        for code in sorted({one.commune.code for one in self.homes}):
            answer = self.pages.post(f"/households/{code}/search/", {"q": "lo van ban"})
            if answer.status_code == 200:
                found |= {row.pk for row in answer.context["found"].rows}
        return found

    def opened(self) -> set[int]:
        """Whose page opens, at the code of the commune where each stands now."""
        rows = Household.objects.select_related("commune")
        urls = {one.pk: f"/households/{one.commune.code}/{one.pk}/" for one in rows}
        return {pk for pk, url in urls.items() if self.pages.get(url).status_code == 200}

    def told(self, address: str, **asked: str) -> set[int]:
        """The ids of a list of the API; nothing where the person is told to look at counts."""
        answer = self.api.get(address, {"page_size": "500", **asked})
        return {row["id"] for row in answer.json()["results"]} if answer.status_code == 200 else set()

    def told_by_code(self) -> set[int]:
        codes = {one.commune.code for one in self.homes}
        return set().union(*(self.told("/api/v1/households/", unit=code) for code in codes))

    def answered(self, address: str, ids: Iterable[int]) -> set[int]:
        return {pk for pk in ids if self.api.get(f"{address}{pk}/").status_code == 200}

    def compare_api(self) -> None:
        """A program of the person sees what the person sees."""
        known, households, houses = self.known, "/api/v1/households/", "/api/v1/houses/"
        assert self.told(households) == known
        assert self.answered(households, self.houses.values()) == known & set(self.houses.values())
        assert self.told_by_code() == self.listed()
        at_home = {one.pk for one in HousingProject.objects.all() if one.household_id in known}
        assert self.told(houses) == self.answered(houses, self.houses) == at_home

    def compare(self) -> None:
        known = self.known
        self.compare_api()
        assert (
            set(Household.objects.readable_by(self.person, self.today).values_list("pk", flat=True)) == known
        )
        assert self.opened() == known
        # A code's list shows its living bearer; what an ended one left behind is opened one by one.
        assert self.listed() == self.searched() <= known
        living = {one.pk for one in Household.objects.filter(pk__in=known, commune__valid_to=None)}
        assert living <= self.listed()


@pytest.mark.parametrize("name", [name for name in PEOPLE if name != "deactivated"])
def test_every_channel_shows_the_same_households(name: str) -> None:
    village = Village(name)
    village.compare()
    # Quỳnh Nhai's household comes to stand under Mường Chiên, with its village.
    moved = next(one for one in village.homes if one.commune == unit("03703"))
    before = moved.pk in village.known
    Household.objects.filter(pk=moved.pk).update(commune=unit("03688"))
    HousingProject.objects.filter(household=moved).update(commune=unit("03688"))
    village.compare()
    there = unit("03688").pk in scope_of(village.person, village.today, village.register).knows
    assert (moved.pk in village.known) == there
    assert before == (unit("03703").pk in scope_of(village.person, village.today, village.register).knows)


def test_nobody_signed_out_sees_a_household() -> None:
    village = Village("deactivated")
    assert village.known == set()
    assert village.opened() == village.listed() == set()


# -- Sheets of reviews: the same people, and of a household that moved the old ones stay ---------------


@pytest.mark.parametrize("name", [name for name in PEOPLE if name != "deactivated"])
def test_every_channel_shows_the_same_sheets(name: str) -> None:
    village = Village(name)
    clerk = User.objects.get(username="cadre")
    reviews = []
    for home in village.homes:
        beside = Household.objects.exclude(pk=home.pk).get(village=home.village)
        code = "2024" if home.commune.valid_to else "2026"
        reviews.append(make_review(code, home, beside, clerk, "open"))
    moved = next(one for one in village.homes if one.commune == unit("03703"))
    Household.objects.filter(pk=moved.pk).update(commune=unit("03688"))
    knows = scope_of(village.person, village.today, village.register).knows
    known = {one.sheet.pk for one in reviews if one.review.commune_id in knows}

    rows = PovertyReview.objects.readable_by(village.person, village.today)
    assert set(rows.values_list("pk", flat=True)) == known
    listed, opened = set(), set()
    for one in reviews:
        base = f"/reviews/{one.review.pk}/"
        answer = village.pages.get(f"{base}villages/{one.part.pk}/")
        if answer.status_code == 200:
            listed |= {sheet.pk for sheet in answer.context["page"].sheets}
        if village.pages.get(f"{base}sheets/{one.sheet.pk}/").status_code == 200:
            opened.add(one.sheet.pk)
    assert listed == opened == known
