"""The days whose figures a period takes in (NĐ 09/2019/NĐ-CP), and what they mean for a signature."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from programs.actions import Item
from programs.actions.signing import Paper, add_signing, submit_with_paper
from programs.actions.versions import Signing, check_signing
from programs.models import Period, Report
from programs.queries.official import live_sheet, version_sheet
from tests.support import TODAY, People, make_people, make_report, period, record

pytestmark = pytest.mark.django_db

WORDS = "số liệu từ 15/12/2025 đến hết 14/12/2026"


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    for view in ("entry", "home", "printing"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY, raising=False)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def report(people: People) -> Report:
    made = make_report("03703", "2026")
    record(made, people.cadre, [Item("ntm.xa.17.1", 2011, 6504)])
    return made


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2026-11", date(2026, 10, 15), date(2026, 11, 14)),
        ("2025-H1", date(2024, 12, 15), date(2025, 6, 14)),
        ("2026", date(2025, 12, 15), date(2026, 12, 14)),
        ("2026-01-30", None, None),
    ],
)
def test_windows_are_those_of_the_decree(db: None, code: str, first: date | None, last: date | None) -> None:
    when = Period.objects.get(code=code)

    assert (when.data_from, when.data_to) == (first, last)


def test_it_stands_where_the_period_stands(client: Client, report: Report, people: People) -> None:
    client.force_login(people.cadre)

    def text(address: str) -> str:
        return re.sub(r"\s+", " ", client.get(address).content.decode())

    assert WORDS in text(reverse("report", args=[report.pk]))
    assert WORDS.capitalize() in text(reverse("home"))
    assert f"Năm 2026</b> ({WORDS})" in text(reverse("report_print", args=[report.pk]))
    assert live_sheet(report).window == f"({WORDS})"
    Period.objects.filter(code="2026").update(data_from=None, data_to=None)
    assert "số liệu từ" not in text(reverse("report", args=[report.pk]))


def signed(day: date) -> Signing:
    return Signing(document="123/BC-UBND", signed_on=day, signatory="Lò Văn Quý")


def test_while_the_window_runs_a_commune_that_is_ready_signs() -> None:
    year = period("2026")
    check_signing(signed(year.opens_on), year, TODAY)
    with pytest.raises(ValidationError, match="trước khi chốt số liệu"):
        check_signing(signed(date(2026, 10, 31)), year, TODAY)


def test_once_it_is_over_a_signature_from_before_its_end_is_refused() -> None:
    month, year = period("2026-11"), period("2026")
    check_signing(signed(date(2026, 11, 14)), month, TODAY)
    with pytest.raises(ValidationError, match="14/11/2026"):
        check_signing(signed(date(2026, 11, 13)), month, TODAY)
    with pytest.raises(ValidationError, match="14/12/2026"):
        check_signing(signed(date(2026, 12, 1)), year, date(2026, 12, 20))


def test_the_paper_of_a_report_that_went_out_early_may_come_later(report: Report, people: People) -> None:
    sent = submit_with_paper(report=report, by=people.cadre, today=TODAY, reason="chờ số của trạm y tế")
    version = sent.versions.get()
    version.at = version.at.replace(year=2026, month=11, day=24)
    version.save(update_fields=["at"])
    paper = Paper(document="123/BC-UBND", signed_on=TODAY, signatory="Lò Văn Quý")
    added = add_signing(report=sent, by=people.cadre, today=date(2026, 12, 20), paper=paper)

    assert added.signed_on == TODAY
    assert version_sheet(sent, added).window == f"({WORDS})"
