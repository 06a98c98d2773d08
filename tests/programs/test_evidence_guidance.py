"""How a figure is computed and what proves it stands beside the row; corrections outlive the next start."""

import csv
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from programs.models import Requirement
from tests.support import make_people, make_report

pytestmark = pytest.mark.django_db
SET = "NTM_XA_2021_2025"


def requirement(number: str) -> Requirement:
    return Requirement.objects.filter(criterion__criteria_set__code=SET, number=number).last()


def test_each_of_the_57_says_how_and_with_what() -> None:
    rows = Requirement.objects.filter(criterion__criteria_set__code=SET)

    assert rows.values("number").distinct().count() == 57
    assert not rows.filter(method="").exists()
    assert not rows.filter(evidence_hint="").exists()
    assert "Công văn 2251/BTNMT" in requirement("17.1").guidance
    assert requirement("1.1").guidance == "", "not known, so not named"


def test_what_nobody_has_checked_says_so() -> None:
    with (Path(settings.BASE_DIR) / "programs/data/guidance.csv").open(encoding="utf-8", newline="") as file:
        unchecked = [row["number"] for row in csv.DictReader(file) if row["mark"] == "memory"]

    assert all(requirement(number).evidence_hint.endswith("Chưa đối chiếu văn bản.") for number in unchecked)


def test_a_correction_stays_when_the_site_starts_again() -> None:
    own = requirement("17.1")
    own.method, own.evidence_hint = "Theo hướng dẫn của Sở.", ""
    own.save()

    call_command("load_programmes", verbosity=0)

    own.refresh_from_db()
    assert (own.method, own.evidence_hint) == ("Theo hướng dẫn của Sở.", "")


def test_the_row_of_the_form_shows_it_behind_one_tap() -> None:
    people, report = make_people(), make_report()
    client = Client()
    client.force_login(people.cadre)

    page = client.get(f"/reports/{report.pk}/").content.decode()
    more = page[page.index('id="m-ct-17.1"') :]
    shown = re.sub(r"<[^>]+>", " ", more[: more.index("</details>")])

    for words in ("Cách tính", "Số hộ dùng nước sạch theo quy chuẩn trên Tổng số hộ", "Minh chứng cần có"):
        assert words in shown
    assert "Kết quả xét nghiệm nước còn hạn" in shown
    assert "Văn bản hướng dẫn" in shown
    assert f"/reports/{report.pk}/evidence/?for=ntm.xa.17.1" in more
