"""The province's page: where it stands, who is behind, what is not known."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from communes.models import User
from programs.actions import Item
from programs.models import FigureState, Recognition
from programs.queries.totals import rollup
from sonla.dashboards.queries.commune import commune_page
from sonla.dashboards.queries.criterion import criterion_page
from sonla.dashboards.queries.overview import overview
from tests.dashboards.conftest import answers, ask, communes_of, structure
from tests.support import TODAY, People, make_report, period, unit

Enter = Callable[..., list]
SILENT = 3


@pytest.fixture
def three_silent(enter: Enter, people: People) -> list[str]:
    """Case 8: 64 of 67 xã reported; the three have 4,500 of 265,000 households. Returns the codes."""
    codes = [one.code for one in communes_of(period("2025"))]
    reported, silent = codes[:-SILENT], codes[-SILENT:]
    form = structure("2025")
    figures = {}
    for place, code in enumerate(reported):
        items = answers(form, criteria=[17], fails=() if place < 21 else ("17.3",))
        last = place == len(reported) - 1
        items["ntm.xa.17.1"] = Item("ntm.xa.17.1", 1565 if last else 1525, 4090 if last else 4070)
        figures[code] = items.values()
    households = {code: 1500 for code in silent} | {code: 4070 for code in reported[:-1]}
    households[reported[-1]] = 4090
    enter("2025", {code: [Item("base.households", n)] for code, n in households.items()}, form="base")
    enter("2025", figures, send=True)
    return silent


def test_three_that_have_not_reported_are_neither_met_nor_zero(
    three_silent: list[str], people: People, client: Client
) -> None:
    page = criterion_page(ask(people.official, period="2025"), 17)

    water = page.totals[0]
    assert (water.value, water.detail) == ("37,48%", "97.640 trên 260.500 hộ")
    count = page.count
    assert (count.met, count.not_met, count.insufficient, count.unreported) == (21, 43, 0, 3)

    client.force_login(people.official)
    html = client.get("/units/14/criteria/17/?period=2025").content.decode()
    assert "37,48%" in html
    assert "36,85%" not in html
    assert "64/67 xã; 98,30% số hộ" in html
    assert "21 đạt, 43 chưa đạt, 3 chưa báo cáo" in html
    assert "31,34% của 67 xã" in html


def test_a_report_sent_without_this_figure_leaves_the_coverage(
    three_silent: list[str], people: People, enter: Enter
) -> None:
    enter("2025", {three_silent[0]: [Item("ntm.xa.1.1", 1)]}, send=True)

    page = criterion_page(ask(people.official, period="2025"), 17)

    water = page.totals[0].coverage
    assert (water.reported, water.expected) == (64, 67)
    assert page.totals[0].value == "37,48%"
    assert (page.count.met, page.count.not_met) == (21, 43)
    assert (page.count.insufficient, page.count.unreported) == (1, 2)


def test_the_page_says_who_has_not_sent_and_how_much_that_is(
    three_silent: list[str], people: People, client: Client
) -> None:
    client.force_login(people.official)

    answer = client.get("/units/14/?period=2025")

    html = answer.content.decode()
    assert "64/67 xã đã gửi" in html
    assert "98,30% số hộ" in html
    assert "3 xã chưa gửi báo cáo" in html
    assert "8 phường" in html
    page = answer.context["page"]
    assert [row.unit.code for row in page.unreported] == three_silent
    # Every commune has one level; of the three silent ones a merger made the first, which waits anyway.
    levels = dict(page.levels)
    assert sum(levels.values()) == 67
    assert levels["unknown"] == 2


def test_wards_change_nothing(three_silent: list[str], people: People) -> None:
    page = overview(ask(people.official, period="2025"))

    assert page.expected == 67
    assert page.others == [("phường", 8)]
    assert sum(row.expected for row in page.districts) == 67
    assert sum(row.others for row in page.districts) == 8


def test_villages_with_a_craft_are_counted_among_themselves(enter: Enter, people: People) -> None:
    """Case 6: 5 of 67 have craft villages, 4 of them meet."""
    codes = [one.code for one in communes_of(period("2025"))]
    none = Item("ntm.xa.13.4", not_applicable=True, note="Xã không có làng nghề")
    figures = {code: [none] for code in codes}
    for place, code in enumerate(codes[:5]):
        figures[code] = [Item("ntm.xa.13.4", int(place < 4))]
    enter("2025", figures, send=True)

    page = criterion_page(ask(people.official, period="2025"), 13)

    crafts = next(total for total in page.totals if total.number == "13.4")
    assert crafts.value == "4/5 xã có làng nghề"
    assert crafts.apart == 62
    assert (crafts.coverage.reported, crafts.coverage.expected) == (5, 5)


def test_all_met_but_one_is_eighteen_of_nineteen_and_not_eligible(
    enter: Enter, people: People, client: Client
) -> None:
    """Case 2, first sentence: all met but 17.1."""
    enter("2025", {"03703": answers(structure("2025"), fails=["17.1"]).values()}, send=True)
    client.force_login(people.official)

    html = client.get("/units/03703/?period=2025").content.decode()

    assert "18/19" in html
    assert "56/57 chỉ tiêu" in html
    assert "Chưa đạt 1 tiêu chí" in html
    page = overview(ask(people.official, period="2025"))
    assert (page.met, page.determined, page.met_not_recognised) == (0, 1, [])


def test_the_headline_is_the_roll_up_of_its_day(enter: Enter, people: People) -> None:
    form = structure("2025")
    enter("2025", {"03703": answers(form).values(), "03688": answers(form).values()}, send=True)
    enter("2025", {"03694": answers(form).values()})
    decide("03688", date(2025, 11, 3))

    for state in FigureState:
        name = {1: "entered", 2: "submitted", 3: "accepted"}[state]
        page = overview(ask(people.official, period="2025", state=name))
        asked = {"unit": unit("14"), "today": TODAY, "at": date(2025, 12, 31), "state": state}
        met = rollup(indicator="ntm.communes.met", **asked).rows[0]
        recognised = rollup(indicator="ntm.communes.recognised", **asked).rows[0]
        assert page.met == int(met.value or 0) == {1: 3, 2: 2, 3: 0}[state]
        assert page.determined == met.reported_units
        assert page.recognised == int(recognised.value) == 1


def test_a_criterions_totals_are_the_roll_up_of_the_period(enter: Enter, people: People) -> None:
    form = structure("2025")
    people_in = {"03703": [Item("base.population", 30554)], "03688": [Item("base.population", 7001)]}
    enter("2025", people_in, form="base")
    for place, code in enumerate(["03703", "03688", "03694"]):
        items = answers(form, criteria=[10, 11, 12, 17])
        items["ntm.xa.17.1"] = Item("ntm.xa.17.1", 700 + place, 1301)
        enter("2025", {code: items.values()}, send=True)

    totals = criterion_page(ask(people.official, period="2025"), 17).totals

    for total in totals:
        answer = rollup(
            indicator=total.row.indicator,
            unit=unit("14"),
            today=TODAY,
            period=period("2025"),
            state=FigureState.SUBMITTED,
        ).rows[0]
        assert total.coverage.reported == answer.reported_units
        if total.row.indicator.is_ratio:
            assert total.value == answer.value.replace(".", ",") + "%"
        elif not total.row.indicator.is_boolean:
            # 17.4 is a mean over people: the third commune has no population yet.
            assert total.value.split()[0] == answer.value.replace(".", ",")
            assert total.coverage.reported == 2


def decide(code: str, day: date, level: str = "met", until: date | None = None) -> Recognition:
    return Recognition.objects.create(
        unit=unit(code, day),
        level=level,
        decision="12/QĐ-UBND",
        decided_on=day,
        valid_from=day,
        valid_to=until,
        end_reason="revoked" if until else "",
    )


def test_a_communes_level_is_its_decision_then_waiting_then_its_figures(enter: Enter, people: People) -> None:
    form = structure("2025")
    decide("03703", date(2025, 11, 3), "advanced")
    decide("03703", date(2025, 10, 3), "met")
    figures = {
        code: answers(form, fails=fails).values()
        for code, fails in {"03703": [], "03688": [], "04240": ["10.1"], "04246": []}.items()
    }
    enter("2025", figures, send=True)

    rows = {row.unit.code: row for row in overview(ask(people.official, period="2025")).rows}

    assert rows["03703"].level == "advanced"
    assert rows["03688"].level == "reassess"  # a merger made it, nobody has decided since
    assert rows["04240"].level == "not_met"  # Mường Lèo, untouched by the mergers
    assert rows["04246"].level == "eligible"  # Mường Lạn, too: all met, not recognised
    assert rows["03694"].level == "reassess"
    assert rows["03760"].level == "unknown"  # Mường Bám, untouched, reported nothing

    # Who has not sent the next period yet is where the last determined verdict left it, as in the headline.
    later = {row.unit.code: row for row in overview(ask(people.official, period="2026")).rows}
    assert [later[code].level for code in ("04240", "04246", "03760")] == ["not_met", "eligible", "unknown"]
    assert not later["04240"].is_known


def test_met_and_recognised_are_compared_as_lists(enter: Enter, people: People) -> None:
    form = structure("2025")
    decide("03703", date(2025, 11, 3))
    figures = {"03703": answers(form, fails=["15.2"]).values(), "03688": answers(form).values()}
    enter("2025", figures, send=True)

    page = overview(ask(people.official, period="2025"))

    assert [row.unit.code for row in page.met_not_recognised] == ["03688"]
    assert [row.unit.code for row in page.recognised_not_met] == ["03703"]


def test_what_changed_since_the_last_period(enter: Enter, people: People) -> None:
    enter("2026-H1", {"03703": answers(structure("2026-H1"), fails=["10.1", "17.1"]).values()}, send=True)
    enter("2026", {"03703": answers(structure("2026"), fails=["15.2", "17.1"]).values()}, send=True)

    page = overview(ask(people.official, period="2026"))

    (row,) = page.changed
    assert (row.unit.code, row.gained, row.lost) == ("03703", [10], [15])
    assert (page.met, page.met_change) == (0, 0)
    failing = commune_page(ask(people.official, "03703", period="2026")).failing
    since = {one.number: one.since.code for one in failing}
    assert since == {15: "2026", 17: "2026-H1"}


def test_what_was_only_entered_is_not_in_what_was_sent(enter: Enter, people: People, client: Client) -> None:
    enter("2025", {"03703": answers(structure("2025")).values()})

    sent = overview(ask(people.official, period="2025"))
    all_entered = overview(ask(people.official, period="2025", state="entered"))

    assert (sent.province.coverage.reported, sent.met) == (0, 0)
    assert (all_entered.province.coverage.reported, all_entered.met) == (1, 1)
    client.force_login(people.official)
    assert "1/67 xã đã nhập" in client.get("/units/14/?period=2025&state=entered").content.decode()


def test_first_the_province_sees_what_was_sent_and_a_commune_what_it_entered(people: People) -> None:
    assert ask(people.official).state == FigureState.SUBMITTED
    assert ask(people.cadre, "03703").state == FigureState.ENTERED


def test_a_former_district_is_the_area_it_was(enter: Enter, people: People, client: Client) -> None:
    client.force_login(people.official)

    later = client.get("/units/127/?period=2025")
    before = client.get("/units/127/?period=2024")

    assert "Địa bàn huyện Sốp Cộp cũ" in later.content.decode()
    assert [row.unit.code for row in later.context["page"].rows] == ["04228", "04231", "04240", "04246"]
    assert "Huyện Sốp Cộp" in before.content.decode()
    assert len(before.context["page"].rows) == 8
    assert before.context["page"].districts == []


def test_percentages_of_households_need_every_communes_households(enter: Enter, people: People) -> None:
    enter("2025", {"03703": [Item("ntm.xa.1.1", 1)]}, send=True)

    coverage = overview(ask(people.official, period="2025")).province.coverage

    assert (coverage.reported, coverage.expected) == (1, 67)
    assert coverage.households is None


def test_a_page_without_any_report_says_so(people: People, client: Client) -> None:
    client.force_login(people.official)

    html = client.get("/units/14/?period=2025").content.decode()

    assert "0/67 xã đã gửi" in html
    assert "0,00% số hộ" not in html
    assert "67 xã chưa gửi báo cáo" in html


def test_on_time_is_known_from_the_first_sending(enter: Enter, people: People, office: User) -> None:
    from datetime import UTC, datetime

    from programs.actions.reports import submit_report

    report = make_report("03703", "2025")
    enter("2025", {"03703": [Item("ntm.xa.1.1", 1)]})
    submit_report(
        report=report, by=office, today=TODAY, reason="thử", at=datetime(2025, 12, 15, 16, tzinfo=UTC)
    )
    enter("2025", {"03688": [Item("ntm.xa.1.1", 1)]}, send=True)

    rows = {row.unit.code: row for row in overview(ask(people.official, period="2025")).rows}

    # 23:00 on the deadline's day in Việt Nam; the other was sent today, a year late.
    assert rows["03703"].report.is_on_time
    assert rows["03688"].report.is_late
