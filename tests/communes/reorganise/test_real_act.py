"""The act of 2025-07-01 as a list from an office: from the 200 of the day before to the 75 of today."""

from collections import Counter
from datetime import date

import pytest

from communes.actions.confirm import confirm_reorganisation
from communes.actions.reorganise import LineText, check_draft, keep_file, take_file
from communes.models import Ancestry, Lineage, Placement, Reorganisation, Role, Succession, Tie
from communes.queries.register import plan_of, register_findings
from communes.rules.acts import Weight
from communes.sheets.act_list import read_list
from tests.communes.reorganise.acts import FIRST_OF_75, back_to, draft_of, list_of_the_act, snapshot
from tests.support import TODAY, make_member, unit

pytestmark = pytest.mark.django_db

FIRST_OF_200 = date(2025, 1, 1)


def test_the_list_gives_the_register_that_is_loaded() -> None:
    wanted, content = snapshot(), list_of_the_act()
    derived = Ancestry.objects.count(), Lineage.objects.count()
    back_to(FIRST_OF_75)
    assert snapshot() != wanted
    keeper = make_member("keeper", unit("14"), Role.ADMINISTRATOR)
    draft = draft_of(
        keeper,
        number="1681/NQ-UBTVQH15",
        day=FIRST_OF_75,
        in_force_on=FIRST_OF_75.replace(month=6, day=16),
        ended_tier="district",
    )

    rows = read_list(content)
    assert len(rows) == 200
    file = keep_file(draft=draft, name="a.csv", rows=[row.stored for row in rows], by=keeper, today=TODAY)
    assert take_file(file=file, replace=True, by=keeper, today=TODAY) == 200
    draft = Reorganisation.objects.get(pk=draft.pk)
    found = plan_of(draft).plan.findings
    assert [one for one in found if one.weight != Weight.NOTE] == []
    check_draft(draft=draft, by=keeper, today=TODAY)
    confirm_reorganisation(draft=draft, seen=draft.version, by=keeper, today=TODAY)

    assert snapshot() == wanted
    assert (Ancestry.objects.count(), Lineage.objects.count()) == derived
    assert [one for one in register_findings() if one.weight == Weight.ERROR] == []


def test_the_act_of_january_with_its_parts_gives_the_register_of_june() -> None:
    """NQ 1280: a district becomes a town, communes are divided by unknown shares, most go on unnamed."""
    back_to(FIRST_OF_75)
    wanted = snapshot()
    ways = Succession.objects.select_related("predecessor", "successor").order_by("pk")
    above = {
        one.unit_id: one.parent.code
        for one in Placement.objects.filter(tie=Tie.TREE, valid_to=None).select_related("parent")
    }
    lines = [
        LineText(
            predecessor_code=way.predecessor.code,
            successor_code=way.successor.code,
            name=way.successor.name,
            kind=way.successor.kind_id,
            parent_code=above[way.successor_id],
            whole=way.whole,
            area_ha=way.successor.area_ha,
            population=way.successor.population,
        )
        for way in ways
    ]
    back_to(FIRST_OF_200)
    assert snapshot() != wanted
    keeper = make_member("keeper", unit("14"), Role.ADMINISTRATOR)
    draft = draft_of(keeper, *lines, number="1280/NQ-UBTVQH15", day=FIRST_OF_200)
    found = Counter((one.code, one.weight) for one in plan_of(draft).plan.findings)
    assert found == {("share_unknown", Weight.NOTE): 9}
    confirm_reorganisation(draft=draft, seen=draft.version, by=keeper, today=TODAY)

    assert snapshot() == wanted
    assert [one for one in register_findings() if one.weight == Weight.ERROR] == []
