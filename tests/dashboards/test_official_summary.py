"""The province's summary on paper: communes × criteria, as page, PDF and workbook."""

import io
from collections.abc import Callable

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from communes.models import User
from programs.actions import Item
from tests.dashboards.conftest import answers, structure
from tests.support import People

Enter = Callable[..., list]
ASKED = "?period=2026&state=submitted"
DEMO = "DỮ LIỆU MINH HỌA, KHÔNG PHẢI SỐ LIỆU CHÍNH THỨC"


@pytest.fixture
def official(client: Client, people: People) -> Client:
    client.force_login(people.official)
    return client


@pytest.fixture
def sent(enter: Enter) -> None:
    """Quỳnh Nhai meets all, Mường Chiên all but water; of Mường Giôn criterion 7 does not apply."""
    form = structure("2026")
    market = [
        Item(one.code, not_applicable=True, note="không có chợ trong quy hoạch")
        for section in form.sections
        if section.criterion.number == 7
        for row in section.rows
        for one in row.typed
    ]
    without = {**answers(form), **{one.indicator: one for one in market}}
    figures = {
        "03703": answers(form).values(),
        "03688": answers(form, fails=["17.1"]).values(),
        "03694": without.values(),
    }
    enter("2026", figures, send=True)


def page_of(client: Client, path: str = "/units/14/print/") -> str:
    answer = client.get(path + ASKED)
    assert answer.status_code == 200
    return answer.content.decode()


def rows_of(client: Client) -> list[list]:
    answer = client.get("/units/14/print.xlsx" + ASKED)
    assert answer.status_code == 200
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def test_the_sheet_says_who_meets_what_of_how_many(official: Client, sent: None) -> None:
    page = page_of(official)

    for words in (
        "ỦY BAN NHÂN DÂN TỈNH SƠN LA",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "3/67 xã đã gửi",
        "2/67 xã đạt đủ",
        "tính trên số chưa làm tròn",
        "NGƯỜI LẬP BIỂU",
        "CHỦ TỊCH",
    ):
        assert words in page, words
    lines = {line.name: line for line in official.get("/units/14/print/" + ASKED).context["sheet"].lines}
    assert len(lines) == 67
    assert lines["Xã Quỳnh Nhai"].met_words == "19/19"
    assert lines["Xã Mường Chiên"].met_words == "18/19"
    assert lines["Xã Mường Chiên"].marks[16] == "C"
    assert lines["Xã Mường Giôn"].met_words == "18/18"
    assert lines["Xã Mường Giôn"].marks[6] == "K"
    silent = lines["Xã Thuận Châu"]
    assert (silent.met_words, set(silent.marks)) == ("—", {"—"})


def test_the_workbook_has_the_same_as_numbers(official: Client, sent: None) -> None:
    rows = rows_of(official)
    quynh_nhai = next(row for row in rows if row[1] == "03703")
    assert quynh_nhai[22:24] == [19.0, 19.0]
    assert next(row for row in rows if row[1] == "03694")[22:24] == [18.0, 18.0]
    totals = next(row for row in rows if row[2] == "Số xã đạt")
    assert totals[3:22] == [3.0] * 6 + [2.0] + [3.0] * 9 + [2.0] + [3.0] * 2


def test_the_pdf_is_made(official: Client, sent: None) -> None:
    answer = official.get("/units/14/print.pdf" + ASKED)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert 'filename="tong-hop-14-2026-submitted.pdf"' in answer["Content-Disposition"]


def test_it_is_vietnamese_and_a_demo_says_so(official: Client, sent: None, settings) -> None:
    official.cookies["django_language"] = "en"
    sheet = page_of(official).split("<article")[1].split("</article>")[0]
    assert "Quy hoạch" in sheet
    assert DEMO not in sheet
    settings.SONLA_DEMO = True
    assert DEMO in page_of(official)
    assert rows_of(official)[0][0] == DEMO


def test_a_former_district_has_its_own_sheet(official: Client, sent: None) -> None:
    page = page_of(official, "/units/118/print/")
    assert "Địa bàn huyện Quỳnh Nhai cũ" in page
    assert "ỦY BAN NHÂN DÂN TỈNH SƠN LA" in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/units/14/print/?period=2062", 400),
        ("/units/14/print.pdf?state=all", 400),
        ("/units/14/print.xlsx?perod=2026", 400),
        ("/units/99999/print/", 404),
    ],
)
def test_what_is_not_understood_is_refused(official: Client, path: str, status: int) -> None:
    assert official.get(path).status_code == status


def test_a_cadre_prints_only_the_own_commune(client: Client, people: People, sent: None) -> None:
    user: User = people.cadre
    client.force_login(user)
    assert client.get("/units/14/print/" + ASKED).status_code == 404
    lines = client.get("/units/03703/print/" + ASKED).context["sheet"].lines
    assert [line.name for line in lines] == ["Xã Quỳnh Nhai"]
