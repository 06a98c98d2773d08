"""One valid call of every address that is about a unit or a report.

An address that is declared for readers, writers or reviewers and has no example here fails the matrix.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse

from communes.models import Level, Membership, Role, Unit, User, today
from housing.models import Household
from programs.models import Criterion, Extension
from programs.queries.files import key_of
from sonla.policies import POLICIES, Who
from tests.housing.house_world import photo
from tests.paper import png, upload
from tests.trust.reviews import Reviewed
from tests.trust.routes import Route
from tests.trust.world import SET, TYPED, YES, Home, Thing, World
from tests.workbooks import XLSX_TYPE, opened, plain_list, sent

ABOUT_SOMETHING = (
    Who.READER, Who.WRITER, Who.REVIEWER, Who.LEADER, Who.COMMUNE, Who.ADMINISTRATOR, Who.LOCAL, Who.KEEPER,
)  # fmt: skip
SIGNED = {"document": "1/BC-UBND", "signatory": "Lò Văn Quý"}
SHEETS_SENT = {"b1_points": 150, "income": 9_000_000, "deprivations": [], "persons": 4}
FIGURE = {"indicator": TYPED, "numerator": "80", "denominator": "100", "version": 0}


@dataclass(frozen=True)
class Call:
    """How an address is called about a thing: its query, and a body that would change something."""

    query: Callable[[Thing], Mapping[str, str]] = lambda thing: {}
    form: Callable[[Thing, User], Mapping[str, Any]] | None = None
    json: Callable[[Thing, User], Mapping[str, Any]] | None = None
    # Only what was sent can be confirmed or returned.
    sent: bool = False
    # Only what was asked for can be granted.
    asked: bool = False
    # Only what was put before the leader can be approved or given back.
    waiting: bool = False
    # Only a household that left can be brought back.
    left: bool = False
    # Only a house that was voted for can go a step back.
    voted: bool = False
    # Of what the version is sent along, as If-Match.
    matching: Callable[[Thing], Any] | None = None
    # At which step the unit's poverty review stands; empty: it has none.
    review: str = ""
    # What is asked by POST so that no name stands in an address stores nothing.
    stores: bool = True


def revoking(thing: Thing, by: User) -> Mapping[str, Any]:
    return {"decision": "10/QĐ-UBND", "decided_on": today().isoformat(), "reason": "Không giữ được"}


def in_period(thing: Thing) -> Mapping[str, str]:
    return {"period": thing.period}


def on_day(thing: Thing) -> Mapping[str, str]:
    return {"at": min(thing.day, thing.report.period.deadline).isoformat()}


def seen(thing: Thing) -> str:
    return thing.report.sent_at.isoformat() if thing.report.sent_at else ""


def typed_in_page(thing: Thing, by: User) -> Mapping[str, Any]:
    return {TYPED: "80", f"{TYPED}:d": "100", f"{TYPED}:v": "0", f"{TYPED}:was": "|||"}


def typed_by_script(thing: Thing, by: User) -> Mapping[str, Any]:
    return {"user": by.pk, "items": [FIGURE]}


def more_time(thing: Thing, by: User) -> Mapping[str, Any]:
    return {"until": (today() + timedelta(days=60)).isoformat(), "reason": "Mưa lũ"}


def granted(thing: Thing, by: User) -> Mapping[str, Any]:
    return {"extension": Extension.objects.get(report=thing.report).pk, "grant": "yes"}


def signed(thing: Thing, by: User) -> Mapping[str, Any]:
    """The number, day and signatory of a paper that was signed today."""
    return {**SIGNED, "signed_on": today().isoformat()}


def colleague(thing: Thing, by: User) -> Mapping[str, Any]:
    return {"full_name": "Người Mới", "role": "cadre"}


def shared_out(thing: Thing, by: User) -> Mapping[str, Any]:
    """One criterion for whoever enters figures of the unit."""
    role = Membership.objects.filter(unit=thing.unit, role=Role.CADRE, user__is_active=True).get()
    criterion = Criterion.objects.filter(criteria_set__code=SET).first()
    return {"set": SET, "row": role.pk, f"m-{role.pk}": criterion.pk}


def workbook_sent(thing: Thing, by: User) -> Mapping[str, Any]:
    return {"file": sent(plain_list([["Mã xã"]]))}


def home_of(thing: Thing) -> Home:
    assert thing.home is not None
    return thing.home


def about_home(**typed: Any) -> Callable[[Thing, User], Mapping[str, Any]]:
    """A form about the thing's household as it stands, with these words typed."""

    def form(thing: Thing, by: User) -> Mapping[str, Any]:
        return {"version": home_of(thing).household.version, "on": today().isoformat(), **typed}

    return form


