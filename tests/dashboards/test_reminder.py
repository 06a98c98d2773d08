"""'Ai chưa gửi' as a text to paste into the communes' message group."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from programs.actions import Item, return_report, submit_reports
from programs.models import Period, Report
from sonla.dashboards.queries.reports import reports_page
from tests.dashboards.conftest import ask, communes_of
from tests.support import TODAY, People, make_report, period, record

pytestmark = pytest.mark.django_db
Enter = Callable[..., list[Report]]


@pytest.fixture
def all_but_three(enter: Enter) -> list[Report]:
    """Of the 67 xã all have sent the year's report, but Xím Vàng, Chiềng Sại and Co Mạ."""
    year: Period = period("2026")
    left = {"Xã Xím Vàng", "Xã Chiềng Sại", "Xã Co Mạ"}
    codes = [one.code for one in communes_of(year) if one.name not in left]
    for one in communes_of(year):
        make_report(one.code)
    return enter("2026", {code: [Item("ntm.xa.1.1", 1)] for code in codes}, send=True)


def message(client: Client, query: str = "") -> str:
    html = client.get(f"/units/14/reports/?period=2026{query}").content.decode()
    found = re.search(r'<textarea[^>]* id="reminder" readonly[^>]*>([^<]*)</textarea>', html)
    return found[1] if found else ""


def test_three_names_and_the_day(all_but_three: list[Report], people: People, client: Client) -> None:
    client.force_login(people.official)

    text = message(client)

    assert text.startswith("Còn 3 xã chưa gửi báo cáo nông thôn mới năm 2026: ")
    names = text.partition(": ")[2].partition(". ")[0].split(", ")
    assert sorted(names) == ["Chiềng Sại", "Co Mạ", "Xím Vàng"]
    assert text.endswith(". Hạn 15/12/2026.")
    assert message(client, "&show=sent") == text, "whatever the list shows"


def test_who_must_mend_is_named_too_and_nobody_when_all_have_sent(
    all_but_three: list[Report], people: People, office, client: Client
) -> None:
    back = next(one for one in all_but_three if one.unit.name == "Xã Quỳnh Nhai")
    return_report(report=back, by=people.reviewer, today=TODAY, comment="Xem lại")
    client.force_login(people.official)
    assert "1 xã cần chỉnh sửa và gửi lại: Quỳnh Nhai." in message(client)

    page = reports_page(ask(people.official, period="2026"), "all")
    late = [
        Report.objects.get(pk=row.report.pk) for row in page.province.rows if not row.report.first_sent_at
    ]
    for report in late:
        record(report, office, [Item("ntm.xa.1.1", 1)])
    submit_reports(reports=late, by=office, today=TODAY, reason="muộn")
    submit_reports(reports=[back], by=office, today=TODAY, reason="đã xem")
    assert message(client) == ""
