"""A commune asks for more time on its page; the reviewer finds it in the list and answers."""

from datetime import timedelta

import pytest
from django.test import Client

from communes.models import today
from programs.actions import Item, submit_report
from programs.models import Extension, ExtensionState, Report
from tests.support import People, make_people, make_report, period, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def report() -> Report:
    """Due in three days from now, or on the Monday after, whatever the day the tests run on."""
    year = period("2026")
    year.opens_on, year.deadline = today() - timedelta(days=20), today() + timedelta(days=3)
    year.save()
    return make_report()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(answer) -> str:
    return answer.content.decode()


def later(days: int = 12) -> str:
    return (today() + timedelta(days=days)).isoformat()


def short(days: int = 12) -> str:
    day = today() + timedelta(days=days)
    return f"{day.day}/{day.month}"


def test_from_asking_to_the_new_day(people: People, report: Report) -> None:
    cadre, reviewer = signed_in(people.cadre), signed_in(people.reviewer)
    page = f"/reports/{report.pk}/extension/"
    assert f'href="{page}"' in text(cadre.get("/")), "three days left: more time is offered"

    asked = cadre.post(page, {"until": later(), "reason": "Mưa lũ chia cắt"}, follow=True)
    assert "Đã gửi đề nghị gia hạn" in text(asked)
    assert f"Đã xin gia hạn đến {short()}" in text(asked)
    assert "chờ trả lời" in text(asked)

    listed = text(reviewer.get("/reports/"))
    assert "1 đề nghị gia hạn chờ trả lời" in listed
    assert f'href="{page}">Xã Quỳnh Nhai</a>' in listed
    assert "Mưa lũ chia cắt" in listed
    assert "đề nghị gia hạn" not in text(signed_in(people.official).get("/reports/")), "who only reads"

    shown = text(reviewer.get(page))
    assert "Xã xin gia hạn đến" in shown
    extension = Extension.objects.get()
    refused = reviewer.post(f"{page}answer/", {"extension": extension.pk, "grant": "no", "answer": ""})
    assert refused.status_code == 400
    assert "Không đồng ý thì ghi rõ lý do" in text(refused)

    done = reviewer.post(f"{page}answer/", {"extension": extension.pk, "grant": "yes"}, follow=True)
    assert "Đã đồng ý gia hạn cho Xã Quỳnh Nhai." in text(done)
    assert f"gia hạn đến {short()}, còn 12 ngày" in text(cadre.get("/"))
    assert "gia hạn chờ trả lời" not in text(reviewer.get("/reports/"))


def test_a_refusal_reaches_the_commune_with_its_reason(people: People, report: Report) -> None:
    cadre, reviewer = signed_in(people.cadre), signed_in(people.reviewer)
    page = f"/reports/{report.pk}/extension/"
    cadre.post(page, {"until": later(), "reason": "Chưa có số của công an"})
    reviewer.post(
        f"{page}answer/",
        {"extension": Extension.objects.get().pk, "grant": "no", "answer": "Tỉnh phải tổng hợp ngay"},
    )

    home = text(cadre.get("/"))
    assert f"Tỉnh không đồng ý gia hạn đến {short()}: Tỉnh phải tổng hợp ngay" in home
    assert f"còn {(report.due_on - today()).days} ngày" in home, "three days, or till Monday"
    assert Extension.objects.get().state == ExtensionState.REFUSED


def test_what_was_typed_stays_when_something_is_wrong(people: People, report: Report) -> None:
    cadre = signed_in(people.cadre)
    page = f"/reports/{report.pk}/extension/"

    for until in ("", "hôm nào", "2026-13-40", "31/2/2027", later(1)):
        answer = cadre.post(page, {"until": until, "reason": "Mưa lũ chia cắt"})
        assert answer.status_code == 400, until
        assert 'id="until-error"' in text(answer)
        assert "Mưa lũ chia cắt" in text(answer)
    silent = cadre.post(page, {"until": later(), "reason": " "})
    assert 'id="reason-error"' in text(silent)
    assert f'value="{later()}"' in text(silent)
    assert not Extension.objects.exists()


def test_a_day_as_people_here_write_it(people: People, report: Report) -> None:
    day = today() + timedelta(days=12)
    signed_in(people.cadre).post(
        f"/reports/{report.pk}/extension/", {"until": f"{day.day}/{day.month}/{day.year}", "reason": "Mưa"}
    )
    assert Extension.objects.get().until == day


def test_no_second_request_and_none_for_what_was_sent(people: People, report: Report) -> None:
    cadre = signed_in(people.cadre)
    page = f"/reports/{report.pk}/extension/"
    cadre.post(page, {"until": later(), "reason": "Mưa"})
    again = cadre.post(page, {"until": later(15), "reason": "Mưa"})
    assert again.status_code == 400
    assert "chờ trả lời" in text(again)

    record(report, people.cadre, [Item("ntm.xa.1.1", 1)])
    submit_report(report=report, by=people.cadre, today=today(), reason="Còn thiếu")
    assert 'name="until"' not in text(cadre.get(page))


def test_more_time_is_not_offered_while_there_is_plenty(people: People, report: Report) -> None:
    report.period.deadline = today() + timedelta(days=40)
    report.period.save()
    assert "extension" not in text(signed_in(people.cadre).get("/"))


def test_an_answer_to_nothing_or_to_anothers_is_not_found(people: People, report: Report) -> None:
    other = make_report("03688")
    signed_in(people.neighbour).post(f"/reports/{other.pk}/extension/", {"until": later(), "reason": "Mưa"})
    extension, reviewer = Extension.objects.get(), signed_in(people.reviewer)
    for number in (str(extension.pk), "", "x", "0"):
        given = {"extension": number, "grant": "yes"}
        assert reviewer.post(f"/reports/{report.pk}/extension/answer/", given).status_code == 404
    assert Extension.objects.get().state == ExtensionState.ASKED


def test_the_form_leads_there_while_time_is_short(report: Report, people: People) -> None:
    cadre = signed_in(people.cadre)
    link = f'href="/reports/{report.pk}/extension/"'
    assert link in text(cadre.get(f"/reports/{report.pk}/"))
    assert link not in text(signed_in(people.reviewer).get(f"/reports/{report.pk}/"))

    period_of = report.period
    period_of.deadline = today() + timedelta(days=40)
    period_of.save()
    assert link not in text(cadre.get(f"/reports/{report.pk}/"))
