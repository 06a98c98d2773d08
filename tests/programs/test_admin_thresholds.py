"""An administrator changes a threshold: as a number, from a day, with what it touches in sight."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from communes.models import Role, User
from programs.actions import Item
from programs.actions.rules import correct_requirement, revise_requirement
from programs.models import Assessment, CriterionAssessment, PeriodState, Requirement, Result
from tests.support import make_member, make_report, period, record, unit

pytestmark = pytest.mark.django_db

SET = "NTM_XA_2021_2025"


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("quantri")


@pytest.fixture
def client(root: User) -> Client:
    client = Client()
    client.force_login(root)
    return client


def requirement(number: str, day: date = date(2026, 12, 31)) -> Requirement:
    rows = Requirement.objects.in_force(day).select_related("criterion__criteria_set", "indicator")
    return rows.get(criterion__criteria_set__code=SET, number=number)


def address(one: Requirement, what: str = "change") -> str:
    return f"/admin/programs/requirement/{one.pk}/{what}/"


def form_of(client: Client, one: Requirement) -> dict[str, Any]:
    """What the page's form holds, as a browser would send it back."""
    page = client.get(address(one))
    form = page.context["adminform"].form
    sent = {}
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        if value is True:
            sent[name] = "on"
        elif value not in (None, False, ""):
            sent[name] = str(value)
    return sent


def income_report(value: int) -> Any:
    """Quỳnh Nhai's report of 2026 with an income in đồng, saved by its cadre."""
    cadre = make_member("can.bo", unit("03703"), Role.CADRE)
    report = make_report()
    record(report, cadre, [Item("ntm.xa.10.1", value=value)])
    return report


def result_of(report: Any, number: int) -> int:
    rows = CriterionAssessment.objects.filter(
        unit=report.unit, period=report.period, criterion__number=number
    )
    return rows.get(criterion__criteria_set__code=SET).result


# -- Numbers with names ---------------------------------------------------------------------------


def test_each_threshold_is_a_field_with_a_name(client: Client) -> None:
    form = client.get(address(requirement("12.1"))).context["adminform"].form
    labels = [str(field.label) for name, field in form.fields.items() if name.startswith("threshold_")]
    assert len(labels) == 2
    assert any(label.startswith("Nữ: ít nhất (≥), %") for label in labels)
    assert any(label.startswith("Nam: ít nhất (≥), %") for label in labels)


def test_a_condition_is_said_beside_its_threshold(client: Client) -> None:
    form = client.get(address(requirement("5.1"))).context["adminform"].form
    labels = " | ".join(
        str(field.label) for name, field in form.fields.items() if name.startswith("threshold_")
    )
    assert "> 3" in labels
    assert "≤ 3" in labels


def test_money_is_typed_in_million(client: Client) -> None:
    one = requirement("10.1")
    form = client.get(address(one)).context["adminform"].form
    assert form.fields["threshold_0"].initial == "45"
    assert client.post(address(one), form_of(client, one) | {"threshold_0": "47,5"}).status_code == 302
    one.refresh_from_db()
    assert one.rule == {"op": ">=", "value": 47_500_000}


@pytest.mark.parametrize("number", ["1.1", "2.1", "3.2", "5.1", "10.1", "12.1", "15.4", "17.1"])
def test_saving_without_a_change_changes_nothing(client: Client, number: str) -> None:
    one = requirement(number)
    before = Requirement.objects.filter(pk=one.pk).values().get()
    response = client.post(address(one), form_of(client, one))
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert Requirement.objects.filter(pk=one.pk).values().get() == before


@pytest.mark.parametrize(
    ("typed", "words"),
    [("bảy mươi", "Hãy nhập một số"), ("101", "từ 0 đến 100"), ("1.234", "Chưa rõ là 1234 hay 1,234"),
     ("12,3456", "Nhiều nhất 3 chữ số")],
)  # fmt: skip
def test_what_is_no_threshold_is_refused_in_words(client: Client, typed: str, words: str) -> None:
    one = requirement("2.1")
    response = client.post(address(one), form_of(client, one) | {"threshold_0": typed})
    assert response.status_code == 200
    assert words in response.content.decode()
    assert f'value="{typed}"' in response.content.decode()
    assert requirement("2.1").rule == one.rule


def test_an_unknown_threshold_gets_its_first_number(client: Client) -> None:
    one = requirement("2.1")
    Requirement.objects.filter(pk=one.pk).update(rule=None)
    sent = form_of(client, one) | {"operation": ">=", "first_value": "82,5"}
    assert client.post(address(one), sent).status_code == 302
    assert requirement("2.1").rule == {"op": ">=", "value": "82.5"}


def test_the_shape_of_a_rule_is_checked(client: Client) -> None:
    one = requirement("2.1")
    wrong = json.dumps({"all": [{"op": ">=", "value": 80}, {"part": "khong_co", "op": ">=", "value": 1}]})
    response = client.post(address(one), form_of(client, one) | {"rule_text": wrong})
    assert response.status_code == 200
    assert "chỉ tiêu không có thành phần này" in response.content.decode()
    response = client.post(address(one), form_of(client, one) | {"rule_text": "{không phải json"})
    assert "Không đọc được quy tắc" in response.content.decode()
    both = form_of(client, one) | {"threshold_0": "81", "rule_text": '{"op": ">=", "value": 82}'}
    assert "sửa một trong hai" in client.post(address(one), both).content.decode()
    assert requirement("2.1").rule == one.rule


# -- Correcting a slip ----------------------------------------------------------------------------


