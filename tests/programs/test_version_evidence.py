"""The files behind the figures belong to what was sent: listed with each version as they stood then."""

import hashlib
import json

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from programs.actions import Item, return_report, submit_report
from programs.actions.files import add_evidence, tick_evidence
from programs.models import Indicator, Report, ReportVersion
from programs.queries.printed import SHAPE
from tests.paper import pdf, png, upload
from tests.support import TODAY, People, make_people, make_report, record

pytestmark = pytest.mark.django_db

WATER, PLAN = "ntm.xa.17.1", "ntm.xa.1.1"


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    for view in ("versions", "printing"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY)


@pytest.fixture
def people() -> People:
    return make_people()


def number_of(*codes: str) -> list[int]:
    return list(Indicator.objects.filter(code__in=codes, valid_to=None).values_list("pk", flat=True))


@pytest.fixture
def report(people: People) -> Report:
    """Sent with one paper; returned; sent again with a second, the first one standing behind more."""
    made = make_report()
    record(made, people.cadre, [Item(PLAN, 1), Item(WATER, 1751, 6504)])
    first = add_evidence(
        report=made,
        upload=upload(pdf(), "bien-ban.pdf"),
        by=people.cadre,
        today=TODAY,
        indicators=number_of(WATER),
        title="Biên bản nghiệm thu",
    )
    sent = submit_report(report=made, by=people.cadre, today=TODAY, reason="từng phần")
    back = return_report(report=sent, by=people.reviewer, today=TODAY, comments={17: "thiếu ảnh"})
    add_evidence(
        report=back,
        upload=upload(png(), "anh.png"),
        by=people.cadre,
        today=TODAY,
        indicators=number_of(WATER),
    )
    first.refresh_from_db()
    tick_evidence(evidence=first, by=people.cadre, today=TODAY, indicators=number_of(WATER, PLAN))
    return submit_report(report=back, by=people.cadre, today=TODAY, reason="từng phần")


@pytest.fixture
def client(people: People) -> Client:
    client = Client()
    client.force_login(people.cadre)
    return client


def page(client: Client, report: Report, path: str) -> str:
    answer = client.get(f"/reports/{report.pk}/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_version_lists_its_files_as_they_stood(report: Report) -> None:
    content = report.versions.get(number=1).content

    assert content["shape"] == SHAPE
    assert content["evidence"] == [
        {
            "title": "Biên bản nghiệm thu",
            "name": "bien-ban.pdf",
            "kind": "PDF",
            "size": len(pdf()),
            "sha256": hashlib.sha256(pdf()).hexdigest(),
            "criteria": [17],
            "indicators": [WATER],
            "numbers": ["17.1"],
        }
    ]
    later = report.versions.get(number=2).content["evidence"]
    assert [(one["name"], one["numbers"]) for one in later] == [
        ("bien-ban.pdf", ["1.1", "17.1"]),
        ("anh.png", ["17.1"]),
    ]


def test_the_page_of_a_version_shows_them_by_criterion(client: Client, report: Report) -> None:
    first, second = page(client, report, "versions/1/"), page(client, report, "versions/2/")

    assert "Minh chứng gửi cùng bản này" in first
    assert "Biên bản nghiệm thu" in first
    assert "anh.png" not in first
    assert hashlib.sha256(pdf()).hexdigest() in first
    assert second.count("Biên bản nghiệm thu") == 2, "under criterion 1 and under criterion 17"
    assert "anh.png" in second


def test_what_is_printed_has_no_list_of_files(client: Client, report: Report) -> None:
    sheet = page(client, report, "versions/2/").split("<article")[1].split("</article>")[0]

    assert "Biên bản nghiệm thu" not in sheet
    assert "anh.png" not in page(client, report, "print/")


def test_added_and_moved_files_are_among_the_differences(client: Client, report: Report) -> None:
    compared = page(client, report, "versions/2/?compare=1")

    assert "2 minh chứng khác" in compared
    assert "anh.png: — → <b>của 17.1</b>" in compared
    assert "Biên bản nghiệm thu: của 17.1 → <b>của 1.1, 17.1</b>" in compared
    assert "Không có gì khác" in page(client, report, "versions/2/?compare=now")


def test_a_file_whose_content_is_gone_is_still_named(client: Client, report: Report) -> None:
    paper = report.evidence.get(title="")
    default_storage.delete(paper.file.content.name)
    paper.delete()

    shown = page(client, report, "versions/2/")

    assert "anh.png" in shown
    assert "nay không còn trong báo cáo" in shown
    assert "anh.png: của 17.1 → <b>—</b>" in page(client, report, "versions/2/?compare=now")


def test_a_version_from_before_still_opens(client: Client, report: Report) -> None:
    version = report.versions.get(number=1)
    content = {**version.content, "shape": 2}
    del content["evidence"]
    packed, digest = ReportVersion.pack(content)
    ReportVersion.objects.filter(pk=version.pk).update(packed=packed, digest=digest)

    assert "danh sách minh chứng chưa được giữ" in page(client, report, "versions/1/")
    assert "Minh chứng không so được" in page(client, report, "versions/2/?compare=1")
    for path in ("print.xlsx?version=1", "print/"):
        assert client.get(f"/reports/{report.pk}/{path}").status_code == 200


def test_the_digest_covers_the_list(report: Report) -> None:
    version = report.versions.get(number=1)
    canonical = json.dumps(version.content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    assert hashlib.sha256(canonical.encode()).hexdigest() == version.digest