def household_typed(thing: Thing, by: User) -> Mapping[str, Any]:
    village = home_of(thing).household.village_id
    typed = {"village": village, "head_name": "Quàng Văn Mới", "persons": "2", "arrival": "found"}
    return about_home(**typed)(thing, by)


def household_new(thing: Thing, by: User) -> Mapping[str, Any]:
    """In a village of the commune that the person means by the code: the living bearer first."""
    living = Unit.objects.readable_by(by, today()).in_force(today()).filter(code=thing.unit.code).first()
    meant = living or thing.unit
    village = Unit.objects.get(code=f"b{meant.pk}")
    return {**household_typed(thing, by), "village": village.pk}


def meant_by(thing: Thing, by: User) -> Unit:
    """The unit that the person means by the thing's code: the living bearer first."""
    living = Unit.objects.readable_by(by, today()).in_force(today()).filter(code=thing.unit.code).first()
    return living or thing.unit


def house_new(thing: Thing, by: User) -> Mapping[str, Any]:
    home = Household.objects.get(code=f"{meant_by(thing, by).pk}-1")
    return {
        "household": home.pk, "house_list": "2025-2", "group": "ncc", "kind": "repair",
        "on": today().isoformat(), "repeat_reason": "Nhà bị lũ cuốn",
    }  # fmt: skip


def voted(thing: Thing, by: User) -> Mapping[str, Any]:
    day = today().isoformat()
    return {"do": "voted", "version": 1, "voted-on": day, "voted-present": "9", "voted-agreed": "8"}


def money_given(thing: Thing, by: User) -> Mapping[str, Any]:
    typed = {"source": "central", "form": "money", "value": "5", "received_on": today().isoformat()}
    return {f"money-{name}": text for name, text in typed.items()}


def photo_taken(thing: Thing, by: User) -> Mapping[str, Any]:
    return {
        "photo-file": upload(photo()),
        "photo-moment": "after",
        "photo-taken_on": today().isoformat(),
    }


def merged_with(thing: Thing, by: User) -> Mapping[str, Any]:
    other = home_of(thing).beside
    typed = {"with": other.pk, "other_version": other.version, "persons": "8", "how": "merged"}
    return about_home(**typed)(thing, by)


def reviewed(thing: Thing) -> Reviewed:
    assert thing.reviewed is not None
    return thing.reviewed


def paper_of_today(**typed: Any) -> Callable[[Thing, User], Mapping[str, Any]]:
    """The number and day of a paper that came today."""
    return lambda thing, by: {"number": "9/UBND", "on": today().isoformat(), **typed}


def sheets_typed(thing: Thing, by: User) -> Mapping[str, Any]:
    sheet = reviewed(thing).sheet
    return {"version": sheet.version, "b1": "150", "nothing": "1", "persons": "4"}


def request_of_a_household(thing: Thing, by: User) -> Mapping[str, Any]:
    day = reviewed(thing).review.round.starts_on
    return {"household": home_of(thing).beside.pk, "requested_on": day.isoformat()}


def meeting_held(thing: Thing, by: User) -> Mapping[str, Any]:
    day = reviewed(thing).review.round.starts_on
    return {"do": "meeting", "held_on": day.isoformat(), "present": "60", "agreed": "40"}


def first_home(thing: Thing) -> Household:
    return home_of(thing).household


def village_beside(thing: Thing) -> str:
    """The other village of the household's commune."""
    return f"{home_of(thing).household.village.code}-2"


def api_household(**said: Any) -> Callable[[Thing, User], Mapping[str, Any]]:
    """A household in its own village, as a program sends it."""

    def body(thing: Thing, by: User) -> Mapping[str, Any]:
        village = home_of(thing).household.village.code
        return {"village": village, "head_name": "Quàng Văn Mới", "persons": 2, **said}

    return body


def api_household_new(thing: Thing, by: User) -> Mapping[str, Any]:
    meant = meant_by(thing, by)
    said = {"unit": meant.code, "village": f"b{meant.pk}", "duplicates_seen": True}
    return api_household(**said)(thing, by)


