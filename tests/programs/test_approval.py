"""A cadre puts the report before the leader; the leader signs and sends it, or gives it back with a word."""

from datetime import date, timedelta

import pytest
from django.test import Client

from communes.models import Role
from programs.actions import Item, present_report, send_back
from programs.models import FigureState, Report, ReportState, StoredFile
from tests.paper import EXCEL, package, pdf, png, upload
from tests.support import TODAY, figure, make_member, make_people, make_report, period, record, unit

pytestmark = pytest.mark.django_db

WATER = "ntm.xa.17.1"
PAPER = {"document": "123/BC-UBND", "signed_on": "2026-11-24", "signatory": "Lò Văn Quý"}


@pytest.fixture(autouse=True)
def day(monkeypatch) -> None:
    for view in ("approval", "entry", "home", "versions", "printing"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY)


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def leader(people):
    person = make_member("leader", unit("03703"), Role.LEADER)
    person.full_name = "Lò Văn Quý"
    person.save()
    return person


@pytest.fixture
def report(people) -> Report:
    when = period("2026")
    when.data_to = date(2026, 11, 14)
    when.save()
    made = make_report("03703", "2026")
    made.form.leader_step = True
    made.form.save()
    record(made, people.cadre, [Item("ntm.xa.1.1", 1), Item(WATER, 1751, 6504)])
    return made


@pytest.fixture
def waiting(report, people) -> Report:
    return present_report(report=report, by=people.cadre, today=TODAY, reason="chờ số của trạm y tế")


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(response) -> str:
    return response.content.decode()


def approve(client: Client, report: Report, **changed):
    words = {**PAPER, "seen": str(report.version), **changed}
    return client.post(f"/reports/{report.pk}/approve/", words)


# -- presenting --------------------------------------------------------------------------------------


def test_with_the_step_on_the_form_and_its_sending_page_speak_of_the_leader(report, people):
    cadre = signed_in(people.cadre)
    assert "Trình lãnh đạo xã" in text_of(cadre.get(f"/reports/{report.pk}/"))
    page = text_of(cadre.get(f"/reports/{report.pk}/send/"))
    assert "Trình lãnh đạo xã" in page
    assert "Gửi báo cáo" not in page
    assert 'name="document"' not in page

    refused = cadre.post(f"/reports/{report.pk}/send/", {"reason": ""})
    assert refused.status_code == 400
    assert "chưa nhập" in text_of(refused)

    done = cadre.post(f"/reports/{report.pk}/send/", {"reason": "chờ số của trạm y tế"}, follow=True)
    assert "Đã trình lãnh đạo xã" in text_of(done)
    report.refresh_from_db()
    assert report.state == ReportState.WAITING


def test_home_tells_the_leader_what_waits_and_the_form_leads_there(waiting, leader, people):
    page = signed_in(leader).get("/")
    (one,) = page.context["page"].waiting
    assert one.report == waiting
    assert "Chờ duyệt" in text_of(page)
    assert "cadre trình" in text_of(page)
    assert f"/reports/{waiting.pk}/approve/" in text_of(signed_in(leader).get(f"/reports/{waiting.pk}/"))
    assert signed_in(people.cadre).get("/").context["page"].waiting == ()


def test_home_costs_a_leader_the_same_whatever_waits(waiting, leader, people, django_assert_max_num_queries):
    client = signed_in(leader)
    client.get("/")
    with django_assert_max_num_queries(40) as one:
        client.get("/")
    second = make_report("03703", "2026-H1")
    record(second, people.cadre, [Item("ntm.xa.1.1", 1)])
    present_report(report=second, by=people.cadre, today=TODAY, reason="chờ")
    with django_assert_max_num_queries(len(one.captured_queries)):
        assert len(client.get("/").context["page"].waiting) == 2


def test_the_leader_sees_what_goes_out_and_who_typed_what(waiting, leader):
    page = text_of(signed_in(leader).get(f"/reports/{waiting.pk}/approve/"))
    assert "2/57 chỉ tiêu" in page
    assert "1 tiêu chí chưa đạt" in page
    assert "chờ số của trạm y tế" in page
    assert "<b>cadre</b>: 2 chỉ tiêu (TC 1, 17)" in page
    assert 'value="Lò Văn Quý"' in page
    assert 'value="2026-11-24"' in page


# -- approving ---------------------------------------------------------------------------------------


