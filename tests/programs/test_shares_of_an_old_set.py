"""A share of an old criteria set covers nothing in a new one: the head is told, and carries it over."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from communes.models import Membership, Role, User, today
from programs.actions.desks import carry_shares
from programs.models import (
    Assignment,
    CriteriaSet,
    Criterion,
    MembershipCriterion,
    Period,
    Report,
    ReportForm,
    Requirement,
    Rulebook,
)
from programs.queries.sharing import carried_over, share_grid, stranded_shares
from tests.support import make_member, make_report, unit

pytestmark = pytest.mark.django_db

CODE, OLD, NEW = "03703", "NTM_XA_2021_2025", "NTM_XA_2026_2030"
DESKS = f"/units/{CODE}/desks/"


def criteria(code: str, *numbers: int) -> set[int]:
    rows = Criterion.objects.filter(criteria_set__code=code, number__in=numbers)
    return set(rows.values_list("pk", flat=True))


@pytest.fixture
def new_set() -> CriteriaSet:
    """The set of 2026–2030, as it will be once its criteria are known: two of them, and a form that asks."""
    found = CriteriaSet.objects.get(code=NEW)
    found.criteria.all().delete()
    indicator = Requirement.objects.filter(criterion__criteria_set__code=OLD).first()
    assert indicator is not None
    for number, name in [(1, "Quy hoạch"), (5, "Môi trường")]:
        criterion = Criterion.objects.create(criteria_set=found, number=number, name=name)
        Requirement.objects.create(
            criterion=criterion,
            indicator=indicator.indicator,
            number=f"{number}.1",
            order=number,
            wording=name,
            rule=indicator.rule,
            valid_from=date(2026, 1, 1),
        )
    return found


@pytest.fixture
def owed(new_set: CriteriaSet) -> CriteriaSet:
    """The communes owe the new set beside the old one."""
    old = Assignment.objects.on(today()).filter(criteria_set__code=OLD).first()
    assert old is not None
    made = Assignment.objects.create(
        form=old.form, criteria_set=new_set, period_kind=old.period_kind, valid_from=today()
    )
    made.unit_kinds.set(old.unit_kinds.all())
    Rulebook.objects.all().delete()
    return new_set


def narrowed(username: str, *numbers: int) -> User:
    person = make_member(username, unit(CODE), Role.CADRE)
    role = person.memberships.get()
    MembershipCriterion.objects.bulk_create(
        MembershipCriterion(membership=role, criterion_id=pk) for pk in criteria(OLD, *numbers)
    )
    return person


def numbers_of(person: User, code: str) -> set[int]:
    rows = MembershipCriterion.objects.filter(membership__user=person, membership__valid_to=None)
    return set(rows.filter(criterion__criteria_set__code=code).values_list("criterion__number", flat=True))


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def leader() -> User:
    return make_member("leader", unit(CODE), Role.LEADER)


def test_who_fills_nothing_of_the_new_set_is_known(owed: CriteriaSet, leader: User) -> None:
    culture = narrowed("culture", 5, 6)
    make_member("everything", unit(CODE), Role.CADRE)

    (found,) = stranded_shares([unit(CODE)], today())

    assert (found.criteria_set, found.people) == (owed, (culture,))
    assert stranded_shares([unit("03688")], today()) == []


def test_the_head_is_told_at_home_and_on_the_sharing_page(owed: CriteriaSet, leader: User) -> None:
    narrowed("culture", 5, 6)
    client = browser(leader)

    home = client.get("/").content.decode()
    assert "Phần việc của culture chưa có tiêu chí nào trong" in home
    assert f"{DESKS}?set={NEW}" in home

    page = client.get(DESKS, {"set": NEW}).content.decode()
    assert "theo số sẽ là TC&nbsp;5 Môi trường" in page
    assert "bộ này không có tiêu chí 6" in page
    assert "Phần ghi theo bộ tiêu chí khác" not in client.get(DESKS, {"set": OLD}).content.decode()


def test_one_tap_carries_the_shares_over_by_number(owed: CriteriaSet, leader: User) -> None:
    culture, plan = narrowed("culture", 5, 6), narrowed("plan", 1)
    client = browser(leader)

    answer = client.post(DESKS, {"set": NEW, "do": "carry"}, follow=True).content.decode()

    assert "Đã chuyển phần của 2 người sang bộ này." in answer
    assert (numbers_of(culture, NEW), numbers_of(culture, OLD)) == ({5}, {5, 6})
    assert (numbers_of(plan, NEW), numbers_of(plan, OLD)) == ({1}, {1})
    assert "chưa có tiêu chí nào trong" not in client.get("/").content.decode()
    again = client.post(DESKS, {"set": NEW, "do": "carry"}, follow=True).content.decode()
    assert "Không có gì thay đổi." in again


def test_what_was_shared_until_yesterday_stays_known(owed: CriteriaSet, leader: User) -> None:
    culture = narrowed("culture", 5)

    carry_shares(unit=unit(CODE), criteria_set=owed, by=leader, today=today())

    old, new = Membership.objects.filter(user=culture).order_by("valid_from")
    assert (old.valid_to, new.valid_from, new.valid_to) == (today(), today(), None)


def test_a_role_none_of_whose_numbers_there_is_stays_narrow(owed: CriteriaSet, leader: User) -> None:
    water = narrowed("water", 17)

    assert carry_shares(unit=unit(CODE), criteria_set=owed, by=leader, today=today()) == 0

    assert (numbers_of(water, OLD), numbers_of(water, NEW)) == ({17}, set())
    page = browser(leader).get(DESKS, {"set": NEW}).content.decode()
    assert "không số nào có trong bộ này" in page
    assert 'value="carry"' not in page


def test_ones_own_part_is_left_to_another(owed: CriteriaSet, leader: User) -> None:
    role = Membership.objects.create(
        user=leader, unit=unit(CODE), role=Role.CADRE, valid_from=date(2025, 7, 1)
    )
    for pk in criteria(OLD, 5):
        MembershipCriterion.objects.create(membership=role, criterion_id=pk)

    assert carry_shares(unit=unit(CODE), criteria_set=owed, by=leader, today=today()) == 0
    (one,) = carried_over(share_grid(unit(CODE), owed, leader, today()))
    assert one.row.is_own


def test_only_the_communes_head_carries_over(owed: CriteriaSet) -> None:
    culture = narrowed("culture", 5)
    neighbour = make_member("head", unit("03688"), Role.LEADER)

    with pytest.raises(PermissionDenied):
        carry_shares(unit=unit(CODE), criteria_set=owed, by=neighbour, today=today())
    assert browser(culture).post(DESKS, {"set": NEW, "do": "carry"}).status_code in (403, 404)


def test_the_desk_is_told_in_the_form_itself(new_set: CriteriaSet, leader: User) -> None:
    report = of_set(new_set)
    culture = narrowed("culture", 5, 6)

    page = browser(culture).get(f"/reports/{report.pk}/").content.decode()

    assert "Phần của bạn ghi theo bộ tiêu chí khác" in page
    assert "Nhờ lãnh đạo xã chia lại phần việc." in page
    carry_shares(unit=unit(CODE), criteria_set=new_set, by=leader, today=today())
    page = browser(culture).get(f"/reports/{report.pk}/").content.decode()
    assert "Phần của bạn ghi theo bộ tiêu chí khác" not in page


def of_set(criteria_set: CriteriaSet) -> Report:
    """This year's report of the commune under the new set."""
    form = ReportForm.objects.get(code="ntm.xa")
    Assignment.objects.filter(form=form).update(criteria_set=criteria_set)
    Rulebook.objects.all().delete()
    report = make_report(CODE, "2026")
    Period.objects.filter(pk=report.period_id).update(opens_on=date(2026, 1, 1))
    return report
