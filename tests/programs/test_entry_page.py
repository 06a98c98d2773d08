"""The report form without a script, and sending the report."""

import re
from html import unescape

import pytest
from django.urls import reverse

from programs.actions import Item
from programs.models import Report, ReportState
from tests.support import TODAY, figure, make_people, make_report, record

pytestmark = pytest.mark.django_db

WATER = "ntm.xa.17.1"
CRAFT = "ntm.xa.17.2"


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch):
    for module in ("entry", "home"):
        monkeypatch.setattr(f"programs.views.{module}.today", lambda: TODAY)


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def report():
    return make_report("03703", "2026")


@pytest.fixture
def cadre(client, people):
    client.force_login(people.cadre)
    return client


def fields_of(html: str) -> dict[str, str]:
    """What a browser without a script would send: every field as the page shows it."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is None:
            continue
        if re.search(r'type="(radio|checkbox)"', tag) and "checked" not in tag:
            continue
        fields[unescape(name[1])] = unescape(value[1]) if value else "on"
    return fields


def save(cadre, report, **typed):
    """Opens the page, types, presses 'Lưu'."""
    here = reverse("report", args=[report.pk])
    fields = fields_of(cadre.get(here).content.decode())
    return cadre.post(here, {**fields, **typed}, follow=True)


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


# -- 'Lưu' -------------------------------------------------------------------------------------------


def test_save_sends_what_was_changed_and_nothing_else(cadre, report):
    answer = save(cadre, report, **{WATER: "2.011", f"{WATER}:d": "6504", "ntm.xa.4.1": "1"})

    assert said(answer) == ["Đã lưu 2 chỉ tiêu."]
    assert (figure(report, WATER).value, figure(report, WATER).denominator) == (2011, 6504)
    assert report.observations.count() == 2

    again = save(cadre, report)
    assert said(again) == ["Không có gì thay đổi."]
    assert figure(report, WATER).version == 1


def test_good_rows_are_saved_and_bad_ones_come_back_with_their_text(cadre, report):
    answer = save(
        cadre,
        report,
        **{
            WATER: "2011",
            f"{WATER}:d": "6504",
            "ntm.xa.4.1": "1",
            "ntm.xa.9.1": "không có",
            "ntm.xa.17.6": "1620",
            "ntm.xa.17.6:d": "1584",
        },
    )

    assert said(answer) == ["Đã lưu 2 chỉ tiêu, 2 chưa lưu được."]
    html = unescape(answer.content.decode())
    assert 'value="không có"' in html
    assert "“không có” không phải là số" in html
    assert "Tử số 1.620 lớn hơn mẫu số 1.584. Kiểm tra lại hai ô." in html
    assert 'name="ntm.xa.17.6" value="1620"' in html
    assert html.count('aria-invalid="true"') == 3
    assert report.observations.count() == 2


def test_a_prefilled_denominator_alone_saves_nothing(cadre, people, report):
    record(make_report("03703", "2026-H1"), people.cadre, [Item(WATER, 1900, 6504)])

    assert said(save(cadre, report)) == ["Không có gì thay đổi."]
    assert not report.observations.exists()


def test_keeping_last_periods_figure_is_one_button(cadre, people, report):
    last = make_report("03703", "2026-H1")
    record(last, people.cadre, [Item(WATER, 1900, 6504)])

    answer = save(cadre, report, keep=WATER)

    assert answer.redirect_chain[-1][0].endswith("#ct-17.1")
    assert (figure(report, WATER).value, figure(report, WATER).copied_from) == (1900, last.period)


def test_does_not_apply_and_back(cadre, report):
    refused = save(cadre, report, **{f"{CRAFT}:na": "on"})
    assert "Ghi lý do không áp dụng" in refused.content.decode()

    save(cadre, report, **{f"{CRAFT}:na": "on", f"{CRAFT}:why": "Xã không có làng nghề"})
    assert figure(report, CRAFT).not_applicable

    here = reverse("report", args=[report.pk])
    fields = fields_of(cadre.get(here).content.decode())
    assert fields[f"{CRAFT}:why"] == "Xã không có làng nghề"
    del fields[f"{CRAFT}:na"]
    cadre.post(here, {**fields, CRAFT: "41", f"{CRAFT}:d": "46"})
    stored = figure(report, CRAFT)
    assert (stored.not_applicable, stored.value, stored.denominator) == (False, 41, 46)


def test_emptying_the_numerator_clears_the_figure(cadre, report):
    save(cadre, report, **{WATER: "2011", f"{WATER}:d": "6504"})
    save(cadre, report, **{WATER: ""})

    stored = figure(report, WATER)
    assert (stored.value, stored.denominator, stored.version) == (None, None, 2)


def test_a_conflict_shows_what_is_there_and_saving_again_keeps_mine(cadre, people, report):
    here = reverse("report", args=[report.pk])
    fields = fields_of(cadre.get(here).content.decode())
    record(report, people.cadre, [Item(WATER, 2050, 6504)])

    answer = cadre.post(here, {**fields, WATER: "2011", f"{WATER}:d": "6504"})

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "2.050 trên 6.504 hộ" in html
    assert figure(report, WATER).value == 2050
    cadre.post(here, fields_of(html))
    assert figure(report, WATER).value == 2011


def test_a_frozen_report_keeps_nothing_and_says_why(cadre, people, report):
    here = reverse("report", args=[report.pk])
    fields = fields_of(cadre.get(here).content.decode())
    Report.objects.filter(pk=report.pk).update(state=ReportState.SENT)

    answer = cadre.post(here, {**fields, WATER: "2011", f"{WATER}:d": "6504"})

    assert "Báo cáo đã gửi, chỉ sửa được khi tỉnh trả lại." in said(answer)


@pytest.mark.parametrize("show", ["all", "missing", "returned", "not_met"])
def test_filters_are_links(cadre, report, show):
    answer = cadre.get(reverse("report", args=[report.pk]) + f"?show={show}")

    assert f'data-show="{show}"' in answer.content.decode()


def test_the_page_is_light_and_has_nothing_inline(cadre, report):
    html = cadre.get(reverse("report", args=[report.pk])).content.decode()

    assert len(html.encode()) < 200_000
    scripts = re.findall(r"<script[^>]*>", html)
    assert all("src=" in tag or 'type="application/json"' in tag for tag in scripts)
    assert " style=" not in html


# -- 'Gửi báo cáo' -----------------------------------------------------------------------------------


def test_sending_lists_what_is_missing_with_links_to_the_rows(cadre, people, report):
    record(report, people.cadre, [Item("ntm.xa.1.1", 0), Item("ntm.xa.4.1", 1)])

    html = cadre.get(reverse("report_send", args=[report.pk])).content.decode()

    assert "Còn 55 chỉ tiêu chưa nhập" in html
    assert f'href="/reports/{report.pk}/#ct-17.1"' in html
    assert "#ct-4.1" not in html
    assert "1 tiêu chí chưa đạt" in html
    assert f'href="/reports/{report.pk}/#tc-1"' in html


def test_an_incomplete_report_needs_a_reason(cadre, people, report):
    record(report, people.cadre, [Item("ntm.xa.4.1", 1)])

    answer = cadre.post(reverse("report_send", args=[report.pk]), {"reason": "  "})

    assert answer.status_code == 400
    assert "Còn 56 chỉ tiêu chưa nhập" in answer.content.decode()
    report.refresh_from_db()
    assert report.state == ReportState.ENTERING


def test_it_is_sent_and_home_says_so(cadre, people, report):
    record(report, people.cadre, [Item("ntm.xa.4.1", 1)])

    answer = cadre.post(
        reverse("report_send", args=[report.pk]), {"reason": "chờ số của ngành y tế"}, follow=True
    )

    report.refresh_from_db()
    assert (report.state, report.incomplete_reason) == (ReportState.SENT, "chờ số của ngành y tế")
    assert answer.redirect_chain == [("/", 302)]
    assert said(answer) == [f"Đã gửi “{report.form.title} năm 2026”."]


def test_an_empty_report_is_not_sent(cadre, report):
    answer = cadre.post(reverse("report_send", args=[report.pk]), {"reason": "không rõ"})

    assert "Báo cáo chưa có số liệu nào." in answer.content.decode()