def test_a_corrected_threshold_assesses_the_open_period_at_once(client: Client) -> None:
    report = income_report(46_000_000)
    assert result_of(report, 10) == Result.MET
    one = requirement("10.1")
    assert client.post(address(one), form_of(client, one) | {"threshold_0": "47"}).status_code == 302
    assert result_of(report, 10) == Result.NOT_MET
    assert Assessment.objects.get(unit=report.unit, period=report.period).not_met == 1


@pytest.mark.parametrize("state", [PeriodState.CLOSED, PeriodState.LOCKED])
def test_a_closed_period_keeps_its_results(client: Client, state: str) -> None:
    report = income_report(46_000_000)
    period("2026", state=state)
    one = requirement("10.1")
    client.post(address(one), form_of(client, one) | {"threshold_0": "47"})
    assert requirement("10.1").rule["value"] == 47_000_000
    assert result_of(report, 10) == Result.MET


def test_the_page_says_what_the_version_judges(client: Client) -> None:
    income_report(46_000_000)
    page = client.get(address(requirement("10.1"))).content.decode()
    assert "Năm 2026 (đang mở): 67 báo cáo" in page


def test_two_versions_never_hold_on_one_day(client: Client) -> None:
    one = requirement("10.1")
    sent = form_of(client, one) | {"valid_from": "2024-06-01"}
    response = client.post(address(one), sent)
    assert response.status_code == 200
    assert "chồng ngày nhau" in response.content.decode()


def test_a_version_that_judges_reports_is_not_deleted(client: Client) -> None:
    one = requirement("10.1")
    assert "Năm 2026 (đang mở): 67 báo cáo" in client.get(address(one, "delete")).content.decode()
    client.post(address(one, "delete"), {"post": "yes"})
    assert Requirement.objects.filter(pk=one.pk).exists()


# -- A new threshold from a day -------------------------------------------------------------------


def revision(**values: str) -> dict[str, str]:
    sent = {"threshold_0": "47", "valid_from": "2026-07-01", "mark": "verified", "source": "QĐ 12/QĐ-UBND"}
    return sent | values


def test_a_new_threshold_is_a_new_version_and_ends_the_old_one(client: Client) -> None:
    report = income_report(46_000_000)
    old = requirement("10.1")
    page = client.get(address(old, "muc-moi"))
    assert page.status_code == 200
    assert "Năm 2026 (đang mở): 67 báo cáo" in page.content.decode()
    sent = revision(rule_text=page.context["form"].fields["rule_text"].initial)
    response = client.post(address(old, "muc-moi"), sent)
    assert response.status_code == 302
    new = requirement("10.1")
    assert response["Location"] == address(new)
    old.refresh_from_db()
    assert (old.valid_to, old.rule["value"]) == (date(2026, 7, 1), 45_000_000)
    assert (new.valid_from, new.valid_to, new.rule["value"]) == (date(2026, 7, 1), None, 47_000_000)
    assert (new.mark, new.source, new.indicator) == ("verified", "QĐ 12/QĐ-UBND", old.indicator)
    assert requirement("10.1", date(2026, 6, 30)) == old
    assert result_of(report, 10) == Result.NOT_MET


def test_a_version_ends_where_the_next_one_begins(root: User) -> None:
    first = requirement("10.1", date(2021, 12, 31))
    assert first.valid_to is not None
    with pytest.raises(ValidationError, match="trước"):
        revise_requirement(
            requirement=first,
            rule=first.rule,
            valid_from=first.valid_to,
            mark="verified",
            source="x",
            by=root,
        )


@pytest.mark.parametrize("day", ["", "2021-01-01", "ngày mai"])
def test_a_day_that_cannot_be_is_refused(client: Client, day: str) -> None:
    old = requirement("2.1")
    response = client.post(address(old, "muc-moi"), revision(valid_from=day, rule_text=json.dumps(old.rule)))
    assert response.status_code == 200
    assert response.context["form"].errors["valid_from"]
    assert Requirement.objects.filter(criterion=old.criterion, number="2.1").count() == 1


def test_a_locked_period_is_not_judged_by_another_rule_later(client: Client) -> None:
    make_report("03703", "2024")
    period("2024", state=PeriodState.LOCKED)
    old = requirement("2.1")
    sent = revision(valid_from="2024-06-01", rule_text=json.dumps(old.rule))
    response = client.post(address(old, "muc-moi"), sent)
    assert "Năm 2024 đã khóa" in response.content.decode()
    assert requirement("2.1") == old


def test_only_the_systems_administrator_changes_rules(root: User) -> None:
    reviewer = make_member("tham.dinh", unit("14"), Role.ADMINISTRATOR)
    one = requirement("10.1")
    with pytest.raises(PermissionDenied):
        revise_requirement(
            requirement=one, rule=None, valid_from=date(2026, 7, 1), mark="verified", source="x", by=reviewer
        )
    with pytest.raises(PermissionDenied):
        correct_requirement(requirement=one, by=reviewer)
    stranger = Client()
    stranger.force_login(reviewer)
    assert stranger.post(address(one, "muc-moi"), revision()).status_code == 302
    assert requirement("10.1").rule == one.rule


def test_a_rule_that_cannot_be_read_is_refused_at_the_door(root: User) -> None:
    one = requirement("10.1")
    with pytest.raises(ValidationError, match="mức phải là số"):
        revise_requirement(
            requirement=one, rule={"op": ">=", "value": "nhiều"}, valid_from=date(2026, 7, 1),
            mark="verified", source="x", by=root,
        )  # fmt: skip
    one.refresh_from_db()
    assert one.valid_to is None


def test_a_threshold_between_whole_numbers_is_shown_with_a_comma(client: Client) -> None:
    one = requirement("2.1")
    Requirement.objects.filter(pk=one.pk).update(rule={"op": ">=", "value": "1.5"})
    form = client.get(address(one)).context["adminform"].form
    assert form.fields["threshold_0"].initial == "1,5"
