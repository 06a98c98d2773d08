"""Every page of the administration opens, costs the same for 1 row and for 20, and is closed to cadres."""

from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from communes.actions import issue_token
from communes.models import Membership, Unit, User, Verification
from programs.actions import Item
from programs.actions.exports import log_export
from programs.models import (
    CriterionReview,
    Recognition,
    Reopening,
    Report,
)
from tests.support import TODAY, make_people, make_report, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("quantri", full_name="Quản trị hệ thống")


@pytest.fixture
def client(root: User) -> Client:
    client = Client()
    client.force_login(root)
    return client


@pytest.fixture
def data(root: User) -> Report:
    """At least one row in every table: a report with figures, sent and returned, a decision, a token."""
    people = make_people()
    report = make_report()
    record(
        report, people.cadre, [Item("ntm.xa.1.1", value=1), Item("ntm.xa.17.1", value=80, denominator=100)]
    )
    report.events.create(by=people.reviewer, from_state="sent", to_state="returned", comment="Xem lại TC 17")
    criterion = report.form.assignments.first().criteria_set.criteria.first()
    CriterionReview.objects.create(
        report=report, criterion=criterion, verdict="returned", comment="Xem lại", by=people.reviewer
    )
    Recognition.objects.create(
        unit=report.unit, level="met", decision="1/QĐ-UBND", decided_on=TODAY, valid_from=TODAY
    )
    Reopening.objects.create(
        form=report.form, period=report.period, unit=report.unit, until=TODAY, reason="Sửa số", by=root
    )
    issue_token(user=people.system, name="máy tổng hợp")
    log_export(kind="record", unit=report.unit, rows=2, by=people.system, at=timezone.now())
    return report


OURS = [model for model in admin.site._registry if model._meta.app_label in ("communes", "programs")]
HOUSING = {model for model in admin.site._registry if model._meta.app_label == "housing"}


def names(model: type[models.Model]) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_and_form_opens(client: Client, data: Report, model: type[models.Model]) -> None:
    listed = client.get(reverse(f"{names(model)}_changelist"))
    assert listed.status_code == 200
    assert client.get(reverse(f"{names(model)}_changelist"), {"q": "Mường gion"}).status_code == 200
    row = model._default_manager.first()
    assert row is not None, "the story has a row of each"
    assert client.get(reverse(f"{names(model)}_change", args=[row.pk])).status_code == 200
    assert client.get(reverse(f"{names(model)}_history", args=[row.pk])).status_code == 200
    assert client.get(reverse(f"{names(model)}_add")).status_code in (200, 403)
    assert client.get(reverse(f"{names(model)}_delete", args=[row.pk])).status_code in (200, 403)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_filter_and_every_column_answers(
    client: Client, data: Report, model: type[models.Model]
) -> None:
    address = reverse(f"{names(model)}_changelist")
    page = client.get(address)
    changelist = page.context["cl"]
    for spec in changelist.filter_specs:
        for choice in list(spec.choices(changelist))[:3]:
            assert client.get(address + choice.get("query_string", "")).status_code == 200
    for index in range(1, len(changelist.list_display)):
        assert client.get(address, {"o": str(index)}).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_cadre_is_not_let_in(data: Report, model: type[models.Model]) -> None:
    client = Client()
    client.force_login(User.objects.get(username="cadre"))
    row = model._default_manager.first()
    for view, args in (
        ("changelist", []),
        ("add", []),
        ("change", [row.pk]),
        ("delete", [row.pk]),
        ("history", [row.pk]),
    ):
        response = client.get(reverse(f"{names(model)}_{view}", args=args))
        assert response.status_code == 302
        assert client.get(response["Location"]).status_code == 403


def test_nobody_is_let_in_without_a_login(client: Client) -> None:
    response = Client().get("/admin/programs/period/", follow=True)
    assert response.redirect_chain[-1][0] == "/dang-nhap/?next=/admin/programs/period/"


