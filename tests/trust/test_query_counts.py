"""How many SQL statements each page, list, file and save costs: written down, the same for 1 row and for 50.

A count that changes shows in review: tests/trust/query_counts.json is part of the change. After a change
that is meant:  UPDATE_QUERY_COUNTS=1 .venv/bin/python -m pytest tests/trust/test_query_counts.py
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communes.actions import issue_token, refresh_register
from communes.models import Level, Role, Unit, today
from housing.models import (
    Complaint,
    Household,
    HouseholdChange,
    HousingTarget,
    Meeting,
    Member,
    MoneySource,
    PovertyReview,
    ProjectEvent,
    ProjectMoney,
    ReviewEvent,
)
from programs.actions import Item
from programs.models import Period, Recognition, Report, ReportForm
from programs.queries.structure import structure_of
from tests.support import make_member, make_people, make_report, record
from tests.trust.reviews import make_review
from tests.trust.world import SET, TYPED, YES, make_home, make_house, undone

pytestmark = pytest.mark.django_db

FILE = Path(__file__).with_name("query_counts.json")
MANY = 50
# Yes/no figures that the story leaves to be saved.
LEFT = [f"ntm.xa.{number}" for number in ("13.1", "13.2", "13.3", "13.4", "13.5", "14.1", "18.1", "18.2")]
# Django opens and closes its own brackets; only what asks or stores counts.
BRACKETS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@dataclass(frozen=True)
class Costly:
    """One request and the two sizes at which it is made: in the query, or in how much is stored."""

    name: str
    person: str
    url: str
    few: Mapping[str, str] | None = None
    many: Mapping[str, str] | None = None


PAGES = [
    Costly("home of a cadre", "cadre", "/"),
    Costly("report form", "cadre", "/reports/{report}/"),
    Costly("sending", "cadre", "/reports/{report}/send/"),
    Costly("what was sent", "cadre", "/reports/{report}/versions/"),
    Costly("official table", "cadre", "/reports/{report}/print/"),
    Costly("official table as a workbook", "cadre", "/reports/{report}/print.xlsx"),
    Costly("history of a figure", "cadre", f"/reports/{{report}}/history/{YES}/"),
    Costly("evidence of a report", "cadre", "/reports/{report}/evidence/"),
    Costly("changes after confirmation", "official", "/changes/"),
    Costly("whole record of a commune", "official", "/units/03703/record.zip"),
    Costly("who downloaded what", "official", "/exports/"),
    Costly("register of households", "cadre", "/households/03703/"),
    Costly("household", "cadre", "/households/03703/{household}/"),
    Costly("rounds of a commune", "cadre", "/reviews/"),
    Costly("review of a commune", "cadre", "/reviews/{review}/"),
    Costly("review of a commune, from above", "official", "/reviews/{review}/"),
    Costly("village in a review", "cadre", "/reviews/{review}/villages/{part}/"),
    Costly("sheets of a household", "cadre", "/reviews/{review}/sheets/{sheet}/"),
    Costly("movements of a review", "cadre", "/reviews/{review}/ledger/"),
    Costly("reviews of the province", "official", "/reviews/"),
    Costly("registers of the province", "official", "/households/"),
    Costly("houses of a commune", "cadre", "/houses/03703/"),
    Costly("house", "cadre", "/houses/03703/{house}/"),
    Costly("houses of the province", "official", "/houses/14/"),
    Costly("targets of houses", "reviewer", "/houses/14/targets/"),
    Costly("list of reports", "reviewer", "/reports/", {"q": "Xã Quỳnh Nhai"}, {"q": ""}),
    Costly("report under review", "reviewer", "/reports/{report}/review/"),
    Costly("province", "official", "/units/14/", {"state": "entered"}, {"state": "entered"}),
    Costly("former district", "official", "/units/118/", {"state": "entered"}, {"state": "entered"}),
    Costly("commune", "official", "/units/03703/"),
    Costly("criterion", "official", "/units/14/criteria/17/"),
    Costly("indicator", "official", "/units/14/indicators/ntm.xa.17.1/"),
    Costly("over the periods", "official", "/units/14/series/"),
    Costly("heat map", "official", "/units/14/heatmap/"),
    Costly("poverty", "official", "/units/14/poverty/"),
    Costly("official summary", "official", "/units/14/print/"),
    Costly("official summary as a workbook", "official", "/units/14/print.xlsx"),
    Costly("reports of the province", "official", "/units/14/reports/"),
    Costly("keeping the standard", "official", "/units/14/standing/"),
    Costly("after a reorganisation", "official", "/units/14/after/"),
    Costly(
        "departments of the province",
        "official",
        "/units/14/departments/",
        {"period": "2026"},
        {"period": "2026"},
    ),
    Costly("table as a file", "official", "/units/14/table.csv"),
    Costly("workbook of a report", "cadre", "/reports/{report}/workbook/"),
    Costly("workbook of the province", "official", "/units/14/workbook/"),
    Costly("villages of the province", "official", "/units/14/villages/"),
    Costly("search", "official", "/units/", {"q": "xa quynh nhai"}, {"q": "xa"}),
]
ONE, FIFTY = {"page_size": "1"}, {"page_size": str(MANY)}
HERE = {"unit": "03703"}
ASSESSED = {"set": SET, "unit": "14", "period": "2026"}
RESOURCES = [
    Costly("API units", "system", "/api/v1/units/", ONE, FIFTY),
    Costly("API predecessors", "system", "/api/v1/units/03703/predecessors/", ONE, FIFTY),
    Costly("API indicators", "system", "/api/v1/indicators/", ONE, FIFTY),
    Costly("API criteria sets", "system", "/api/v1/criteria-sets/", ONE, FIFTY),
    Costly("API periods", "system", "/api/v1/periods/", ONE, FIFTY),
    Costly("API reports", "system", "/api/v1/reports/", ONE, FIFTY),
    Costly("API report", "system", "/api/v1/reports/{report}/"),
    Costly("API what was sent", "system", "/api/v1/reports/{report}/versions/", ONE, FIFTY),
    Costly("API figures of a report", "system", "/api/v1/reports/{report}/observations/"),
    Costly(
        "API history of a figure",
        "system",
        f"/api/v1/reports/{{report}}/observations/{YES}/history/",
        ONE,
        FIFTY,
    ),
    Costly("API observations", "system", "/api/v1/observations/", ONE, FIFTY),
    Costly(
        "API assessments",
        "system",
        "/api/v1/assessments/",
        {**ASSESSED, "unit": "03703"},
        {**ASSESSED, **FIFTY},
    ),
    Costly("API recognitions", "system", "/api/v1/recognitions/", ONE, FIFTY),
    Costly("API keeping the standard", "system", "/api/v1/standing/", {"unit": "14"}, {"unit": "14"}),
    Costly("API after an act", "system", "/api/v1/after-act/", {"unit": "14"}, {"unit": "14"}),
    Costly("API households", "program", "/api/v1/households/", {**HERE, **ONE}, {**HERE, **FIFTY}),
    Costly("API households of all own communes", "program", "/api/v1/households/", ONE, FIFTY),
    Costly("API household", "program", "/api/v1/households/{household}/"),
    Costly("API history of a household", "program", "/api/v1/households/{household}/history/", ONE, FIFTY),
    Costly("API members", "program", "/api/v1/households/{household}/members/", ONE, FIFTY),
    Costly("API reviews of communes", "system", "/api/v1/commune-reviews/", ONE, FIFTY),
    Costly("API review of a commune", "system", "/api/v1/commune-reviews/{review}/"),
    Costly("API ledger of a review", "system", "/api/v1/commune-reviews/{review}/ledger/"),
    Costly("API villages of a review", "program", "/api/v1/commune-reviews/{review}/villages/"),
    Costly("API sheets", "program", "/api/v1/commune-reviews/{review}/sheets/", ONE, FIFTY),
    Costly("API sheet", "program", "/api/v1/sheets/{sheet}/"),
    Costly("API houses", "program", "/api/v1/houses/", {**HERE, **ONE}, {**HERE, **FIFTY}),
    Costly("API house", "program", "/api/v1/houses/{house}/"),
    Costly("API history of a house", "program", "/api/v1/houses/{house}/history/", ONE, FIFTY),
    Costly("API counts of houses", "system", "/api/v1/houses/summary/", {"unit": "14"}, {"unit": "14"}),
    Costly("API poverty standards", "system", "/api/v1/poverty-standards/", ONE, FIFTY),
    Costly("API review rounds", "system", "/api/v1/review-rounds/", ONE, FIFTY),
    Costly("API lists of houses", "system", "/api/v1/housing-lists/", ONE, FIFTY),
    Costly("API ethnic groups", "system", "/api/v1/ethnic-groups/", ONE, FIFTY),
    *[
        Costly(f"API roll-up by {by}, {words}", "system", "/api/v1/rollup/", asked, asked)
        for by in ("unit", "commune", "district")
        for words, asked in [
            ("period", {"indicator": TYPED, "unit": "14", "by": by, "period": "2026"}),
            ("today", {"indicator": TYPED, "unit": "14", "by": by}),
        ]
    ],
]


class Province:
    """First one commune with one report; `grow` makes it fifty communes, and fifty changes of a figure."""

    def __init__(self) -> None:
        self.people = make_people()
        self.clerk = make_member("clerk", Unit.objects.get(code="14"), Role.CADRE)
        self.report = make_report()
        rows = structure_of(self.report.form, self.report.period)
        typed = [one for row in rows for one in row.typed]
        self.enter(
            self.report,
            [Item(one.code, 1, 1 if one.is_ratio else None) for one in typed if one.code not in LEFT],
        )
        self.recognise(self.report.unit)
        homes = make_home(self.report.unit, self.people.cadre)
        self.home = homes.household
        self.reviewed = make_review("2026", self.home, homes.beside, self.people.cadre, "open")
        self.review_more(homes.beside)
        self.house = make_house(self.home, self.people.cadre)
        self.give()
        self.change()
        refresh_register()
        self.clients = {name: Client() for name in ("cadre", "reviewer", "official")}
        for name, client in self.clients.items():
            client.force_login(getattr(self.people, name))
        _token, secret = issue_token(user=self.people.system)
        self.clients["system"] = Client(headers={"Authorization": f"Token {secret}"})
        _token, secret = issue_token(user=self.people.cadre)
        self.clients["program"] = Client(headers={"Authorization": f"Token {secret}"})

    def enter(self, report: Report, items: list[Item]) -> None:
        record(report, self.clerk, items, today())

    @staticmethod
    def recognise(unit: Unit) -> None:
        first = unit.valid_from
        Recognition.objects.create(
            unit=unit, level="met", decision="1/QĐ", decided_on=first, valid_from=first
        )

    def grow(self) -> None:
        for version in range(1, MANY):
            self.enter(self.report, [Item(YES, value=(version + 1) % 2, version=version)])
        communes = Unit.objects.filter(level=Level.COMMUNE, valid_to=None, kind="xa")
        for one in communes.exclude(pk=self.report.unit_id)[: MANY - 1]:
            self.enter(make_report(one.code), [Item(YES, value=1), Item(TYPED, 80, 100)])
            self.recognise(one)
            homes = make_home(one, self.clerk)
            make_house(homes.household, self.clerk)
            make_review("2026", homes.household, homes.beside, self.clerk, "open")
        refresh_register()
        self.people_more()
        form = ReportForm.objects.get(code="ntm.xa")
        for period in Period.objects.filter(ends_on__gt="2025-06-30"):
            Report.objects.get_or_create(
                form=form, unit=self.report.unit, period=period, province=self.report.province
            )

    def people_more(self) -> None:
        """Fifty households in the register of the first commune, and fifty members and steps of one."""
        home = self.home
        for number in range(1, MANY + 1):
            fields = {"commune": home.commune, "village": home.village, "arrived_on": home.arrived_on}
            one = Household.objects.create(
                code=f"n-{number}",
                head_name="Lò Văn Một",
                province_id=home.province_id,
                updated_by=self.clerk,
                **fields,
            )
            Member.objects.create(household=home, name="Lò Thị Con", relation="child")
            self.change(number)
            self.review_more(one)
            make_house(one, self.clerk)
            self.give()

    def review_more(self, home: Household) -> None:
        """One more household, meeting and step in the review of the first commune."""
        reviewed = self.reviewed
        PovertyReview.objects.create(
            review=reviewed.review, household=home, village=home.village, listed="poor",
            poverty_class="poor", opening_class="poor", movement="stayed_poor", updated_by=self.clerk,
        )  # fmt: skip
        day, count = reviewed.review.round.starts_on, reviewed.part.meetings.count()
        Meeting.objects.create(
            village_review=reviewed.part, number=count + 1, held_on=day, present=9, agreed=1
        )
        Complaint.objects.create(
            village_review=reviewed.part, household=home, received_on=day, text="Xem lại", by=self.clerk
        )
        ReviewEvent.objects.create(review=reviewed.review, to_state="reviewing", by=self.clerk)

    def give(self) -> None:
        """Money, a step and a target of the first commune's house."""
        house, source = self.house, MoneySource.objects.get(code="central")
        ProjectMoney.objects.create(
            project=house, source=source, value=1, received_on=house.proposed_on, by=self.clerk
        )
        ProjectEvent.objects.create(
            project=house, version=1, to_stage=house.stage, fields={"kind": ["new", "repair"]}, by=self.clerk
        )
        HousingTarget.objects.get_or_create(list=house.list, commune=house.commune, houses=5)

    def change(self, number: int = 0) -> None:
        """A step in the life of the first commune's household."""
        HouseholdChange.objects.create(
            household=self.home,
            commune=self.home.commune,
            version=number + 1,
            kind="edited",
            fields={"persons": [1, 2], "village_id": [self.home.village_id, self.home.village_id]},
            through="form",
            by=self.clerk,
        )

    def cost(self, request: Costly, query: Mapping[str, str] | None) -> int:
        client, url = self.clients[request.person], self.url(request)
        return counted(lambda: client.get(url, query))

    def url(self, request: Costly) -> str:
        return request.url.format(
            report=self.report.pk,
            household=self.home.pk,
            house=self.house.pk,
            review=self.reviewed.review.pk,
            sheet=self.reviewed.sheet.pk,
            part=self.reviewed.part.pk,
        )


