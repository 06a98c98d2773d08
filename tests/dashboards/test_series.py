"""Change over periods: the territory, one indicator, and the breaks across which nothing is compared."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programs.actions import Item
from programs.models import Report
from sonla.dashboards.queries.indicator import indicator_page
from sonla.dashboards.queries.overview import overview
from sonla.dashboards.queries.series import series_page
from tests.dashboards.conftest import answers, ask, communes_of, structure
from tests.support import People, period

pytestmark = pytest.mark.django_db
Enter = Callable[..., list[Report]]
WATER, INCOME, PLAN = "ntm.xa.17.1", "ntm.xa.10.1", "ntm.xa.1.1"


def page_text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.fixture
def years(enter: Enter) -> None:
    """Two communes of 2024, two of 2025-H1, two of 2025 and 2026, one of which meets everything."""
    for code in ("2024", "2025-H1", "2025", "2026"):
        form = structure(code)
        first, second = [one.code for one in communes_of(period(code))][:2]
        figures = {first: answers(form).values(), second: answers(form, fails=["17.1", "10.1"]).values()}
        enter(code, figures, send=True)


class TestTheTerritory:
    def test_each_period_counts_its_own_communes(self, years: None, people: People) -> None:
        page = series_page(ask(people.official, period="2026"))
        by_code = {one.period.code: one for one in page.points}

        assert [by_code[code].expected for code in ("2024", "2025-H1", "2025", "2026")] == [188, 177, 67, 67]
        assert [by_code[code].met for code in ("2024", "2025-H1", "2025", "2026")] == [1, 1, 1, 1]
        assert by_code["2026"].known == 2
        assert by_code["2026"].mean == Fraction(19 + 17, 2)
        assert by_code["2026"].mean_words == "18"
        assert by_code["2023"].mean_words == "—", "nothing was reported, which is not 0"

    def test_it_says_what_the_overview_says(self, years: None, people: People) -> None:
        for code in ("2024", "2025-H1", "2025", "2026"):
            question = ask(people.official, period=code)
            point = series_page(question).points[-1]
            rows = overview(question).rows
            assert point.period == question.period
            assert point.met == sum(row.meets is True for row in rows)
            assert point.criteria == sum(row.met for row in rows if row.is_known)
            assert point.expected == len(rows)

    def test_two_reorganisations_break_the_series(self, years: None, people: People) -> None:
        page = series_page(ask(people.official, period="2026"))
        codes = [one.period.code for one in page.points]

        assert [(codes[one.before], one.label) for one in page.ground.breaks] == [
            ("2025-H1", "1/1/2025"),
            ("2025", "1/7/2025"),
        ]
        moved = {one.period.code: one.moved for one in page.points}
        assert (moved["2025-H1"], moved["2025"]) == (None, None), "no movement across a break"
        assert moved["2026"] == 0

    def test_the_chart_has_a_table_beside_it(self, years: None, people: People, client: Client) -> None:
        client.force_login(people.official)
        html = page_text(client, "/units/14/series/?period=2026")

        assert html.count('<svg class="trend series"') == 2
        assert html.count('class="series-break"') == 4
        assert "Sắp xếp đơn vị hành chính 1/7/2025: không so sánh qua mốc này" in html
        assert '<td class="num">1/188</td>' in html
        assert "18/19" in html
        assert "Qua các kỳ" in page_text(client, "/units/14/?period=2026"), "a tab of the province's page"

    def test_a_former_district_goes_on_as_an_area(self, years: None, people: People) -> None:
        page = series_page(ask(people.official, "118", period="2026"))
        expected = [one.expected for one in page.points]
        assert expected[0] == 11
        assert 0 < expected[-1] < 11

    def test_a_lower_state_is_asked_for(self, enter: Enter, people: People) -> None:
        enter("2026", {"03703": answers(structure("2026")).values()})
        sent = series_page(ask(people.official, period="2026", state="submitted")).points[-1]
        typed = series_page(ask(people.official, period="2026", state="entered")).points[-1]
        assert (sent.known, sent.determined) == (0, 0)
        assert (typed.known, typed.met) == (1, 1)

    def test_a_cadre_reads_no_more_than_the_own_commune(
        self, years: None, people: People, client: Client
    ) -> None:
        client.force_login(people.cadre)
        assert client.get("/units/14/series/").status_code == 404
        assert client.get("/units/14/indicators/ntm.xa.17.1/").status_code == 404


class TestOneIndicator:
    def test_a_percentage_is_a_ratio_of_sums(self, enter: Enter, people: People) -> None:
        enter("2025", {"03703": [Item(WATER, 30, 100)], "03688": [Item(WATER, 900, 1000)]}, send=True)
        enter("2026", {"03703": [Item(WATER, 50, 100)]}, send=True)
        page = indicator_page(ask(people.official, period="2026"), WATER)
        assert page is not None
        by_code = {one.period.code: one for one in page.points}

        assert by_code["2025"].words == "84,55%"
        assert by_code["2025"].total.detail == "930 trên 1.100 hộ"
        assert (by_code["2025"].reported, by_code["2025"].expected) == (2, 67)
        assert by_code["2026"].words == "50,00%"
        assert by_code["2026"].state_words == "đã gửi"
        assert by_code["2024"].words == "—"
        heights = {one.period.code: one.share for one in page.columns}
        assert heights["2026"] == Fraction(1, 2)
        assert heights["2024"] is None

    def test_what_does_not_apply_leaves_the_coverage(self, enter: Enter, people: People) -> None:
        absent = Item("ntm.xa.7.1", not_applicable=True, note="Không có chợ trong quy hoạch")
        enter("2026", {"03703": [absent], "03688": [Item("ntm.xa.7.1", 1)]}, send=True)
        page = indicator_page(ask(people.official, period="2026"), "ntm.xa.7.1")
        assert page is not None
        assert page.now is not None
        assert (page.now.words, page.now.apart, page.now.expected) == ("1/1 xã", 1, 66)

    def test_income_is_weighted_by_population(self, enter: Enter, people: People) -> None:
        enter(
            "2025",
            {"03703": [Item("base.population", 1000)], "03688": [Item("base.population", 3000)]},
            form="base",
        )
        page = indicator_page(ask(people.official, period="2025"), INCOME)
        assert page is not None
        step = 10**page.indicator.decimals
        enter(
            "2025",
            {"03703": [Item(INCOME, 60_000_000 * step)], "03688": [Item(INCOME, 40_000_000 * step)]},
            send=True,
        )
        page = indicator_page(ask(people.official, period="2025"), INCOME)
        assert page is not None
        assert page.now is not None
        assert page.now.total.label == "45"
        assert page.unit_words in page.now.words

    def test_communes_with_their_verdict_and_the_period_before(
        self, enter: Enter, people: People, client: Client
    ) -> None:
        enter("2026-H1", {"03703": [Item(WATER, 20, 100)]}, send=True)
        enter("2026", {"03703": [Item(WATER, 50, 100)], "03688": [Item(WATER, 1, 100)]}, send=True)
        page = indicator_page(ask(people.official, period="2026"), WATER)
        assert page is not None
        first, second = page.communes[0], next(one for one in page.communes if one.member.code == "03703")
        assert (first.member.code, first.figure, first.before) == ("03688", "1,00%", "—")
        assert (second.figure, second.before) == ("50,00%", "20,00%")
        assert sum(not one.is_reported for one in page.communes) == 65

        client.force_login(people.official)
        html = page_text(client, f"/units/14/indicators/{WATER}/?period=2026")
        assert "chưa báo cáo" in html
        assert 'href="/units/14/criteria/17/?period=2026' in html
        assert f'href="/units/14/indicators/{WATER}/?period=2026' in page_text(
            client, "/units/14/criteria/17/?period=2026"
        )

    def test_nothing_is_compared_across_a_break(self, enter: Enter, people: People) -> None:
        enter("2025", {"03703": [Item(WATER, 50, 100)]}, send=True)
        page = indicator_page(ask(people.official, period="2025"), WATER)
        assert page is not None
        assert {one.before for one in page.communes} == {"—"}

    def test_a_part_is_shown_without_a_verdict(self, enter: Enter, people: People, client: Client) -> None:
        enter("2026", {"03703": answers(structure("2026"), criteria=[12]).values()}, send=True)
        part = "ntm.xa.12.1.female"
        page = indicator_page(ask(people.official, period="2026"), part)
        assert page is not None
        assert page.now is not None
        assert not page.is_judged
        assert page.now.reported == 1
        client.force_login(people.official)
        page_text(client, f"/units/14/indicators/{part}/?period=2026")

    @pytest.mark.parametrize("code", ["ntm.xa.99.9", "ntm.communes.met", "x"])
    def test_what_the_form_does_not_ask_is_not_found(self, people: People, client: Client, code: str) -> None:
        client.force_login(people.official)
        assert client.get(f"/units/14/indicators/{code}/").status_code == 404

    def test_a_kind_that_changed_is_read_as_it_was(self, enter: Enter, people: People) -> None:
        """15.4 was a percentage until 2023."""
        enter("2026", {"03703": answers(structure("2026"), criteria=[15]).values()}, send=True)
        page = indicator_page(ask(people.official, period="2026"), "ntm.xa.15.4")
        assert page is not None
        assert len(page.versions) > 1
        assert page.now is not None
        assert page.now.reported == 1


@pytest.mark.parametrize("address", ["/units/14/series/", f"/units/14/indicators/{WATER}/"])
def test_more_periods_and_communes_take_no_more_queries(
    enter: Enter, people: People, client: Client, address: str
) -> None:
    client.force_login(people.official)

    def queries(code: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"{address}?period={code}").status_code == 200
        return len(found)

    enter("2021", {communes_of(period("2021"))[0].code: [Item(WATER, 3, 10), Item(PLAN, 1)]}, send=True)
    queries("2021")
    few = queries("2021")
    for code in ("2024", "2025", "2026"):
        communes = [one.code for one in communes_of(period(code))][:20]
        enter(code, {one: [Item(WATER, 3, 10), Item(PLAN, 1)] for one in communes}, send=True)
    queries("2026")
    assert queries("2026") == few
    assert few <= 14