def api_merged(thing: Thing, by: User) -> Mapping[str, Any]:
    other = home_of(thing).beside
    said = {"other": other.pk, "other_version": other.version, "persons": 8}
    return {**said, "on": today().isoformat()}


def sheet_of(thing: Thing) -> Any:
    return reviewed(thing).sheet


def api_sheets(thing: Thing, by: User) -> Mapping[str, Any]:
    sheet = sheet_of(thing)
    return {"sheets": [{"id": sheet.pk, "version": sheet.version, **SHEETS_SENT}]}


def api_meeting(thing: Thing, by: User) -> Mapping[str, Any]:
    day = reviewed(thing).review.round.starts_on
    return {"held_on": day.isoformat(), "present": 60, "agreed": 40}


def api_posting(thing: Thing, by: User) -> Mapping[str, Any]:
    part = reviewed(thing).part
    day = part.meetings.get().held_on + timedelta(days=2)
    return {"posted_from": day.isoformat(), "posted_to": day.isoformat(), "place": "Nhà văn hóa"}


def api_complaint(thing: Thing, by: User) -> Mapping[str, Any]:
    return {"received_on": today().isoformat(), "text": "Xem lại"}


def house_of(thing: Thing) -> Any:
    return thing.house


def api_house_new(thing: Thing, by: User) -> Mapping[str, Any]:
    """For the second household of the unit that the person means, which has no house yet."""
    home = Household.objects.get(code=f"{meant_by(thing, by).pk}-2")
    said = {"list": "2025-2", "group": "ncc", "kind": "repair", "on": today().isoformat()}
    return {"household": home.pk, **said}


def api_photo(thing: Thing, by: User) -> Mapping[str, Any]:
    return {"file": upload(photo()), "moment": "after", "taken_on": today().isoformat()}


def on_today(**said: Any) -> Callable[[Thing, User], Mapping[str, Any]]:
    return lambda thing, by: {"on": today().isoformat(), **said}


def moved_next_door(thing: Thing, by: User) -> Mapping[str, Any]:
    """To the other village of the commune."""
    village = home_of(thing).household.village
    other = Unit.objects.filter(level=Level.VILLAGE, code__startswith=f"{village.code}-").first()
    return about_home(village=other.pk if other else 0)(thing, by)