def test_the_door_leads_nowhere_else(client: Client) -> None:
    response = Client().get("/admin/login/", {"next": "https://example.org/"})
    assert response["Location"] == "/dang-nhap/?next=/admin/"


def test_the_index_is_arranged_by_what_people_come_for(client: Client) -> None:
    page = client.get("/admin/")
    sections = [section["name"] for section in page.context["app_list"]]
    assert sections == [
        "Đơn vị",
        "Người dùng",
        "Bộ tiêu chí",
        "Kỳ báo cáo",
        "Giảm nghèo",
        "Nhà ở",
        "Công nhận",
        "Báo cáo và lịch sử",
    ]
    everything = {model["model"] for section in page.context["app_list"] for model in section["models"]}
    assert everything == set(OURS) | HOUSING


READ_ONLY = [
    "report",
    "reportevent",
    "criterionreview",
    "observation",
    "observationchange",
    "assessment",
    "exportlog",
]


@pytest.mark.parametrize("name", READ_ONLY)
def test_history_is_to_look_at(client: Client, data: Report, name: str) -> None:
    model = next(model for model in OURS if model._meta.model_name == name)
    row = model._default_manager.first()
    assert client.get(reverse(f"{names(model)}_add")).status_code == 403
    assert client.post(reverse(f"{names(model)}_change", args=[row.pk]), {}).status_code == 403
    assert client.post(reverse(f"{names(model)}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_list_costs_the_same_for_one_row_and_for_twenty(
    client: Client, data: Report, model: type[models.Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(model, data)
    model_admin = admin.site._registry[model]
    address = reverse(f"{names(model)}_changelist")
    costs = []
    for rows in (1, 20):
        monkeypatch.setattr(model_admin, "list_per_page", rows)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        assert page.status_code == 200
        costs.append((len(page.context["cl"].result_list), len(queries)))
    (few, cheap), (many, dear) = costs
    assert few == 1
    assert many >= min(20, model._default_manager.count())
    assert dear == cheap


def grow(model: type[models.Model], report: Report) -> None:
    """More rows of a table that the real rules and the story leave nearly empty."""
    here = list(Unit.objects.filter(level="commune", valid_to=None)[:25])
    author = User.objects.get(username="reviewer")
    makers: dict[str, Any] = {
        "user": lambda i, u: User.objects.create_user(f"xa.{i}"),
        "membership": lambda i, u: Membership.objects.create(
            user=author, unit=u, role="viewer", valid_from=TODAY
        ),
        "apitoken": lambda i, u: issue_token(user=author, name=str(i)),
        "recognition": lambda i, u: Recognition.objects.create(
            unit=u,
            level="advanced",
            decision=str(i),
            decided_on=TODAY,
            valid_from=TODAY,
            mark=Verification.DEMO,
        ),
        "reopening": lambda i, u: Reopening.objects.create(
            form=report.form, period=report.period, unit=u, until=TODAY, reason="x", by=author
        ),
        "exportlog": lambda i, u: log_export(kind="record", unit=u, rows=i, by=author, at=timezone.now()),
        "report": lambda i, u: make_report(u.code),
        "reportevent": lambda i, u: make_report(u.code).events.create(by=author, to_state="entering"),
        "criterionreview": lambda i, u: CriterionReview.objects.get_or_create(
            report=make_report(u.code),
            criterion=CriterionReview.objects.first().criterion,
            defaults={"verdict": "accepted", "by": author},
        ),
    }
    name = model._meta.model_name
    if name in ("observation", "observationchange", "assessment", "criterionassessment"):
        root = User.objects.get(username="cadre")
        for one in here[:22]:
            Membership.objects.get_or_create(user=root, unit=one, role="cadre", valid_from=date(2021, 1, 1))
            record(make_report(one.code), root, [Item("ntm.xa.1.1", value=1)])
    elif name in makers:
        for index, one in enumerate(here):
            makers[name](index, one)
