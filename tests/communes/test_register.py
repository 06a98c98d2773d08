"""The real register: who existed when, under whom, and what became of whom."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db.models import F

from communes.models import Ancestry, Level, Placement, Succession, Tie, Unit, Verification
from tests.support import unit

pytestmark = pytest.mark.django_db

LAST_OF_2024, FIRST_OF_2025 = date(2024, 12, 31), date(2025, 1, 1)
LAST_OF_DISTRICTS, TWO_TIERS = date(2025, 6, 30), date(2025, 7, 1)


def communes(day: date):
    return Unit.objects.in_force(day).filter(level=Level.COMMUNE)


@pytest.mark.parametrize(
    ("day", "districts", "xa", "phuong", "thi_tran"),
    [
        (LAST_OF_2024, 12, 188, 7, 9),
        (FIRST_OF_2025, 12, 177, 15, 8),
        (LAST_OF_DISTRICTS, 12, 177, 15, 8),
        (TWO_TIERS, 0, 67, 8, 0),
    ],
)
def test_the_tree_of_each_time(day, districts, xa, phuong, thi_tran):
    assert Unit.objects.in_force(day).filter(level=Level.DISTRICT).count() == districts
    counts = [communes(day).filter(kind=kind).count() for kind in ("xa", "phuong", "thi_tran")]
    assert counts == [xa, phuong, thi_tran]


def test_every_unit_is_reachable_from_the_province_on_each_day_of_its_life():
    province = unit("14")
    for day in (date(2021, 1, 1), LAST_OF_2024, FIRST_OF_2025, LAST_OF_DISTRICTS, TWO_TIERS):
        alive = set(Unit.objects.in_force(day).values_list("pk", flat=True))
        under = Ancestry.objects.on(day).filter(ancestor=province, tie=Tie.TREE)
        assert set(under.values_list("unit", flat=True)) == alive


def test_a_successor_begins_when_its_predecessor_ends():
    assert not Succession.objects.exclude(predecessor__valid_to=F("successor__valid_from")).exists()
    ended = Unit.objects.filter(level=Level.COMMUNE, valid_to__isnull=False)
    assert not ended.exclude(pk__in=Succession.objects.values("predecessor")).exists()


def test_no_code_is_borne_twice_on_one_day():
    for day in (LAST_OF_2024, FIRST_OF_2025, LAST_OF_DISTRICTS, TWO_TIERS):
        codes = list(Unit.objects.in_force(day).values_list("code", flat=True))
        assert len(codes) == len(set(codes))


def test_seven_communes_went_on_unchanged_under_the_province():
    same = Placement.objects.filter(
        tie=Tie.TREE, valid_from=TWO_TIERS, unit__valid_from__lt=TWO_TIERS, unit__level=Level.COMMUNE
    )
    names = {placement.unit.name.removeprefix("Xã ") for placement in same}
    assert names == {
        "Mường Bám",
        "Ngọc Chiến",
        "Suối Tọ",
        "Tân Yên",
        "Phiêng Khoài",
        "Mường Lèo",
        "Mường Lạn",
    }


def test_former_districts_hold_every_commune_of_today_once():
    former = Placement.objects.filter(tie=Tie.FORMER, valid_to=None)
    assert former.count() == communes(TWO_TIERS).count() == 75
    chieng_son = former.get(unit__code="03985")
    assert chieng_son.parent.code == "123"
    assert "Vân Hồ" in chieng_son.note


def test_an_ended_district_answers_later_by_its_former_communes():
    quynh_nhai = unit("118", LAST_OF_DISTRICTS)
    then = Unit.objects.territory_of(quynh_nhai, LAST_OF_DISTRICTS).filter(level=Level.COMMUNE)
    now = Unit.objects.territory_of(quynh_nhai, TWO_TIERS).filter(level=Level.COMMUNE)
    assert then.count() == 11
    assert {one.code for one in now} == {
        placement.unit.code for placement in Placement.objects.filter(tie=Tie.FORMER, parent=quynh_nhai)
    }


def test_population_and_area_add_up_to_the_published_sums():
    living = list(communes(TWO_TIERS))
    assert sum(one.population or 0 for one in living) == 1_404_587
    assert sum(one.area_ha or 0 for one in living) == 1_410_889


def test_unknown_shares_stay_unknown_and_marks_are_kept():
    parts = Succession.objects.filter(whole=False)
    assert parts.count() == 19
    assert not parts.exclude(share_millionths=None).exists()
    assert Succession.objects.filter(act__operative_on=TWO_TIERS).count() == 193
    assert not Succession.objects.filter(
        act__operative_on=TWO_TIERS, names_mark=Verification.UNKNOWN
    ).exists()


def test_loading_again_changes_nothing_and_keeps_a_correction():
    corrected = unit("03703")
    corrected.population = 12_345
    corrected.save()
    before = (Unit.objects.count(), Placement.objects.count(), Succession.objects.count())
    call_command("load_register", verbosity=0)
    assert (Unit.objects.count(), Placement.objects.count(), Succession.objects.count()) == before
    corrected.refresh_from_db()
    assert corrected.population == 12_345


def test_names_are_found_without_accents_and_from_decomposed_letters():
    assert unit("03703").search_name == "xa quynh nhai"
    decomposed = Unit(
        code="99999", name="Xa\u0303 Quy\u0300nh", level=Level.COMMUNE, kind_id="xa", valid_from=TWO_TIERS
    )
    decomposed.save()
    assert (decomposed.name, decomposed.search_name) == ("Xã Quỳnh", "xa quynh")