CALLS: Mapping[tuple[str, str], Call] = {
    # pages about a report
    ("reports/<int:pk>/", "GET"): Call(),
    ("reports/<int:pk>/", "POST"): Call(form=typed_in_page),
    ("reports/<int:pk>/values/", "POST"): Call(json=typed_by_script),
    ("reports/<int:pk>/send/", "GET"): Call(),
    ("reports/<int:pk>/send/", "POST"): Call(form=lambda thing, by: {"reason": "Chưa đủ"}),
    ("reports/<int:pk>/extension/", "GET"): Call(),
    ("reports/<int:pk>/extension/", "POST"): Call(form=more_time),
    ("reports/<int:pk>/extension/answer/", "POST"): Call(form=granted, asked=True),
    ("reports/<int:pk>/approve/", "GET"): Call(),
    ("reports/<int:pk>/approve/", "POST"): Call(form=signed, waiting=True),
    ("reports/<int:pk>/send-back/", "POST"): Call(
        form=lambda thing, by: {"comment": "Xem lại"}, waiting=True
    ),
    ("reports/<int:pk>/signing/", "POST"): Call(form=signed, sent=True),
    ("reports/<int:pk>/versions/", "GET"): Call(),
    ("reports/<int:pk>/versions/<int:number>/", "GET"): Call(sent=True),
    ("reports/<int:pk>/print/", "GET"): Call(),
    ("reports/<int:pk>/print.pdf", "GET"): Call(),
    ("reports/<int:pk>/print.xlsx", "GET"): Call(),
    ("reports/<int:pk>/review/", "GET"): Call(),
    ("reports/<int:pk>/accept/", "POST"): Call(form=lambda thing, by: {"seen": seen(thing)}, sent=True),
    ("reports/<int:pk>/return/", "POST"): Call(
        form=lambda thing, by: {"seen": seen(thing), "comment": "Xem lại"}, sent=True
    ),
    ("reports/<int:pk>/history/<str:code>/", "GET"): Call(),
    ("reports/<int:pk>/evidence/", "GET"): Call(),
    ("reports/<int:pk>/evidence/", "POST"): Call(form=lambda thing, by: {"file": upload(png(), "b.png")}),
    ("files/<int:pk>/<slug:key>/", "GET"): Call(),
    # pages about an ad-hoc form
    # poverty reviews
    ("reviews/start/<int:pk>/", "POST"): Call(form=lambda thing, by: {"round": thing.period}),
    ("reviews/<int:pk>/", "GET"): Call(review="open"),
    ("reviews/<int:pk>/list/", "POST"): Call(form=lambda thing, by: {}, review="open"),
    ("reviews/<int:pk>/add/", "GET"): Call(review="open"),
    ("reviews/<int:pk>/add/", "POST"): Call(form=request_of_a_household, review="open"),
    ("reviews/<int:pk>/ask/", "POST"): Call(form=paper_of_today(), review="ready"),
    ("reviews/<int:pk>/opinion/", "POST"): Call(form=paper_of_today(), review="asked"),
    ("reviews/<int:pk>/recognise/", "POST"): Call(
        form=paper_of_today(signatory="Lò Văn Quý"), review="answered"
    ),
    ("reviews/<int:pk>/reopen/", "POST"): Call(
        form=lambda thing, by: {"reason": "Khiếu nại"}, review="recognised"
    ),
    ("reviews/<int:pk>/source/", "POST"): Call(form=paper_of_today(source="aggregate"), review="open"),
    ("reviews/<int:pk>/ledger/", "GET"): Call(review="open"),
    ("reviews/<int:pk>/scan/", "GET"): Call(review="recognised"),
    ("reviews/<int:pk>/papers/<str:kind>/", "GET"): Call(review="open"),
    ("reviews/<int:pk>/papers/<str:kind>.pdf", "GET"): Call(review="open"),
    ("reviews/<int:pk>/villages/<int:part>/", "GET"): Call(review="open"),
    ("reviews/<int:pk>/villages/<int:part>/", "POST"): Call(form=meeting_held, review="open"),
    ("reviews/<int:pk>/sheets/<int:sheet>/", "GET"): Call(review="open"),
    ("reviews/<int:pk>/sheets/<int:sheet>/", "POST"): Call(form=sheets_typed, review="open"),
    ("reviews/<int:pk>/sheets/<int:sheet>/unlist/", "POST"): Call(
        form=lambda thing, by: {"reason": "Nhầm hộ"}, review="open"
    ),
    ("ad-hoc/<int:pk>/", "GET"): Call(),
    ("ad-hoc/<int:pk>/table.csv", "GET"): Call(),
    ("ad-hoc/<int:pk>/table.xlsx", "GET"): Call(),
    ("ad-hoc/<int:pk>/state/", "POST"): Call(form=lambda thing, by: {"state": "closed"}),
    # workbooks
    ("reports/<int:pk>/workbook/", "GET"): Call(),
    ("reports/<int:pk>/import/", "GET"): Call(),
    ("reports/<int:pk>/import/", "POST"): Call(form=workbook_sent),
    ("units/<str:code>/workbook/", "GET"): Call(query=in_period),
    ("units/<str:code>/import/", "GET"): Call(query=in_period),
    ("units/<str:code>/import/", "POST"): Call(query=in_period, form=workbook_sent),
    ("units/<str:code>/villages/", "GET"): Call(),
    ("units/<str:code>/villages/template/", "GET"): Call(),
    ("units/<str:code>/villages/import/", "GET"): Call(),
    ("units/<str:code>/villages/import/", "POST"): Call(form=workbook_sent),
    # people, desks, departments
    ("units/<str:code>/people/", "GET"): Call(),
    ("units/<str:code>/people/", "POST"): Call(form=colleague),
    ("units/<str:code>/people/<int:who>/", "GET"): Call(),
    ("units/<str:code>/people/<int:who>/", "POST"): Call(form=lambda thing, by: {"do": "password"}),
    ("units/<str:code>/desks/", "GET"): Call(),
    ("units/<str:code>/desks/", "POST"): Call(form=shared_out),
    ("units/<str:code>/departments/", "GET"): Call(query=in_period),
    ("units/<str:code>/record.zip", "GET"): Call(),
    # pages about a unit
    ("units/<str:code>/", "GET"): Call(query=in_period),
    ("units/<str:code>/table.csv", "GET"): Call(query=in_period),
    ("units/<str:code>/poverty/", "GET"): Call(),
    ("units/<str:code>/poverty.csv", "GET"): Call(),
    ("units/<str:code>/heatmap/", "GET"): Call(query=in_period),
    ("units/<str:code>/print/", "GET"): Call(query=in_period),
    ("units/<str:code>/print.pdf", "GET"): Call(query=in_period),
    ("units/<str:code>/print.xlsx", "GET"): Call(query=in_period),
    ("units/<str:code>/reports/", "GET"): Call(query=in_period),
    ("units/<str:code>/standing/", "GET"): Call(query=in_period),
    ("units/<str:code>/after/", "GET"): Call(),
    ("recognitions/<int:pk>/revoke/", "GET"): Call(),
    ("recognitions/<int:pk>/revoke/", "POST"): Call(form=revoking),
    ("units/<str:code>/series/", "GET"): Call(query=in_period),
    ("units/<str:code>/indicators/<str:indicator>/", "GET"): Call(query=in_period),
    ("units/<str:code>/criteria/<int:number>/", "GET"): Call(query=in_period),
    # the register of households
    ("households/<str:code>/", "GET"): Call(),
    ("households/<str:code>/search/", "POST"): Call(form=lambda thing, by: {"q": "lo van"}, stores=False),
    ("households/<str:code>/workbook/", "GET"): Call(),
    ("households/<str:code>/import/", "GET"): Call(),
    ("households/<str:code>/import/", "POST"): Call(form=workbook_sent),
    ("households/<str:code>/new/", "GET"): Call(),
    ("households/<str:code>/new/", "POST"): Call(form=household_new),
    ("households/<str:code>/<int:pk>/", "GET"): Call(),
    ("households/<str:code>/<int:pk>/numbers/", "POST"): Call(form=about_home(), stores=False),
    ("households/<str:code>/<int:pk>/edit/", "GET"): Call(),
    ("households/<str:code>/<int:pk>/edit/", "POST"): Call(form=household_typed),
    ("households/<str:code>/<int:pk>/split/", "GET"): Call(),
    ("households/<str:code>/<int:pk>/split/", "POST"): Call(form=household_typed),
    ("households/<str:code>/<int:pk>/merge/", "GET"): Call(),
    ("households/<str:code>/<int:pk>/merge/", "POST"): Call(form=merged_with),
    ("households/<str:code>/<int:pk>/move/", "GET"): Call(),
    ("households/<str:code>/<int:pk>/move/", "POST"): Call(form=moved_next_door),
    ("households/<str:code>/<int:pk>/leave/", "GET"): Call(),
    ("households/<str:code>/<int:pk>/leave/", "POST"): Call(form=about_home(how="gone")),
    ("households/<str:code>/<int:pk>/restore/", "POST"): Call(form=about_home(), left=True),
    ("households/<str:code>/<int:pk>/members/new/", "GET"): Call(),
    ("households/<str:code>/<int:pk>/members/new/", "POST"): Call(
        form=about_home(name="Quàng Thị Mới", relation="child")
    ),
    ("households/<str:code>/<int:pk>/members/<int:who>/", "GET"): Call(),
    ("households/<str:code>/<int:pk>/members/<int:who>/", "POST"): Call(
        form=about_home(name="Quàng Thị Mới", relation="child")
    ),
    # houses
    ("houses/<str:code>/", "GET"): Call(),
    ("houses/<str:code>/", "POST"): Call(form=lambda thing, by: {"words": "lo van"}, stores=False),
    ("houses/<str:code>/new/", "GET"): Call(),
    ("houses/<str:code>/new/", "POST"): Call(form=house_new),
    ("houses/<str:code>/targets/", "GET"): Call(),
    ("houses/<str:code>/targets/", "POST"): Call(
        form=lambda thing, by: {"commune": meant_by(thing, by).pk, "houses": "7"}
    ),
    ("houses/<str:code>/<int:pk>/", "GET"): Call(),
    ("houses/<str:code>/<int:pk>/step/", "POST"): Call(form=voted),
    ("houses/<str:code>/<int:pk>/money/", "POST"): Call(form=money_given),
    ("houses/<str:code>/<int:pk>/photos/", "POST"): Call(form=photo_taken),
    ("houses/<str:code>/<int:pk>/photos/<int:photo>/", "GET"): Call(),
    # API
    ("api/v1/units/<slug:code>/", "GET"): Call(query=on_day),
    ("api/v1/units/<slug:code>/predecessors/", "GET"): Call(query=on_day),
    ("api/v1/units/<slug:code>/successors/", "GET"): Call(query=on_day),
    ("api/v1/recognitions/<int:pk>/revoke/", "POST"): Call(json=revoking),
    ("api/v1/standing/", "GET"): Call(query=lambda thing: {"unit": thing.unit.code, **on_day(thing)}),
    ("api/v1/after-act/", "GET"): Call(query=lambda thing: {"unit": thing.unit.code}),
    ("api/v1/rollup/", "GET"): Call(
        query=lambda thing: {"unit": thing.unit.code, "indicator": YES, "period": thing.period}
    ),
    ("api/v1/assessments/", "GET"): Call(
        query=lambda thing: {"unit": thing.unit.code, "set": SET, "period": thing.period}
    ),
    ("api/v1/reports/<int:pk>/", "GET"): Call(),
    ("api/v1/reports/<int:pk>/observations/", "GET"): Call(),
    ("api/v1/reports/<int:pk>/observations/", "PATCH"): Call(
        json=lambda thing, by: {"observations": [FIGURE]}
    ),
    ("api/v1/reports/<int:pk>/observations/<str:indicator>/history/", "GET"): Call(),
    ("api/v1/reports/<int:pk>/submit/", "POST"): Call(json=lambda thing, by: {"reason": "Chưa đủ"}),
    ("api/v1/reports/<int:pk>/present/", "POST"): Call(json=lambda thing, by: {"reason": "Chưa đủ"}),
    ("api/v1/reports/<int:pk>/approve/", "POST"): Call(json=signed, waiting=True),
    ("api/v1/reports/<int:pk>/send-back/", "POST"): Call(
        json=lambda thing, by: {"comment": "Xem lại"}, waiting=True
    ),
    ("api/v1/reports/<int:pk>/versions/", "GET"): Call(sent=True),
    ("api/v1/reports/<int:pk>/versions/<int:number>/", "GET"): Call(sent=True),
    ("api/v1/reports/<int:pk>/return/", "POST"): Call(
        json=lambda thing, by: {"comment": "Xem lại"}, sent=True
    ),
    ("api/v1/reports/<int:pk>/accept/", "POST"): Call(json=lambda thing, by: {}, sent=True),
    # API: households
    ("api/v1/households/", "GET"): Call(query=lambda thing: {"unit": thing.unit.code}),
    ("api/v1/households/", "POST"): Call(json=api_household_new),
    ("api/v1/households/search/", "POST"): Call(
        json=lambda thing, by: {"unit": thing.unit.code, "text": "lo van"}, stores=False
    ),
    ("api/v1/households/<int:pk>/", "GET"): Call(),
    ("api/v1/households/<int:pk>/", "PATCH"): Call(
        json=lambda thing, by: {"persons": 5}, matching=first_home
    ),
    ("api/v1/households/<int:pk>/split/", "POST"): Call(
        json=lambda thing, by: api_household(on=today().isoformat())(thing, by), matching=first_home
    ),
    ("api/v1/households/<int:pk>/merge/", "POST"): Call(json=api_merged, matching=first_home),
    ("api/v1/households/<int:pk>/move/", "POST"): Call(
        json=lambda thing, by: {"village": village_beside(thing)}, matching=first_home
    ),
    ("api/v1/households/<int:pk>/leave/", "POST"): Call(json=on_today(how="gone"), matching=first_home),
    ("api/v1/households/<int:pk>/restore/", "POST"): Call(
        json=lambda thing, by: {}, matching=first_home, left=True
    ),
    ("api/v1/households/<int:pk>/numbers/", "POST"): Call(json=lambda thing, by: {}, stores=False),
    ("api/v1/households/<int:pk>/history/", "GET"): Call(),
    ("api/v1/households/<int:pk>/members/", "GET"): Call(),
    ("api/v1/households/<int:pk>/members/", "POST"): Call(
        json=lambda thing, by: {"name": "Quàng Thị Mới", "relation": "child"}, matching=first_home
    ),
    ("api/v1/households/<int:pk>/members/<int:who>/", "PATCH"): Call(
        json=lambda thing, by: {"name": "Quàng Thị Mới"}, matching=first_home
    ),
    ("api/v1/households/<int:pk>/members/<int:who>/leave/", "POST"): Call(
        json=on_today(), matching=first_home
    ),
    # API: houses
    ("api/v1/houses/", "GET"): Call(query=lambda thing: {"unit": thing.unit.code}),
    ("api/v1/houses/", "POST"): Call(json=api_house_new),
    ("api/v1/houses/summary/", "GET"): Call(query=lambda thing: {"unit": thing.unit.code}),
    ("api/v1/houses/<int:pk>/", "GET"): Call(),
    ("api/v1/houses/<int:pk>/", "PATCH"): Call(json=lambda thing, by: {"kind": "repair"}, matching=house_of),
    ("api/v1/houses/<int:pk>/steps/", "POST"): Call(
        json=on_today(stage="voted", present=9, agreed=8), matching=house_of
    ),
    ("api/v1/houses/<int:pk>/undo/", "POST"): Call(
        json=lambda thing, by: {"reason": "Ghi nhầm"}, matching=house_of, voted=True
    ),
    ("api/v1/houses/<int:pk>/history/", "GET"): Call(),
    ("api/v1/houses/<int:pk>/money/", "POST"): Call(
        json=lambda thing, by: {"source": "central", "value": 5, "received_on": today().isoformat()}
    ),
    ("api/v1/houses/<int:pk>/money/<int:money>/", "DELETE"): Call(voted=True),
    ("api/v1/houses/<int:pk>/photos/", "POST"): Call(form=api_photo),
    ("api/v1/houses/<int:pk>/photos/<int:photo>/", "GET"): Call(),
    ("api/v1/houses/<int:pk>/photos/<int:photo>/", "DELETE"): Call(),
    # API: poverty reviews
    ("api/v1/commune-reviews/", "GET"): Call(
        query=lambda thing: {"unit": thing.unit.code, "round": thing.period}, review="open"
    ),
    ("api/v1/commune-reviews/", "POST"): Call(
        json=lambda thing, by: {"unit": thing.unit.code, "round": thing.period}
    ),
    ("api/v1/commune-reviews/<int:pk>/", "GET"): Call(review="open"),
    ("api/v1/commune-reviews/<int:pk>/list/", "POST"): Call(json=lambda thing, by: {}, review="open"),
    ("api/v1/commune-reviews/<int:pk>/ask/", "POST"): Call(json=paper_of_today(), review="ready"),
    ("api/v1/commune-reviews/<int:pk>/opinion/", "POST"): Call(json=paper_of_today(), review="asked"),
    ("api/v1/commune-reviews/<int:pk>/recognise/", "POST"): Call(
        json=paper_of_today(signatory="Lò Văn Quý"), review="answered"
    ),
    ("api/v1/commune-reviews/<int:pk>/reopen/", "POST"): Call(
        json=lambda thing, by: {"reason": "Khiếu nại"}, review="recognised"
    ),
    ("api/v1/commune-reviews/<int:pk>/source/", "POST"): Call(
        json=paper_of_today(source="aggregate"), review="open"
    ),
    ("api/v1/commune-reviews/<int:pk>/ledger/", "GET"): Call(review="open"),
    ("api/v1/commune-reviews/<int:pk>/villages/", "GET"): Call(review="open"),
    ("api/v1/commune-reviews/<int:pk>/villages/<int:part>/meetings/", "POST"): Call(
        json=api_meeting, review="open"
    ),
    ("api/v1/commune-reviews/<int:pk>/villages/<int:part>/posting/", "POST"): Call(
        json=api_posting, review="ready"
    ),
    ("api/v1/commune-reviews/<int:pk>/villages/<int:part>/complaints/", "POST"): Call(
        json=api_complaint, review="ready"
    ),
    (
        "api/v1/commune-reviews/<int:pk>/villages/<int:part>/complaints/<int:complaint>/answer/",
        "POST",
    ): Call(
        json=lambda thing, by: {"answer": "Đúng", "answered_on": today().isoformat(), "upheld": True},
        review="complained",
    ),
    ("api/v1/commune-reviews/<int:pk>/sheets/", "GET"): Call(review="open"),
    ("api/v1/commune-reviews/<int:pk>/sheets/", "POST"): Call(json=request_of_a_household, review="open"),
    ("api/v1/commune-reviews/<int:pk>/sheets/", "PATCH"): Call(json=api_sheets, review="open"),
    ("api/v1/sheets/<int:pk>/", "GET"): Call(review="open"),
    ("api/v1/sheets/<int:pk>/", "PATCH"): Call(
        json=lambda thing, by: SHEETS_SENT, matching=sheet_of, review="open"
    ),
    ("api/v1/sheets/<int:pk>/unlist/", "POST"): Call(
        json=lambda thing, by: {"reason": "Nhầm hộ"}, review="open"
    ),
}