def counted(ask: Callable[[], Any]) -> int:
    """Statements of the second of two equal requests: what is kept in memory was read by the first."""
    assert ask().status_code == 200
    with CaptureQueriesContext(connection) as captured:
        response = ask()
    assert response.status_code == 200
    return sum(not one["sql"].startswith(BRACKETS) for one in captured)


def saving(province: Province, codes: list[str]) -> int:
    """What saving these yes/no figures costs, taken back afterwards."""
    items = [{"indicator": code, "value": "1", "version": 0} for code in codes]
    body = {"user": province.people.cadre.pk, "items": items}
    url = f"/reports/{province.report.pk}/values/"
    with undone(), CaptureQueriesContext(connection) as captured:
        response = province.clients["cadre"].post(url, body, content_type="application/json")
        assert {one["status"] for one in response.json()["items"]} == {"saved"}
    return sum(not one["sql"].startswith(BRACKETS) for one in captured)


def measured() -> dict[str, tuple[int, int]]:
    """Each request's statements for few rows and for many."""
    province = Province()
    saving(province, LEFT[:1])
    costs = {"saving in the form": (saving(province, LEFT[:1]), saving(province, LEFT))}
    requests = [*PAGES, *RESOURCES]
    few = {one.name: province.cost(one, one.few) for one in requests}
    province.grow()
    return costs | {one.name: (few[one.name], province.cost(one, one.many)) for one in requests}


def test_the_cost_of_every_page_is_written_down_and_does_not_grow() -> None:
    costs = measured()
    growing = {name: pair for name, pair in costs.items() if pair[0] < pair[1]}
    assert growing == {}, "more rows cost more statements"

    found = {name: list(pair) for name, pair in sorted(costs.items())}
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        lines = (f"  {json.dumps(name, ensure_ascii=False)}: {pair}" for name, pair in found.items())
        FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    known = json.loads(FILE.read_text()) if FILE.exists() else {}
    changed = {
        name: f"{known.get(name)} → {found.get(name)}"
        for name in sorted(known.keys() | found.keys())
        if known.get(name) != found.get(name)
    }
    assert changed == {}, "if meant: UPDATE_QUERY_COUNTS=1 pytest tests/trust/test_query_counts.py"
