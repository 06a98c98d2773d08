"""From records to figures: what households and houses count up to is the commune's figure at once."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from communes.models import Unit
from housing.actions.figures import refresh_houses, refresh_poverty
from housing.models import (
    BeneficiaryGroup,
    CommuneReview,
    CountedRatio,
    HousingList,
    HousingProject,
    HousingTarget,
    PovertyReview,
    ReviewRound,
    Source,
)
from housing.queries.counts import house_counts
from programs.actions import Item, record_observations
from programs.models import Assignment, Observation, Report, Through
from programs.queries.totals import rollup
from tests.housing.world import HousingWorld, add, make_housing_world
from tests.support import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> HousingWorld:
    return make_housing_world()


def review_of(world: HousingWorld, source: str = Source.REGISTER) -> CommuneReview:
    return CommuneReview.objects.create(
        round=ReviewRound.objects.get(code="2026"),
        commune=world.commune,
        province_id=world.commune.province_id,
        source=source,
    )


def sheet(world: HousingWorld, review: CommuneReview, opening: str, now: str = "", **fields: object) -> None:
    household = add(world.here, persons=5, **fields)
    PovertyReview.objects.create(
        review=review,
        household=household,
        village=household.village,
        listed="poor",
        opening_class=opening,
        poverty_class=now,
        persons=household.persons,
        no_labour=household.no_labour,
        ethnic_group=household.ethnic_group,
        updated_by=world.cadre,
    )


def held(world: HousingWorld, code: str, period: str = "2026") -> Observation:
    return Observation.objects.get(unit=world.commune, indicator__code=code, period__code=period)


class TestPoverty:
    def test_a_register_counts_itself_into_the_years_reports(self, world: HousingWorld) -> None:
        review = review_of(world)
        add(world.here, persons=3)
        sheet(world, review, "poor", "near_poor")
        sheet(world, review, "poor")
        sheet(world, review, "", "poor", no_labour=True)

        refresh_poverty(review, by=world.cadre, today=TODAY)

        counted = {
            code: held(world, code).value
            for code in (
                "base.households",
                "base.population",
                "base.villages",
                "poverty.households.poor",
                "poverty.households.near_poor",
                "poverty.persons.poor",
                "poverty.poor.no_labour",
            )
        }
        assert counted == {
            "base.households": 4,
            "base.population": 18,
            "base.villages": 3,
            # A household whose sheet is not finished stays what it was.
            "poverty.households.poor": 2,
            "poverty.households.near_poor": 1,
            "poverty.persons.poor": 10,
            "poverty.poor.no_labour": 1,
        }
        one = held(world, "poverty.households.poor")
        assert one.from_records
        assert one.through == Through.RECORDS

    def test_the_next_standard_counts_when_everybody_has_a_class_by_it(self, world: HousingWorld) -> None:
        review = review_of(world)
        codes = [f"poverty.next.households.{kind}" for kind in ("poor", "near_poor")]
        sheet(world, review, "poor", "poor")
        sheet(world, review, "poor", "near_poor")
        last, first = review.sheets.order_by("-pk")
        first.next_class = "poor"
        first.save()
        refresh_poverty(review, by=world.cadre, today=TODAY)
        assert held(world, "poverty.households.poor").value == 1
        assert not Observation.objects.filter(indicator__code__in=codes).exists()

        last.next_class = "neither"
        last.save()
        refresh_poverty(review, by=world.cadre, today=TODAY)
        assert [held(world, code).value for code in codes] == [1, 0]

    def test_by_ethnic_group_with_its_own_households_as_base(self, world: HousingWorld) -> None:
        review = review_of(world)
        add(world.here)
        sheet(world, review, "poor", "poor")

        refresh_poverty(review, by=world.cadre, today=TODAY)

        assert held(world, "poverty.groups.03.households").value == 2
        assert held(world, "poverty.groups.03.poor").value == 1
        owed = Assignment.objects.get(form__code="poverty.groups")
        assert world.commune in owed.units.all()

    def test_the_indicator_of_criterion_11_follows(self, world: HousingWorld) -> None:
        review = review_of(world)
        add(world.here)
        sheet(world, review, "poor", "near_poor")
        sheet(world, review, "", "poor", no_labour=True)
        refresh_poverty(review, by=world.cadre, today=TODAY)
        one = held(world, "ntm.xa.11.1")
        assert (one.value, one.denominator, one.from_records) == (2, 3, True)

        # Leaving out households without working ability is data.
        rule = CountedRatio.objects.get()
        rule.numerator += " - poverty.poor.no_labour - poverty.near_poor.no_labour"
        rule.denominator += " - base.households.no_labour"
        rule.save()
        refresh_poverty(review, by=world.cadre, today=TODAY)
        one = held(world, "ntm.xa.11.1")
        assert (one.value, one.denominator) == (1, 2)

    def test_a_counted_figure_cannot_be_typed_over(self, world: HousingWorld) -> None:
        review = review_of(world)
        sheet(world, review, "poor", "poor")
        refresh_poverty(review, by=world.cadre, today=TODAY)
        one = held(world, "poverty.households.poor")

        with pytest.raises(ValidationError, match="tính từ hồ sơ hộ"):
            record_observations(
                report=one.report,
                items=[Item("poverty.households.poor", 7, version=one.version)],
                by=world.cadre,
                through=Through.FORM,
                today=TODAY,
            )

    def test_what_was_typed_gives_way_when_the_register_begins(self, world: HousingWorld) -> None:
        base = Report.objects.get(unit=world.commune, form__code="base", period__code="2026")
        record_observations(
            report=base,
            items=[Item("base.households", 2500), Item("poverty.households.poor", 1)],
            by=world.cadre,
            through=Through.FORM,
            today=TODAY,
        )
        aggregate = review_of(world, Source.AGGREGATE)
        sheet(world, aggregate, "poor", "poor")
        assert refresh_poverty(aggregate, by=world.cadre, today=TODAY).figures == 0

        aggregate.source = Source.REGISTER
        aggregate.save()
        refresh_poverty(aggregate, by=world.cadre, today=TODAY)

        one = held(world, "base.households")
        assert (one.value, one.version, one.from_records) == (1, 2, True)
        # The same number is a counted one all the same.
        assert held(world, "poverty.households.poor").from_records

    def test_a_report_that_was_sent_keeps_what_was_sent(self, world: HousingWorld) -> None:
        review = review_of(world)
        sheet(world, review, "poor", "poor")
        refresh_poverty(review, by=world.cadre, today=TODAY)
        Report.objects.filter(unit=world.commune, form__code="base").update(state="sent")
        sheet(world, review, "poor", "poor")

        found = refresh_poverty(review, by=world.cadre, today=TODAY)

        assert [report.form.code for report in found.waiting] == ["base"]
        assert held(world, "poverty.households.poor").value == 1
        assert held(world, "poverty.persons.poor").value == 10

    def test_the_rate_is_a_ratio_of_sums(self, world: HousingWorld) -> None:
        review = review_of(world)
        sheet(world, review, "poor", "poor")
        add(world.here)
        refresh_poverty(review, by=world.cadre, today=TODAY)

        found = rollup(indicator="poverty.rate", unit=world.commune, today=TODAY)

        (row,) = found.rows
        assert found.basis == "formula"
        assert (row.value, row.numerator, row.denominator) == ("50.00", "1", "2")


class TestHouses:
    def house(self, world: HousingWorld, **fields: object) -> HousingProject:
        household = add(world.here)
        values: dict[str, object] = {
            "household": household,
            "commune": world.commune,
            "village": household.village,
            "province_id": world.commune.province_id,
            "list": HousingList.objects.get(code="2025-2"),
            "group": BeneficiaryGroup.objects.get(figures="movement"),
            "kind": "new",
            "proposed_on": date(2025, 8, 1),
            "stage_since": date(2025, 8, 1),
            "updated_by": world.cadre,
        }
        return HousingProject.objects.create(**{**values, **fields})

    def test_a_house_counts_where_its_village_lay_and_a_target_where_its_commune_went(
        self, world: HousingWorld
    ) -> None:
        first = HousingList.objects.get(code="2025")
        day = date(2025, 5, 15)
        before = Unit.objects.get(code="03703", valid_to=date(2025, 7, 1))
        other = Unit.objects.filter(descent__unit=world.commune).exclude(code="03703").order_by("pk")[0]
        for commune, houses in ((before, 3), (other, 2)):
            HousingTarget.objects.create(list=first, commune=commune, houses=houses)
        # Kept in the commune in which it was built, though its village belongs to today's.
        built = {"list": first, "commune": before, "proposed_on": date(2025, 1, 5), "stage": "completed"}
        self.house(world, **built, started_on=date(2025, 2, 1), completed_on=date(2025, 4, 1))

        today = house_counts([world.commune], first, TODAY)[world.commune.pk]
        then = house_counts([before], first, day)[before.pk]

        assert (today["housing.target"], today["housing.completed"]) == (5, 1)
        assert then["housing.target"] == 3
        second = HousingList.objects.get(code="2025-2")
        HousingTarget.objects.create(list=second, commune=world.commune, houses=4)
        later = house_counts([world.commune], second, day)[world.commune.pk]
        assert later["housing.arisen.target"] == 0, "nobody knew of that need then"

    def test_houses_count_into_the_open_month(self, world: HousingWorld) -> None:
        second = HousingList.objects.get(code="2025-2")
        HousingTarget.objects.create(list=second, commune=world.commune, houses=3)
        done = {"stage": "completed", "started_on": date(2026, 3, 1), "completed_on": date(2026, 6, 1)}
        self.house(world, **done)
        self.house(world, **{**done, "kind": "repair"})
        self.house(world)
        self.house(world, stage="stopped", stopped_on=date(2026, 2, 1), stop_reason="Hộ xin thôi")

        refresh_houses(world.commune, second, by=world.cadre, today=TODAY)

        names = ("target", "need", "completed", "new", "repair", "stream.movement", "money")
        assert [held(world, f"housing.arisen.{name}", "2026-11").value for name in names] == [
            3,
            3,
            2,
            1,
            1,
            2,
            90_000_000,
        ]
        found = rollup(indicator="housing.arisen.remaining", unit=world.commune, today=TODAY)
        assert found.rows[0].value == "1"