DECLARED = [
    (path, method)
    for path, methods in POLICIES.items()
    for method, who in methods.items()
    if who in ABOUT_SOMETHING
]


def make(world: World, name: str, path: str, method: str, thing: Thing) -> HttpResponse:
    """Call an address about a thing in a person's name, or in nobody's."""
    call = CALLS[path, method]
    pk = about(path, thing)
    names = {"code": code_in(path, thing), "indicator": YES, "number": 1, "key": key_of(thing.file)}
    if thing.home:
        names["who"] = thing.home.child.pk
    if thing.house:
        names["photo"] = thing.house.photos.get().pk
        if given := thing.house.money.first():
            names["money"] = given.pk
    if thing.reviewed:
        names |= {"part": thing.reviewed.part.pk, "sheet": thing.reviewed.sheet.pk, "kind": "posting"}
        if thing.reviewed.complaint:
            names["complaint"] = thing.reviewed.complaint.pk
    url = Route(path, "").url(pk=pk, **names)
    query = call.query(thing)
    by = world.person(name) if name in world.names else world.people.cadre
    sent: dict[str, Any] = {}
    if call.form:
        sent = {"data": call.form(thing, by)}
    elif call.json:
        sent = {"data": dict(call.json(thing, by)), "content_type": "application/json"}
    if call.matching:
        sent["headers"] = {"If-Match": f'"{call.matching(thing).version}"'}
    client = world.client(name, url)
    return getattr(client, method.lower())(url + (f"?{urlencode(query)}" if query else ""), **sent)


