"""A commune takes its whole record away: figures, history, papers, what was sent; predecessors' too."""

import hashlib
import io
import json
import logging
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.storage import default_storage
from django.test import Client, override_settings
from django.utils import timezone

from programs.actions import Item
from programs.actions.files import add_evidence
from programs.models import ExportLog, Indicator, Report, ReportVersion, StoredFile
from tests.paper import pdf, png, upload
from tests.support import TODAY, People, make_people, make_report, record

pytestmark = pytest.mark.django_db
WATER = "ntm.xa.17.1"
ROOT = "/xl/worksheets/"


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("programs.views.honesty.today", lambda: TODAY)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def report(people: People) -> Report:
    """Quỳnh Nhai of today with two papers and one version sent; a predecessor with figures of its own."""
    made = make_report()
    record(made, people.cadre, [Item(WATER, 1000, 2000, note="=1+1")])
    record(made, people.cadre, [Item(WATER, 1100, 2000, version=1, note="đã đếm lại")])
    water = Indicator.objects.get(code=WATER, valid_to=None)
    for content in (pdf(), png()):
        add_evidence(
            report=made,
            upload=upload(content, "giấy.pdf"),
            by=people.cadre,
            today=TODAY,
            indicators=[water.pk],
        )
    old = make_report("03703", "2024")
    record(old, people.predecessor, [Item(WATER, 300, 900)])
    packed, digest = ReportVersion.pack({"shape": 1, "unit": "Xã Quỳnh Nhai"})
    ReportVersion.objects.create(
        report=made, number=1, packed=packed, digest=digest, by=people.cadre, at=timezone.now()
    )
    return made


def fetch(person: Any, code: str = "03703") -> zipfile.ZipFile:
    client = Client()
    client.force_login(person)
    response = client.get(f"/units/{code}/record.zip")
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="sonla-{code}-20261124.zip"'
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def sheets(archive: zipfile.ZipFile) -> dict[str, list[list[str]]]:
    """The workbook's sheets by name, each cell as text."""
    (name,) = [one for one in archive.namelist() if one.endswith(".xlsx")]
    book = zipfile.ZipFile(io.BytesIO(archive.read(name)))
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    names = [
        one.get("name")
        for one in ElementTree.fromstring(book.read("xl/workbook.xml")).iter()
        if one.tag.endswith("}sheet")
    ]
    found = {}
    for number, title in enumerate(names, 1):
        page = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
        assert page.find(".//m:f", space) is None, "nothing is computed"
        found[str(title)] = [
            ["".join(cell.itertext()) for cell in row.findall("m:c", space)]
            for row in page.iter()
            if row.tag.endswith("}row")
        ]
    return found


def test_it_holds_figures_history_and_papers(people: People, report: Report) -> None:
    archive = fetch(people.cadre)
    book = sheets(archive)

    figures = next(rows for name, rows in book.items() if name.startswith("Số liệu 1"))
    (water,) = [row for row in figures if WATER in row]
    assert {"2026", "17.1", "55,00%", "1100", "2000"} <= set(water)
    changes = next(rows for name, rows in book.items() if name.startswith("Lịch sử 1"))
    assert len([row for row in changes if WATER in row]) == 2
    assert [row for row in changes if "'=1+1" in row], "a formula is text with a mark before it"
    papers = [name for name in archive.namelist() if name.startswith("minh-chung/")]
    assert len(papers) == 2
    assert {archive.read(name) for name in papers} == {pdf(), png()}


def test_predecessors_are_sheets_of_their_own(people: People, report: Report) -> None:
    archive = fetch(people.cadre)
    listed = json.loads(archive.read("don-vi.json"))
    book = sheets(archive)

    old = [one for one in listed if not one["own"]]
    assert {one["name"] for one in old} >= {"Xã Mường Giàng"}
    assert len(book) == 2 * len(listed)
    (number,) = [n for n, one in enumerate(listed, 1) if one["figures"] == 1 and not one["own"]]
    theirs = next(rows for name, rows in book.items() if name.startswith(f"Số liệu {number} "))
    assert {"2024", "300", "900", "33,33%"} <= set(next(row for row in theirs if WATER in row))


def test_what_was_sent_is_there_byte_for_byte(people: People, report: Report) -> None:
    archive = fetch(people.cadre)

    (name,) = [one for one in archive.namelist() if one.startswith("ban-da-gui/")]
    digest = hashlib.sha256(archive.read(name)).hexdigest()
    assert digest == ReportVersion.objects.get().digest
    assert digest in archive.read("README.txt").decode()


def test_names_in_it_stay_in_its_folder(people: People, report: Report) -> None:
    StoredFile.objects.filter(media_type="image/png").update(name="../../evil\r\n/..\\a:b.png")

    for name in fetch(people.cadre).namelist():
        parts = name.split("/")
        assert not name.startswith("/")
        assert not [part for part in parts if part in ("", ".", "..")]
        assert not re.search(r'[\\:*?"<>|\x00-\x1f]', name)
        assert len(name) < 400


def test_two_papers_of_one_name_stay_two(people: People, report: Report) -> None:
    StoredFile.objects.update(name="giống nhau.pdf")

    names = fetch(people.cadre).namelist()

    assert len(names) == len(set(names))
    assert len([name for name in names if name.endswith("giống nhau.pdf")]) == 2


def test_a_paper_that_is_gone_is_named(people: People, report: Report) -> None:
    default_storage.delete(StoredFile.objects.get(media_type="image/png").content.name)

    archive = fetch(people.cadre)

    assert len([name for name in archive.namelist() if name.startswith("minh-chung/")]) == 1
    assert "Không còn nội dung: minh-chung/" in archive.read("README.txt").decode()


def test_who_took_what_is_logged(people: People, report: Report, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="sonla.export"):
        fetch(people.official)

    (line,) = [one.getMessage() for one in caplog.records if one.name == "sonla.export"]
    assert line == (
        f"export record unit=03703 from={report.unit.valid_from} user={people.official.pk} rows=2 files=2"
    )
    kept = ExportLog.objects.get()
    assert (kept.kind, kept.unit, kept.by) == ("record", report.unit, people.official)
    assert (kept.rows, kept.files) == (2, 2)


def test_a_demo_says_so(people: People, report: Report) -> None:
    with override_settings(SONLA_DEMO=True):
        assert "KHÔNG PHẢI SỐ LIỆU CHÍNH THỨC" in fetch(people.cadre).read("README.txt").decode()
    assert "MINH HỌA" not in fetch(people.cadre).read("README.txt").decode().upper()


def test_strangers_and_larger_units_get_nothing(people: People, report: Report) -> None:
    for person, code in [(people.neighbour, "03703"), (people.official, "14"), (people.official, "nope")]:
        client = Client()
        client.force_login(person)
        assert client.get(f"/units/{code}/record.zip").status_code == 404
    assert Client().get("/units/03703/record.zip").status_code == 302


def test_it_costs_the_same_however_much_it_holds(
    people: People, report: Report, django_assert_max_num_queries: Any
) -> None:
    client = Client()
    client.force_login(people.cadre)
    with django_assert_max_num_queries(18) as few:
        b"".join(client.get("/units/03703/record.zip").streaming_content)
    for number in range(10):
        add_evidence(
            report=report, upload=upload(pdf(words=str(number))), by=people.cadre, today=TODAY, indicators=[]
        )
    with django_assert_max_num_queries(len(few)):
        b"".join(client.get("/units/03703/record.zip").streaming_content)
