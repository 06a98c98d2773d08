"""What the pages call a thing, wherever it stands: one word for one state, on the day that is asked for."""

from collections.abc import Callable

from django.test import Client

from programs.actions import Item, return_report
from programs.models import Report
from sonla.dashboards.queries.commune import commune_page
from sonla.dashboards.queries.overview import overview
from tests.dashboards.conftest import answers, ask, structure
from tests.support import TODAY, People, period, unit

Enter = Callable[..., list]


def returned_for_criterion_2(enter: Enter, people: People) -> None:
    enter("2026", {"03703": answers(structure("2026"), criteria=[1, 2]).values()}, send=True)
    report = Report.objects.get(unit=unit("03703"), period=period("2026"), form__code="ntm.xa")
    return_report(report=report, by=people.reviewer, today=TODAY, comments={2: "Kiểm tra lại mẫu số"})


def test_a_criterion_that_was_returned_lacks_figures_and_is_not_unreported(
    enter: Enter, people: People, client: Client
) -> None:
    returned_for_criterion_2(enter, people)

    page = overview(ask(people.official, "118", period="2026"))

    roads = next(count for count in page.criteria if count.number == 2)
    assert (roads.insufficient, roads.unreported) == (1, 3)
    row = next(row for row in page.rows if row.unit.code == "03703")
    assert 2 in row.lacking
    client.force_login(people.official)
    html = client.get("/units/118/heatmap/?period=2026").content.decode()
    assert "TC 2: chưa đủ số liệu" in html


def test_what_was_returned_stays_in_the_number_of_indicators_that_apply(enter: Enter, people: People) -> None:
    returned_for_criterion_2(enter, people)

    page = commune_page(ask(people.official, "03703", period="2026"))

    assert (page.score.indicators_met, page.indicators_applicable) == (2, 57)


def test_an_ended_district_is_called_a_former_one_above_its_communes(
    enter: Enter, people: People, client: Client
) -> None:
    enter("2024", {"03703": [Item("ntm.xa.1.1", 1)]}, send=True)
    client.force_login(people.official)

    today = client.get("/units/03703/?period=2026").content.decode()
    then = client.get("/units/03703/?period=2024").content.decode()

    assert today.count("Địa bàn huyện Quỳnh Nhai cũ") == 2
    assert ">Huyện Quỳnh Nhai<" not in today
    assert then.count(">Huyện Quỳnh Nhai<") == 2


def test_a_former_township_was_not_left_unrecognised(people: People, client: Client) -> None:
    client.force_login(people.official)

    html = client.get("/units/03703/?period=2026").content.decode()

    assert ">không áp dụng</td>" in html
    ward = client.get("/units/03646/?period=2026").content.decode()
    assert "chưa được công nhận" not in ward
    assert "được đánh giá lại" not in ward


def test_a_former_district_is_named_as_the_area_it_was(people: People, client: Client) -> None:
    client.force_login(people.official)
    page = client.get("/units/14/heatmap/", {"period": "2026"}).content.decode()
    assert "Địa bàn huyện Quỳnh Nhai cũ</th>" in page
    before = client.get("/units/14/heatmap/", {"period": "2024"}).content.decode()
    assert ">Huyện Quỳnh Nhai</th>" in before


def test_a_period_stands_under_its_column_in_words(db: None) -> None:
    said = {code: period(code).short for code in ("2026", "2026-H1", "2026-10")}
    assert said == {"2026": "2026", "2026-H1": "6 tháng 2026", "2026-10": "T.10 2026"}