def about(path: str, thing: Thing) -> int:
    """The number in the address: of a paper, ad-hoc form, household, house or review, else of the report."""
    path = path.removeprefix("api/v1/")
    if path.startswith("ad-hoc/"):
        return thing.form.pk if thing.form else 0
    if path.startswith("recognitions/"):
        return thing.recognition.pk if thing.recognition else 0
    if path.startswith("households/"):
        return home_of(thing).household.pk
    if path.startswith("houses/"):
        return thing.house.pk if thing.house else 0
    if path.startswith("sheets/"):
        return reviewed(thing).sheet.pk
    if path.startswith(("reviews/", "commune-reviews/")):
        return thing.reviewed.review.pk if thing.reviewed else thing.unit.pk
    return thing.file.pk if path.startswith("files/") else thing.report.pk


def code_in(path: str, thing: Thing) -> str:
    """`code` is an indicator's in a figure's history, a unit's elsewhere."""
    return YES if "/history/" in path else thing.unit.code


def units_shown(response: HttpResponse, register: Mapping[int, Unit]) -> set[int]:
    """The units that an answer is about: by the page's question, by the file's lines, by the document."""
    if response["Content-Type"].startswith("text/csv"):
        text = response.content.decode().removeprefix("\ufeff")
        named = {(row[0], row[1]) for row in list(csv.reader(io.StringIO(text)))[1:]}
        return {pk for pk, one in register.items() if (one.code, one.name) in named}
    if response["Content-Type"] == "application/zip":
        with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as record:
            return _units_in(json.loads(record.read("don-vi.json")), register)
    if response["Content-Type"] == XLSX_TYPE:
        book = opened(response.content)
        if "_sonla" not in book.sheetnames:
            lines = {row[1:3] for row in book.active.iter_rows(max_col=3, values_only=True)}
            return {pk for pk, one in register.items() if (one.code, one.name) in lines}
        said = dict(book["_sonla"].iter_rows(max_col=2, values_only=True))
        named = {(said["unit"], said["unit_from"])}
        return {pk for pk, one in register.items() if (one.code, one.valid_from.isoformat()) in named}
    if response["Content-Type"].startswith("application/json"):
        return _units_in(response.json(), register)
    if "question" not in response.context:
        return {response.context["unit"].pk}
    return {response.context["question"].unit.pk}


def _units_in(document: Any, register: Mapping[int, Unit]) -> set[int]:
    """Wherever a code and a first day stand beside each other, they name a unit."""
    if isinstance(document, list):
        return set().union(*(_units_in(one, register) for one in document))
    if not isinstance(document, dict):
        return set()
    code, start = document.get("code", document.get("unit")), document.get("valid_from")
    start = document.get("unit_valid_from", start)
    found = {
        pk
        for pk, one in register.items()
        if one.level != Level.VILLAGE and one.code == code and one.valid_from.isoformat() == start
    }
    return found.union(*(_units_in(one, register) for one in document.values()))
