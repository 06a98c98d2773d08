"""Heat map, who has sent, and the table as a file."""

import csv
import io
from collections.abc import Callable

from django.test import Client

from communes.models import User
from programs.actions import accept_report, return_report
from sonla.dashboards.sheets import neutral
from tests.dashboards.conftest import answers, structure
from tests.support import TODAY, People

Enter = Callable[..., list]


def test_who_has_sent_and_what_was_returned(enter: Enter, people: People, client: Client) -> None:
    form = structure("2026")
    codes = ("03703", "03688", "03694")
    sent = enter("2026", {code: answers(form).values() for code in codes}, send=True)
    return_report(report=sent[0], by=people.reviewer, today=TODAY, comments={17: "Kiểm tra lại 17.1"})
    accept_report(report=sent[1], by=people.reviewer, today=TODAY)
    client.force_login(people.reviewer)

    page = client.get("/units/14/reports/?period=2026").context["page"]

    counts = {name: count for name, _words, count in page.choices}
    assert counts == {"all": 67, "unsent": 64, "returned": 1, "sent": 1, "accepted": 1, "late": 0}
    assert page.sent == 2
    html = client.get("/units/14/reports/?period=2026&show=returned").content.decode()
    assert "Xã Quỳnh Nhai" in html
    assert "Xã Mường Chiên" not in html
    assert client.get("/units/14/reports/?show=lost").status_code == 400


def test_a_returned_criterion_counts_as_entered_only(enter: Enter, people: People, client: Client) -> None:
    (report,) = enter("2026", {"03703": answers(structure("2026")).values()}, send=True)
    return_report(report=report, by=people.reviewer, today=TODAY, comments={17: "Kiểm tra lại 17.1"})
    client.force_login(people.official)

    row = next(
        row for row in client.get("/units/14/?period=2026").context["page"].rows if row.unit.code == "03703"
    )
    everything = client.get("/units/03703/?period=2026&state=entered").context["page"]

    assert (row.met, row.is_reported, row.lacking) == (18, False, [17])
    assert everything.met == 19


def test_a_reviewer_goes_on_to_the_review_and_others_to_the_report(
    enter: Enter, people: People, client: Client
) -> None:
    (report,) = enter("2026", {"03703": answers(structure("2026")).values()}, send=True)

    client.force_login(people.reviewer)
    assert f"/reports/{report.pk}/review/" in client.get("/units/14/reports/?period=2026").content.decode()
    client.force_login(people.official)
    html = client.get("/units/14/reports/?period=2026").content.decode()
    assert f"/reports/{report.pk}/review/" not in html
    assert f"/reports/{report.pk}/" in html


def test_the_heat_map_has_a_cell_for_every_commune_and_criterion(
    enter: Enter, people: People, client: Client
) -> None:
    enter("2025", {"03703": answers(structure("2025"), fails=["17.1"]).values()}, send=True)
    client.force_login(people.official)

    html = client.get("/units/14/heatmap/?period=2025").content.decode()

    assert html.count('<td class="heat-met"') == 18
    assert html.count('<td class="heat-not-met"') == 1
    assert html.count('<td class="heat-unknown"') == 66 * 19
    assert "chưa báo cáo" in html


def test_the_table_as_a_file(enter: Enter, people: People, client: Client) -> None:
    enter("2025", {"03703": answers(structure("2025"), fails=["17.1"]).values()}, send=True)
    client.force_login(people.official)

    answer = client.get("/units/14/table.csv?period=2025")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="sonla-14-2025-submitted.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 67
    own = next(row for row in rows if row["Mã"] == "03703")
    assert (own["Tiêu chí đạt"], own["TC 17"], own["TC 1"]) == ("18", "chưa đạt", "đạt")
    silent = next(row for row in rows if row["Mã"] == "03688")
    assert (silent["Tiêu chí đạt"], silent["TC 1"]) == ("—", "—")


def test_a_cell_that_a_spreadsheet_would_compute_is_neutralised() -> None:
    assert neutral("=HYPERLINK(1)") == "'=HYPERLINK(1)"
    assert [neutral(sign + "1") for sign in "+-@\t\r"] == [f"'{sign}1" for sign in "+-@\t\r"]
    assert neutral("Xã Quỳnh Nhai") == "Xã Quỳnh Nhai"


def test_names_in_the_file_are_neutralised_too(people: People, client: Client, office: User) -> None:
    from tests.support import unit

    commune = unit("03703")
    commune.name = "=1+1"
    commune.save()
    client.force_login(people.official)

    text = client.get("/units/14/table.csv?period=2025").content.decode("utf-8-sig")

    assert "'=1+1" in text
    assert ",=1+1" not in text
