"""Evidence: a cadre puts papers behind figures, a reviewer finds them, what was sent with a report stays."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from communes.models import Membership
from programs.actions.files import (
    FILES_A_REPORT,
    LARGEST_FILE,
    SCANS,
    add_evidence,
    remove_evidence,
    store_file,
    tick_evidence,
)
from programs.models import (
    Criterion,
    Evidence,
    Indicator,
    MembershipCriterion,
    Report,
    ReportState,
    ReportVersion,
    StoredFile,
)
from tests.paper import WORD, jpeg, package, pdf, png, upload
from tests.support import TODAY, People, make_people, make_report

pytestmark = pytest.mark.django_db
WATER, TOILETS, INCOME = "ntm.xa.17.1", "ntm.xa.17.8", "ntm.xa.10.1"


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("programs.views.files.today", lambda: TODAY)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def report(people: People) -> Report:
    return make_report()


def ids(*codes: str) -> list[int]:
    return list(Indicator.objects.filter(code__in=codes, valid_to=None).values_list("pk", flat=True))


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def post(client: Client, report: Report, **sent: Any) -> HttpResponse:
    return client.post(f"/reports/{report.pk}/evidence/", sent)


def text(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def add(report: Report, people: People, content: bytes = b"", codes: Iterable[str] = (WATER,)) -> Evidence:
    return add_evidence(
        report=report,
        upload=upload(content or pdf()),
        by=people.cadre,
        today=TODAY,
        indicators=ids(*codes),
    )


def freeze(report: Report, people: People) -> ReportVersion:
    """As sending does: what is there now belongs to the version."""
    packed, digest = ReportVersion.pack({"shape": 1})
    return ReportVersion.objects.create(
        report=report, number=1, packed=packed, digest=digest, by=people.cadre, at=timezone.now()
    )


def test_a_cadre_puts_one_paper_behind_two_figures(people: People, report: Report) -> None:
    client = signed_in(people.cadre)

    response = post(
        client, report, file=upload(pdf(), "Biên bản nước sạch.pdf"), indicator=[WATER, TOILETS], title=""
    )

    assert response.status_code == 302
    page = client.get(f"/reports/{report.pk}/evidence/")
    shown = text(page)
    assert "2/57 chỉ tiêu có minh chứng" in shown
    assert "Biên bản nước sạch.pdf" in shown
    assert "cho 17.1, 17.8" in shown
    one = report.evidence.get()
    assert (one.file.media_type, one.file.size) == ("application/pdf", len(pdf()))
    assert re.fullmatch(r"files/[0-9a-f]{2}/[0-9a-f]{32}", one.file.content.name)


def test_several_files_at_once_are_each_answered_for(people: People, report: Report) -> None:
    client = signed_in(people.cadre)

    response = post(
        client, report, file=[upload(pdf()), upload(b"<html>", "trang.pdf"), upload(png(), "ảnh.png")]
    )

    assert response.status_code == 400
    assert "trang.pdf: Tệp không phải PDF, Word, Excel hay ảnh" in text(response)
    assert "Đã tải lên 2 tệp" in text(response)
    assert report.evidence.count() == 2


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "trống.pdf", "tệp trống"),
        (b"<svg><script>alert(1)</script></svg>", "hình.svg", "không phải PDF, Word, Excel hay ảnh"),
        (package("application/vnd.ms-word.document.macroEnabled.main+xml"), "a.docm", "Tệp có macro"),
        (pdf(b"/OpenAction << /S /JavaScript /JS (x) >>"), "a.pdf", "mã chạy kèm"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "IMG_1.HEIC", "Chuyển ảnh sang JPEG"),
    ],
)
def test_a_bad_file_is_told_in_plain_words_and_nothing_is_kept(
    people: People, report: Report, content: bytes, name: str, said: str
) -> None:
    response = post(signed_in(people.cadre), report, file=upload(content, name), title="Biên bản")

    assert response.status_code == 400
    assert said.lower() in text(response).lower()
    assert 'value="Biên bản"' in response.content.decode(), "what was typed is still there"
    assert not StoredFile.objects.exists()


def test_a_file_of_more_than_ten_megabytes_is_refused(people: People, report: Report) -> None:
    with pytest.raises(ValidationError) as refused:
        add(report, people, pdf() + bytes(LARGEST_FILE))

    assert refused.value.code == "too_large"


def test_the_same_file_again_is_kept_once(people: People, report: Report) -> None:
    first = add(report, people, codes=[WATER])
    second = add(report, people, codes=[INCOME])

    assert first == second
    assert StoredFile.objects.count() == 1
    assert set(first.indicators.values_list("code", flat=True)) == {WATER, INCOME}


def test_a_report_takes_thirty_files(people: People, report: Report) -> None:
    for number in range(FILES_A_REPORT):
        add(report, people, pdf(words=f"to {number}"))

    with pytest.raises(ValidationError) as refused:
        add(report, people, png())

    assert refused.value.code == "too_many"
    assert report.evidence.count() == FILES_A_REPORT


def test_what_a_file_stands_for_is_ticked_later(people: People, report: Report) -> None:
    one = add(report, people, codes=[])
    client = signed_in(people.cadre)
    assert "Chưa gắn chỉ tiêu nào" in text(client.get(f"/reports/{report.pk}/evidence/"))
    assert client.get(f"/reports/{report.pk}/evidence/?edit={one.pk}").status_code == 200

    response = post(client, report, evidence=one.pk, do="tick", indicator=[INCOME], title="Điều tra thu nhập")

    assert response.status_code == 302
    one.refresh_from_db()
    assert one.title == "Điều tra thu nhập"
    assert [each.code for each in one.indicators.all()] == [INCOME]


def test_a_figure_of_another_form_is_no_choice(people: People, report: Report) -> None:
    one = add(report, people)

    response = post(signed_in(people.cadre), report, evidence=one.pk, do="tick", indicator=["ntm.nc.1.1"])

    assert response.status_code == 400
    assert [each.code for each in one.indicators.all()] == [WATER]


def test_a_file_nobody_sent_yet_can_be_taken_away(
    people: People, report: Report, django_capture_on_commit_callbacks: Any
) -> None:
    one = add(report, people)
    path = one.file.content.name
    assert default_storage.exists(path)

    with django_capture_on_commit_callbacks(execute=True):
        response = post(signed_in(people.cadre), report, evidence=one.pk, do="remove")

    assert response.status_code == 302
    assert not StoredFile.objects.exists()
    assert not default_storage.exists(path)


def test_a_file_that_was_sent_stays_when_the_report_comes_back(people: People, report: Report) -> None:
    one = add(report, people)
    freeze(report, people)
    report.state = ReportState.RETURNED
    report.save()
    later = add(report, people, png())
    client = signed_in(people.cadre)

    response = post(client, report, evidence=one.pk, do="remove")

    assert response.status_code == 400
    assert "Tệp đã gửi kèm báo cáo nên được giữ lại" in text(response)
    assert "không xóa được" in text(client.get(f"/reports/{report.pk}/evidence/?edit={one.pk}"))
    remove_evidence(evidence=later, by=people.cadre, today=TODAY)
    assert list(report.evidence.all()) == [one]


def test_a_scan_that_is_evidence_too_survives_the_evidence(people: People, report: Report) -> None:
    one = add(report, people)
    version = freeze(report, people)
    version.at = one.at - timedelta(days=1)
    version.scan = one.file
    version.save()

    remove_evidence(evidence=one, by=people.cadre, today=TODAY)

    assert StoredFile.objects.get() == version.scan
    assert default_storage.exists(one.file.content.name)


@pytest.mark.parametrize("state", [ReportState.WAITING, ReportState.SENT, ReportState.ACCEPTED])
def test_a_report_that_is_out_of_hand_takes_no_files(
    people: People, report: Report, state: ReportState
) -> None:
    one = add(report, people)
    Report.objects.filter(pk=report.pk).update(state=state)
    client = signed_in(people.cadre)

    assert post(client, report, file=upload(png())).status_code == 400
    assert post(client, report, evidence=one.pk, do="remove").status_code == 400
    assert post(client, report, evidence=one.pk, do="tick", indicator=[INCOME]).status_code == 400
    page = client.get(f"/reports/{report.pk}/evidence/")
    assert 'type="file"' not in page.content.decode()
    assert [each.code for each in report.evidence.get().indicators.all()] == [WATER]


def test_a_reader_finds_and_fetches_but_adds_nothing(people: People, report: Report) -> None:
    one = add(report, people)
    client = signed_in(people.official)

    page = client.get(f"/reports/{report.pk}/evidence/")

    assert "Bạn xem và tải được minh chứng" in text(page)
    assert "Sửa" not in text(page)
    link = re.search(r'href="(/files/[^"]+)"', page.content.decode())
    assert link
    fetched = client.get(link[1])
    assert b"".join(fetched.streaming_content) == pdf()
    assert post(client, report, file=upload(png())).status_code == 403
    with pytest.raises(PermissionDenied):
        tick_evidence(evidence=one, by=people.official, today=TODAY, indicators=[])


def test_a_desk_ticks_its_own_criteria_and_leaves_those_of_others(people: People, report: Report) -> None:
    shared = add(report, people, codes=[WATER, INCOME])
    membership = Membership.objects.get(user=people.cadre)
    water = Criterion.objects.get(criteria_set__code="NTM_XA_2021_2025", number=17)
    MembershipCriterion.objects.create(membership=membership, criterion=water)

    tick_evidence(evidence=shared, by=people.cadre, today=TODAY, indicators=ids(TOILETS))

    assert set(shared.indicators.values_list("code", flat=True)) == {INCOME, TOILETS}
    with pytest.raises(ValidationError):
        add(report, people, png(), codes=["ntm.xa.1.1"])
    with pytest.raises(ValidationError) as refused:
        remove_evidence(evidence=shared, by=people.cadre, today=TODAY)
    assert refused.value.code == "shared"


def test_a_scan_of_the_signed_paper_comes_in_by_the_same_door(people: People, report: Report) -> None:
    stored = store_file(unit=report.unit, upload=upload(jpeg(), "ký.JPEG"), by=people.cadre, allowed=SCANS)

    assert (stored.name, stored.media_type) == ("ký.jpg", "image/jpeg")
    with pytest.raises(ValidationError) as refused:
        store_file(unit=report.unit, upload=upload(package(WORD), "ký.docx"), by=people.cadre, allowed=SCANS)
    assert refused.value.messages == [
        "Tệp không phải PDF hay ảnh chụp (JPEG, PNG). Quét hoặc chụp văn bản rồi tải lên lại."
    ]


def test_the_form_and_the_review_page_list_the_papers(people: People, report: Report) -> None:
    one = add(report, people)

    for page in (f"/reports/{report.pk}/", f"/reports/{report.pk}/review/"):
        shown = signed_in(people.reviewer).get(page).content.decode()
        assert f'href="/files/{one.file.pk}/' in shown, page


def test_the_page_costs_the_same_with_one_file_and_with_thirty(
    people: People, report: Report, django_assert_max_num_queries: Any
) -> None:
    for number in range(FILES_A_REPORT):
        add(report, people, pdf(words=f"to {number}"), codes=[WATER, INCOME])
    client = signed_in(people.cadre)

    with django_assert_max_num_queries(30):
        assert client.get(f"/reports/{report.pk}/evidence/").status_code == 200