def test_the_leader_signs_with_the_scan_and_it_goes_out(waiting, leader):
    done = approve(signed_in(leader), waiting, scan=upload(pdf(), "báo cáo ký.pdf"))
    assert done.status_code == 302
    waiting.refresh_from_db()
    version = waiting.versions.get()
    assert (waiting.state, waiting.sent_by) == (ReportState.SENT, leader)
    assert figure(waiting, WATER).state == FigureState.SUBMITTED
    assert (version.document, version.signed_on, version.signatory) == ("123/BC-UBND", TODAY, "Lò Văn Quý")
    assert version.scan.name == "báo cáo ký.pdf"
    assert signed_in(leader).get(f"/files/{version.scan.pk}/x/").status_code == 404
    page = text_of(signed_in(leader).get(done.headers["Location"]))
    assert "123/BC-UBND" in page
    assert "24/11/2026" in page


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"document": ""}, "document", "Ghi số, ký hiệu"),
        ({"document": "1" * 81}, "document", "Dài nhất 80"),
        ({"signed_on": ""}, "signed_on", "Ghi ngày ký"),
        ({"signed_on": "32/13/2026"}, "signed_on", "dạng 24/11/2026"),
        ({"signed_on": "hôm qua"}, "signed_on", "dạng 24/11/2026"),
        ({"signed_on": (TODAY + timedelta(days=1)).isoformat()}, "signed_on", "tương lai"),
        ({"signed_on": "13/11/2026"}, "signed_on", "14/11/2026"),
        ({"signatory": " "}, "signatory", "Ghi họ tên"),
        ({"signatory": "x" * 121}, "signatory", "Dài nhất 120"),
    ],
)
def test_a_paper_that_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(
    waiting, leader, changed, field, words
):
    answer = approve(signed_in(leader), waiting, scan=upload(pdf()), **changed)
    assert answer.status_code == 400
    assert words in answer.context["given"].errors[field]
    page = text_of(answer)
    assert f'id="{field}-error"' in page
    assert "Chọn lại tệp quét" in page
    for name, value in {**PAPER, **changed}.items():
        assert getattr(answer.context["given"], name) == value.strip()
    waiting.refresh_from_db()
    assert waiting.state == ReportState.WAITING
    assert not StoredFile.objects.filter(unit=waiting.unit).exists()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"not a document", "báo cáo.pdf", "không phải PDF"),
        (package(EXCEL), "báo cáo.xlsx", "không phải PDF"),
        (b"", "báo cáo.pdf", ""),
        (pdf(b"/OpenAction << /S /JavaScript /JS (app.alert) >>"), "báo cáo.pdf", "mã chạy kèm"),
    ],
)
def test_a_scan_that_is_no_document_is_refused_and_the_words_stay(waiting, leader, content, name, words):
    answer = approve(signed_in(leader), waiting, document="", scan=upload(content, name))
    assert answer.status_code == 400
    given = answer.context["given"]
    assert words in given.errors["scan"]
    assert "document" in given.errors, "both mistakes are said at once"
    assert given.signatory == "Lò Văn Quý"
    waiting.refresh_from_db()
    assert waiting.state == ReportState.WAITING


def test_a_day_is_taken_as_people_write_it(waiting, leader):
    assert approve(signed_in(leader), waiting, signed_on="20/11/2026").status_code == 302
    assert waiting.versions.get().signed_on == date(2026, 11, 20)


def test_without_a_window_a_commune_that_is_ready_early_signs_early(waiting, leader):
    waiting.period.data_to = None
    waiting.period.save()
    opened = waiting.period.opens_on
    before = approve(signed_in(leader), waiting, signed_on=(opened - timedelta(days=1)).isoformat())
    assert set(before.context["given"].errors) == {"signed_on"}
    assert approve(signed_in(leader), waiting).status_code == 302
    assert waiting.period.deadline > TODAY


def test_two_leaders_at_once_the_second_sees_that_it_is_sent(waiting, leader):
    other = make_member("other", unit("03703"), Role.LEADER)
    approve(signed_in(leader), waiting)
    answer = approve(signed_in(other), waiting, document="124/BC-UBND", scan=upload(png(), "a.png"))
    assert answer.status_code == 400
    assert "đã gửi" in text_of(answer)
    assert waiting.versions.get().document == "123/BC-UBND"
    late = signed_in(other).post(f"/reports/{waiting.pk}/send-back/", {"comment": "sửa 17.1"})
    assert late.status_code == 400
    waiting.refresh_from_db()
    assert waiting.state == ReportState.SENT


def test_what_was_changed_since_the_leader_looked_is_looked_at_again(waiting, leader, people):
    seen = waiting.version
    back = send_back(report=waiting, by=leader, today=TODAY, comment="xem lại 17.1")
    record(back, people.cadre, [Item(WATER, 10, 6504, version=1)])
    present_report(report=back, by=people.cadre, today=TODAY, reason="đã sửa")
    answer = approve(signed_in(leader), waiting, seen=str(seen))
    assert answer.status_code == 400
    assert "sửa và trình lại" in text_of(answer)
    assert not waiting.versions.exists()


# -- giving back -------------------------------------------------------------------------------------


