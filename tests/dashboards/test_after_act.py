"""After a merger: what the predecessors were, what their figures say of the new commune, who may regain."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from communes.models import Succession
from programs.models import Assessment, Recognition, Result
from programs.queries.after_act import After, Fate
from tests.dashboards.conftest import answers, structure
from tests.support import TODAY, People, unit

Enter = Callable[..., list]
ACT = "1681/NQ-UBTVQH15"
NEW = "03703"


@pytest.fixture
def former(db: None) -> list:
    """The xã that Quỳnh Nhai was made of."""
    rows = Succession.objects.filter(successor=unit(NEW), predecessor__kind="xa").select_related(
        "predecessor"
    )
    return [row.predecessor for row in rows.order_by("predecessor__code")]


def recognise(owner: object, **given: object) -> Recognition:
    asked = {"level": "met", "decision": "77/QĐ-UBND", "decided_on": date(2023, 1, 5)}
    return Recognition.objects.create(unit=owner, valid_from=date(2023, 1, 5), **{**asked, **given})


def ended(owner: object) -> Recognition:
    return recognise(owner, valid_to=date(2025, 7, 1), end_reason="merged")


def row_of(client: Client, address: str = "/units/14/after/?state=entered") -> After:
    (row,) = [one for one in client.get(address).context["page"].every if one.unit.code == NEW]
    return row


def test_the_first_assessment_is_restated_and_never_inherited(
    enter: Enter, people: People, client: Client, former: list
) -> None:
    form = structure("2025-H1")
    enter("2025-H1", {one.code: answers(form).values() for one in former})
    ended(former[0])
    client.force_login(people.reviewer)

    row = row_of(client)

    assert row.awaits
    assert row.is_restated
    assert row.had == 1
    assert row.owed == len(former)
    assert row.first.period.code == "2025-H1"
    assert not row.short
    assert row.fate is Fate.REGAIN
    assert not Assessment.objects.filter(unit=unit(NEW)).exists(), "computed, not stored"
    html = client.get("/units/14/after/?state=entered").content.decode()
    assert "77/QĐ-UBND" in html
    assert "cần đánh giá lại" in html
    assert "quy đổi" in html
    assert "quy đổi từ số liệu của đơn vị cũ" in client.get(f"/units/{NEW}/?state=entered").content.decode()


def test_ratios_come_from_sums_and_a_mixed_yes_no_stays_unknown(
    enter: Enter, people: People, client: Client, former: list
) -> None:
    form = structure("2025-H1")
    first, *others = former
    given = {one.code: answers(form).values() for one in others}
    given[first.code] = answers(form, fails=["1.1"]).values()
    enter("2025-H1", given)
    client.force_login(people.reviewer)

    row = row_of(client)

    assert row.first.criteria[1].verdict == Result.UNKNOWN
    assert 1 in row.first.lacking
    assert row.fate is Fate.NEVER


@pytest.mark.parametrize(("criteria", "fate"), [([8, 9, 14], Fate.REGAIN), ([1, 2, 3, 4, 7, 17], Fate.LOST)])
def test_lost_by_as_much_as_revocation_would_be_considered_for(
    enter: Enter, people: People, client: Client, former: list, criteria: list[int], fate: Fate
) -> None:
    form = structure("2026")
    ended(former[0])
    fails = [one.rows[0].number for one in form.sections if one.criterion.number in criteria]
    enter("2026", {NEW: answers(form, fails=fails).values()})
    client.force_login(people.reviewer)

    row = row_of(client)

    assert not row.is_restated
    assert [one.number for one in row.short] == criteria
    assert row.fate is fate


def test_decided_again_it_is_kept(enter: Enter, people: People, client: Client, former: list) -> None:
    ended(former[0])
    Recognition.objects.create(
        unit=unit(NEW), level="met", decision="5/QĐ-UBND", decided_on=TODAY, valid_from=TODAY
    )
    client.force_login(people.reviewer)

    row = row_of(client)

    assert row.fate is Fate.KEPT
    assert not row.awaits


def test_one_former_district_in_one_page(people: People, client: Client, db: None) -> None:
    client.force_login(people.official)
    page = client.get("/units/14/after/").context["page"]
    sop_cop = next(one for one in page.districts if one.name == "Huyện Sốp Cộp")

    answer = client.get(f"/units/14/after/?act={ACT}&district={sop_cop.code}")

    rows = answer.context["page"].rows
    assert rows
    assert all(sop_cop in row.districts for row in rows)
    assert "địa bàn huyện Sốp Cộp cũ" in answer.content.decode()
    assert len(rows) < len(page.rows)
    assert client.get("/units/14/after/?act=1/XX").status_code == 400
    assert client.get("/units/14/after/?district=xx").status_code == 400
