"""The act of 2025-07-01 as a list from an office: from the 200 of the day before to the 75 of today."""

import pytest

from communes.actions.confirm import confirm_reorganisation
from communes.actions.reorganise import check_draft, keep_file, take_file
from communes.models import Ancestry, Lineage, Reorganisation, Role
from communes.queries.register import plan_of, register_findings
from communes.rules.acts import Weight
from communes.sheets.act_list import read_list
from tests.communes.reorganise.acts import FIRST_OF_75, back_to, draft_of, list_of_the_act, snapshot
from tests.support import TODAY, make_member, unit

pytestmark = pytest.mark.django_db


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