def test_the_leader_gives_it_back_and_the_cadre_reads_why(waiting, leader, people):
    client = signed_in(leader)
    silent = client.post(f"/reports/{waiting.pk}/send-back/", {"comment": "  "})
    assert silent.status_code == 400
    assert 'id="comment-error"' in text_of(silent)
    long = client.post(f"/reports/{waiting.pk}/send-back/", {"comment": "a" * 2001})
    assert long.status_code == 400
    assert "a" * 2001 in text_of(long)

    client.post(f"/reports/{waiting.pk}/send-back/", {"comment": "17.1 xem lại với trạm cấp nước"})
    waiting.refresh_from_db()
    assert waiting.state == ReportState.ENTERING
    cadre = signed_in(people.cadre)
    assert "trạm cấp nước" in text_of(cadre.get("/"))
    assert "trạm cấp nước" in text_of(cadre.get(f"/reports/{waiting.pk}/"))
    record(waiting, people.cadre, [Item(WATER, 2000, 6504, version=1)])


# -- who may -----------------------------------------------------------------------------------------


def test_only_the_communes_leader_opens_the_page(waiting, people):
    for person, status in ((people.cadre, 403), (people.reviewer, 403), (people.neighbour, 404)):
        client = signed_in(person)
        assert client.get(f"/reports/{waiting.pk}/approve/").status_code == status
        assert approve(client, waiting).status_code == status
        back = client.post(f"/reports/{waiting.pk}/send-back/", {"comment": "sửa"})
        assert back.status_code == status
    waiting.refresh_from_db()
    assert waiting.state == ReportState.WAITING


# -- without the leader's step -----------------------------------------------------------------------


@pytest.fixture
def direct(report) -> Report:
    report.form.leader_step = False
    report.form.save()
    return report


def test_without_the_step_the_paper_may_come_with_the_sending(direct, people):
    cadre = signed_in(people.cadre)
    assert 'name="document"' in text_of(cadre.get(f"/reports/{direct.pk}/send/"))
    part = cadre.post(f"/reports/{direct.pk}/send/", {"reason": "chờ", "document": "5/BC-UBND"})
    assert part.status_code == 400
    assert set(part.context["given"].errors) == {"signed_on", "signatory"}
    assert 'value="5/BC-UBND"' in text_of(part)
    assert ">chờ</textarea>" in text_of(part)

    cadre.post(f"/reports/{direct.pk}/send/", {"reason": "chờ", **PAPER, "scan": upload(pdf())})
    direct.refresh_from_db()
    version = direct.versions.get()
    assert direct.state == ReportState.SENT
    assert (version.document, version.scan is not None) == ("123/BC-UBND", True)


def test_the_paper_that_came_later_is_added_once_and_changes_no_figure(direct, people, leader):
    cadre = signed_in(people.cadre)
    cadre.post(f"/reports/{direct.pk}/send/", {"reason": "chờ"})
    before = direct.versions.get()
    assert "Bổ sung bản ký" in text_of(cadre.get(f"/reports/{direct.pk}/versions/"))
    assert "Bổ sung bản ký" not in text_of(signed_in(people.reviewer).get(f"/reports/{direct.pk}/versions/"))

    wrong = cadre.post(f"/reports/{direct.pk}/signing/", {**PAPER, "signed_on": "2026-11-25"})
    assert (wrong.status_code, set(wrong.context["given"].errors)) == (400, {"signed_on"})

    cadre.post(f"/reports/{direct.pk}/signing/", PAPER)
    signed = direct.versions.get()
    assert (signed.document, signed.scan) == ("123/BC-UBND", None)
    # The scan came later still, by the leader; the number stays.
    empty = signed_in(leader).post(f"/reports/{direct.pk}/signing/", {"document": "9/BC"})
    assert (empty.status_code, set(empty.context["given"].errors)) == (400, {"scan"})
    signed_in(leader).post(f"/reports/{direct.pk}/signing/", {"scan": upload(png(), "ký.png")})
    last = direct.versions.get()
    assert (last.document, last.scan.name) == ("123/BC-UBND", "ký.png")
    assert (bytes(last.packed), last.digest) == (bytes(before.packed), before.digest)
    again = cadre.post(f"/reports/{direct.pk}/signing/", PAPER)
    assert again.status_code == 400
    assert "đã có bản ký" in text_of(again)
    assert "123/BC-UBND" in direct.events.first().comment


def test_who_neither_enters_nor_leads_adds_no_paper(direct, people):
    signed_in(people.cadre).post(f"/reports/{direct.pk}/send/", {"reason": "chờ"})
    for person, status in ((people.reviewer, 403), (people.neighbour, 404)):
        answer = signed_in(person).post(f"/reports/{direct.pk}/signing/", PAPER)
        assert answer.status_code == status
    assert direct.versions.get().document == ""
