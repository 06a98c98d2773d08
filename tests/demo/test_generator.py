"""The drawn province without a database: published totals, exact verdicts, nothing out of thin air."""

from collections import defaultdict
from datetime import date
from fractions import Fraction
from itertools import islice, pairwise

import pytest

from programs.rules.verdicts import Figure, Measure, Verdict, judge, judge_criterion, judge_set
from sonla.demo.generator.decisions import in_force
from sonla.demo.generator.names import MARK, draw_names
from sonla.demo.generator.reports import draw_plans
from sonla.demo.generator.streams import SEED, share_out
from sonla.demo.generator.terms import TERMS, YEARS, Term
from sonla.demo.generator.territory import Place
from sonla.demo.generator.world import World, draw_world
from tests.demo.from_files import asks_from_files, measures_from_files, territory_from_files

MID_2024, MID_2025 = date(2024, 6, 30), date(2025, 6, 30)


@pytest.fixture(scope="module")
def world() -> World:
    return draw_world(territory_from_files(), asks_from_files())


def verdict_of(world: World, place: Place, term: Term) -> Verdict:
    """The set's verdict on the drawn figures, by the rules themselves."""
    kinds = measures_from_files(term.last_day)
    asked: dict[str, dict[str, Figure]] = defaultdict(dict)
    asks = {}
    for ask, entry in world.figures.asked(place, term):
        asks[ask.code] = ask
        part = entry.code.removeprefix(ask.code).removeprefix(".")
        asked[ask.code][part] = Figure(entry.value, entry.denominator, entry.not_applicable)
    assert len(asked) == 57
    by_criterion = defaultdict(list)
    for code, figures in asked.items():
        measures = {part: Measure(*kinds[f"{code}.{part}" if part else code]) for part in figures}
        by_criterion[asks[code].criterion].append((judge(asks[code].rule, figures, measures), False))
    return judge_set([judge_criterion(verdicts) for verdicts in by_criterion.values()]).verdict


def test_every_report_falls_on_the_side_that_was_drawn(world: World) -> None:
    """65, 74 and the others are made of figures, each judged by the rule in force that day."""
    met = {}
    for term in TERMS:
        places = world.territory.rural(term.last_day)
        verdicts = {place.key: verdict_of(world, place, term) for place in places}
        assert set(verdicts.values()) == {Verdict.MET, Verdict.NOT_MET}
        met[term.code] = sum(verdict is Verdict.MET for verdict in verdicts.values())
    assert met["2024-H1"] == 65
    assert met["2025-H1"] == 74


@pytest.mark.parametrize("seed", [SEED, 7, 99])
def test_decisions_hold_the_published_counts_whatever_the_seed(seed: int) -> None:
    world = draw_world(territory_from_files(), asks_from_files(), seed)
    decisions = world.decisions
    assert len(in_force(decisions, "met", MID_2024)) == 65
    assert len(in_force(decisions, "advanced", MID_2024)) == 8
    assert len(in_force(decisions, "met", MID_2025)) == 74
    assert len(in_force(decisions, "advanced", MID_2025)) == 11
    assert set(in_force(decisions, "met", MID_2024)) == world.standing.met["2024-H1"]
    assert set(in_force(decisions, "met", MID_2025)) == world.standing.met["2025-H1"]
    assert [key[0] for key in in_force(decisions, "district", MID_2025)] == ["116"]


def test_mergers_end_recognition_and_a_new_name_alone_carries_it(world: World) -> None:
    held = in_force(world.decisions, "met", date(2025, 7, 1))
    assert sorted(key[0] for key in held) == ["03820", "04099"]
    carried = [one for one in world.decisions if one.carries]
    assert [one.unit for one in carried] == [("04015", date(2025, 1, 1))]
    township = [one for one in world.decisions if one.unit == ("03703", date(2021, 1, 1))]
    assert [(one.end_reason, one.valid_to) for one in township] == [("urban", date(2025, 1, 1))]


@pytest.mark.parametrize(
    ("district", "year", "rate"),
    [(None, 2021, "21.66"), (None, 2023, "14.41"), (None, 2024, "10.89"), (None, 2025, "7.89"),
     ("127", 2023, "30.23"), ("127", 2024, "25.93")],
)  # fmt: skip
def test_poor_households_are_at_the_published_rates(
    world: World, district: str | None, year: int, rate: str
) -> None:
    pieces = [piece for piece in world.territory.pieces if district in (None, piece.district)]
    poor, _near = world.poverty.of(pieces, year)
    share = Fraction(poor * 100, world.bases.of("households", pieces, year))
    assert abs(share - Fraction(rate)) < Fraction("0.005")


def test_people_of_2025_are_the_published_ones_and_households_some_305_000(world: World) -> None:
    pieces = world.territory.pieces
    assert world.bases.of("population", pieces, 2025) == 1_404_587
    assert 300_000 < world.bases.of("households", pieces, 2025) < 312_000


def test_poverty_does_not_rise_save_in_quynh_nhai_after_its_merger(world: World) -> None:
    for piece in world.territory.pieces:
        if piece.places[2][0] == "03703":
            continue
        shares = [
            Fraction(world.poverty.poor[piece.name, year], world.bases.of("households", [piece], year))
            for year in YEARS
        ]
        assert all(later <= earlier for earlier, later in pairwise(shares))


def test_same_seed_same_figures_and_another_seed_others() -> None:
    def drawn(seed: int) -> list[object]:
        world = draw_world(territory_from_files(), asks_from_files(), seed)
        first_two = islice(draw_plans(world.figures), 2)
        return [plan for _term, plans in first_two for plan in plans]

    assert drawn(SEED) == drawn(SEED)
    assert drawn(SEED) != drawn(SEED + 1)


def test_reports_of_the_province_as_in_life(world: World) -> None:
    by_term = {
        term.code: [plan for plan in plans if plan.form == "ntm.xa"]
        for term, plans in draw_plans(draw_world(world.territory, world.figures.asks).figures)
    }
    assert [len(by_term[term.code]) for term in TERMS] == [188] * 5 + [177, 67, 67, 61]
    closed = by_term["2026-H1"]
    assert sum(plan.sent_on is None for plan in closed) == 2
    assert sum(bool(plan.remarks) and plan.resent_on is None for plan in closed) == 2
    quynh_nhai = next(plan for plan in by_term["2026"] if plan.place[0] == "03703")
    assert quynh_nhai.sent_on is None
    assert len({".".join(entry.code.split(".")[:4]) for entry in quynh_nhai.entries}) == 41
    late = [plan for plan in by_term["2025-H1"] if plan.sent_on and plan.sent_on > date(2025, 7, 15)]
    assert late


def test_names_are_different_and_marked() -> None:
    names = draw_names(75, SEED)
    assert len(set(names)) == 75
    assert all(name.endswith(MARK) for name in names)


def test_sharing_out_loses_nothing() -> None:
    assert share_out(10, [1.0, 1.0, 1.0]) == [4, 3, 3]
    assert sum(share_out(1_404_587, [0.3, 0.21, 2.7])) == 1_404_587
