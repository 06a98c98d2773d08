"""The whole country's act of 2025-07-01: 63 provinces and 10,051 communes into 34 and 3,321.

`country/` holds the tree before it and the act's list, as the statistics office publishes them: with parts
without shares, predecessors that the tree lacks, communes that the act does not name, islands without
predecessor. Real imports look like this.
"""

import csv
import gzip
import io
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db.models import Count

from communes.actions import refresh_register
from communes.actions.confirm import confirm_reorganisation
from communes.actions.reorganise import accept_unknown, create_draft, keep_file, take_file
from communes.models import Act as StoredAct
from communes.models import (
    Ancestry,
    Level,
    Membership,
    Placement,
    Reorganisation,
    Succession,
    Unit,
    UnitKind,
    User,
    first_day,
)
from communes.queries.register import plan_of, register_findings
from communes.queries.reorganise import list_page
from communes.rules.acts import Weight
from communes.sheets.act_list import read_list
from programs.models import Agency, Report
from tests.communes.reorganise.acts import FIRST_OF_75, act_text
from tests.support import TODAY

pytestmark = pytest.mark.django_db

HERE = Path(__file__).parent / "country"
OTHER_KINDS = [
    ("thanh_pho_tw", "thành phố trung ương", "province"),
    ("quan", "quận", "district"),
    ("dac_khu", "đặc khu", "commune"),
]


def read(name: str) -> bytes:
    return gzip.decompress((HERE / name).read_bytes())


def empty_register() -> None:
    for model in (Report, Membership, Agency, Succession, StoredAct, Placement):
        model.objects.all().delete()
    Unit.objects.update(province=None)
    Unit.objects.all().delete()


def load_country() -> None:
    """The tree of the country on the eve of the act."""
    for code, name, level in OTHER_KINDS:
        UnitKind.objects.create(code=code, name=name, name_en=name, level=level)
    rows = list(csv.DictReader(io.StringIO(read("before.csv.gz").decode())))
    made: dict[str, Unit] = {}
    for level in ("province", "district", "commune"):
        units = []
        for row in rows:
            if row["level"] == level:
                above = made.get(row["parent_code"])
                province = above.province if above and above.province else above
                units.append(
                    Unit(
                        code=row["code"],
                        name=row["name"],
                        level=level,
                        kind_id=row["kind"],
                        valid_from=first_day,
                        province=province,
                    )
                )
        Unit.objects.bulk_create(units, batch_size=500)
        made |= {unit.code: unit for unit in units}
    Placement.objects.bulk_create(
        [
            Placement(unit=made[row["code"]], parent=made[row["parent_code"]], valid_from=first_day)
            for row in rows
            if row["parent_code"]
        ],
        batch_size=500,
    )
    refresh_register()


def test_the_country_is_reorganised_in_one_go() -> None:
    empty_register()
    load_country()
    by = User.objects.create_superuser("goc")
    draft = create_draft(
        act=act_text("TW", FIRST_OF_75, ended_tier="district"), by=by, today=TODAY, province=None
    )
    rows = read_list(read("act.csv.gz"))
    assert Counter(bool(row.error) for row in rows) == {False: 10_565 + 63 + 5}
    file = keep_file(draft=draft, name="act.csv", rows=[row.stored for row in rows], by=by, today=TODAY)
    assert list_page(file, "", "1").counts == {"error": 10, "warning": 5, "good": len(rows) - 15}
    take_file(file=file, replace=True, by=by, today=TODAY)
    draft.refresh_from_db()

    found = Counter((one.code, str(one.weight)) for one in plan_of(draft).plan.findings)
    assert found == {
        ("unknown", "error"): 10,
        ("founded", "warning"): 5,
        ("unnamed", "warning"): 28,
        ("share_unknown", "note"): 441,
        ("tier_ends", "note"): 696,
    }
    assert accept_unknown(draft=draft, by=by, today=TODAY) == 11
    draft = Reorganisation.objects.get(pk=draft.pk)
    started = time.monotonic()
    planned = plan_of(draft)
    assert [one for one in planned.plan.errors] == []
    read_in = time.monotonic() - started
    started = time.monotonic()
    act = confirm_reorganisation(draft=draft, seen=draft.version, by=by, today=TODAY)
    done_in = time.monotonic() - started

    living = Unit.objects.in_force(FIRST_OF_75)
    assert dict(living.values_list("level").annotate(Count("pk"))) == {"province": 34, "commune": 3_321 + 28}
    ways = Succession.objects.filter(act=act)
    parts = ways.filter(whole=False)
    assert parts.count() == 973
    assert parts.values("predecessor").distinct().count() == 441
    assert not parts.exclude(share_millionths=None).exists()
    under = Ancestry.objects.on(FIRST_OF_75).filter(ancestor__level=Level.PROVINCE, unit__level=Level.COMMUNE)
    assert under.values("unit").distinct().count() == 3_321 + 28
    assert [one for one in register_findings() if one.weight == Weight.ERROR] == []
    # Reasonable: an administrator waits for the page, not for a night.
    assert read_in < 30
    assert done_in < 120
