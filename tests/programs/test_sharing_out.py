"""The head of a commune shares the criteria out; each sees the own part and how far the others are."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from communes.models import Membership, Role, User, today
from programs.actions import Item
from programs.actions.desks import hand_over_desk, share_out
from programs.models import CriteriaSet, Criterion, MembershipCriterion, Observation, Report
from programs.queries.sharing import share_grid
from tests.support import TODAY, figure, make_member, make_report, make_user, record, unit

pytestmark = pytest.mark.django_db

CODE, SET = "03703", "NTM_XA_2021_2025"
WATER, PLAN, HEALTH = "ntm.xa.17.1", "ntm.xa.1.1", "ntm.xa.15.2"
DESKS = f"/units/{CODE}/desks/"


def ids(*numbers: int) -> set[int]:
    rows = Criterion.objects.filter(criteria_set__code=SET, number__in=numbers)
    return set(rows.values_list("pk", flat=True))


def criteria_set() -> CriteriaSet:
    return CriteriaSet.objects.get(code=SET)


def role(person: User) -> Membership:
    """The role of entering figures that goes on."""
    return person.memberships.get(role=Role.CADRE, valid_to=None)


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def numbers_of(person: User) -> set[int]:
    return set(
        MembershipCriterion.objects.filter(membership=role(person)).values_list(
            "criterion__number", flat=True
        )
    )


@pytest.fixture
def leader() -> User:
    return make_member("leader", unit(CODE), Role.LEADER)


@pytest.fixture
def culture() -> User:
    return make_member("culture", unit(CODE), Role.CADRE)


@pytest.fixture
def health() -> User:
    return make_member("health", unit(CODE), Role.CADRE)


@pytest.fixture
def report() -> Report:
    return make_report(CODE, "2026")


def share(leader: User, **parts: tuple[User, set[int]]) -> int:
    return share_out(
        unit=unit(CODE),
        criteria_set=criteria_set(),
        shares={role(person).pk: ids(*numbers) for person, numbers in parts.values()},
        desks={role(person).pk: name for name, (person, _numbers) in parts.items()},
        by=leader,
        today=today(),
    )


@pytest.fixture
def shared(leader: User, culture: User, health: User) -> None:
    share(leader, Văn_hóa=(culture, {6, 16}), Y_tế=(health, {15}))


class TestSharingOut:
    def test_the_head_ticks_criteria_and_names_desks(self, leader: User, culture: User, health: User) -> None:
        first, second = role(culture).pk, role(health).pk
        answer = browser(leader).post(
            DESKS,
            {
                "set": SET,
                "row": [first, second],
                f"m-{first}": list(ids(6, 16)),
                f"m-{second}": list(ids(15)),
                f"desk-{first}": "Văn hóa - Xã hội",
                f"desk-{second}": "",
            },
            follow=True,
        )
        assert "Đã chia lại phần của 2 người" in answer.content.decode()
        assert numbers_of(culture) == {6, 16}
        assert role(culture).desk.agency.name == "Văn hóa - Xã hội"
        page = answer.content.decode()
        assert "Chưa ai làm" in page
        assert "TC&nbsp;17" in page
        assert "TC&nbsp;16" not in page

    def test_what_was_holds_until_today_and_stays_known(
        self, leader: User, culture: User, shared: None
    ) -> None:
        old = culture.memberships.exclude(valid_to=None).get()
        assert (old.valid_to, old.criteria.count()) == (today(), 0)
        assert role(culture).valid_from == today()
        # A slip that is mended the same day leaves no trace of its own.
        share(leader, Văn_hóa=(culture, {6}))
        assert culture.memberships.count() == 2
        assert numbers_of(culture) == {6}

    def test_sharing_the_same_again_changes_nothing(
        self, leader: User, culture: User, health: User, shared: None
    ) -> None:
        before = list(Membership.objects.order_by("pk").values())
        assert share(leader, Văn_hóa=(culture, {6, 16}), Y_tế=(health, {15})) == 0
        assert list(Membership.objects.order_by("pk").values()) == before

    def test_no_tick_means_everything_and_the_page_says_so(self, leader: User, culture: User) -> None:
        page = browser(leader).get(DESKS).content.decode()
        assert "Không đánh dấu ô nào nghĩa là làm tất cả: culture." in page
        grid = share_grid(unit(CODE), criteria_set(), leader, today())
        assert grid.uncovered == []

    def test_one_desk_of_two_people_bears_one_name(self, leader: User, culture: User, health: User) -> None:
        share(leader, Xã_hội=(culture, {6}))
        share_out(
            unit=unit(CODE), criteria_set=criteria_set(), shares={}, desks={role(health).pk: "xã_HỘI "},
            by=leader, today=today(),
        )  # fmt: skip
        assert role(culture).desk.agency == role(health).desk.agency


class TestWhoMay:
    def test_cadres_readers_and_neighbours_may_not(self, culture: User, health: User) -> None:
        neighbour = make_member("neighbour", unit("03688"), Role.LEADER)
        official = make_member("official", unit("14"), Role.VIEWER)
        for person, status in ((culture, 403), (official, 403), (neighbour, 404)):
            assert browser(person).get(DESKS).status_code == status
            sent = {"set": SET, "row": role(health).pk, f"m-{role(health).pk}": list(ids(1))}
            assert browser(person).post(DESKS, sent).status_code == status
            with pytest.raises(PermissionDenied):
                share(person, Y_tế=(health, {15}))
        assert not MembershipCriterion.objects.exists()

    def test_nobody_shares_out_to_themselves(self, leader: User, culture: User) -> None:
        Membership.objects.create(
            user=leader, unit=unit(CODE), role=Role.CADRE, valid_from=today() - timedelta(days=9)
        )
        with pytest.raises(PermissionDenied):
            share(leader, Tôi=(leader, {1}))

    def test_a_role_of_another_commune_sent_along_is_refused(self, leader: User) -> None:
        foreign = make_member("neighbour", unit("03688"), Role.CADRE)
        sent = {"set": SET, "row": role(foreign).pk, f"m-{role(foreign).pk}": list(ids(1))}
        assert browser(leader).post(DESKS, sent).status_code == 400
        assert not MembershipCriterion.objects.exists()

    def test_a_criterion_of_another_set_is_refused(self, leader: User, culture: User) -> None:
        other = Criterion.objects.exclude(criteria_set__code=SET).first()
        with pytest.raises(ValidationError) as error:
            share_out(
                unit=unit(CODE), criteria_set=criteria_set(), shares={role(culture).pk: {other.pk}},
                by=leader, today=today(),
            )  # fmt: skip
        assert error.value.code == "criterion"

    def test_a_stale_page_changes_nothing(self, leader: User, culture: User, shared: None) -> None:
        old = culture.memberships.exclude(valid_to=None).get()
        with pytest.raises(ValidationError) as error:
            share_out(
                unit=unit(CODE), criteria_set=criteria_set(), shares={old.pk: ids(1)}, by=leader,
                today=today(),
            )  # fmt: skip
        assert error.value.code == "changed"
        assert numbers_of(culture) == {6, 16}


class TestHandingOver:
    def test_from_a_day_another_has_the_desk_and_what_was_typed_keeps_its_name(
        self, leader: User, culture: User, health: User, shared: None, report: Report
    ) -> None:
        record(report, health, [Item(HEALTH, 1)], today())
        day = today() + timedelta(days=7)
        sent = {"do": "hand-over", "role": role(health).pk, "to": culture.pk, "day": day.isoformat()}
        answer = browser(leader).post(f"/units/{CODE}/people/{health.pk}/", sent, follow=True)
        assert "giữ nguyên" in answer.content.decode()

        new = culture.memberships.get(valid_from=day)
        assert new.desk.agency.name == "Y_tế"
        assert set(new.criteria.values_list("criterion__number", flat=True)) == {15}
        assert health.memberships.order_by("-valid_from").first().valid_to == day
        assert figure(report, HEALTH).updated_by == health
        assert Observation.objects.filter(report=report).count() == 1

    def test_the_heir_is_a_colleague_and_never_oneself(
        self, leader: User, culture: User, shared: None
    ) -> None:
        foreign = make_member("neighbour", unit("03688"), Role.CADRE)
        for heir in (foreign, leader, culture, make_user("nobody")):
            with pytest.raises(PermissionDenied):
                hand_over_desk(
                    membership=role(culture), unit=unit(CODE), to=heir, day=today(), by=leader, today=today()
                )

    def test_not_into_the_past(self, leader: User, culture: User, health: User) -> None:
        with pytest.raises(ValidationError):
            hand_over_desk(
                membership=role(culture), unit=unit(CODE), to=health, day=date(2025, 1, 1), by=leader,
                today=today(),
            )  # fmt: skip


class TestOnTheForm:
    def test_each_begins_with_the_own_part_and_reads_the_others(
        self, culture: User, shared: None, report: Report
    ) -> None:
        page = browser(culture).get(f"/reports/{report.pk}/").content.decode()
        assert 'data-show="mine" aria-current="true"' in page
        assert "Phần của tôi" in page
        assert "phần của Y_tế" in page
        assert 'name="ntm.xa.16.1' in page
        assert f'name="{HEALTH}' not in page

    def test_how_far_each_desk_is_stands_on_the_form_and_at_home(
        self, culture: User, health: User, shared: None, report: Report
    ) -> None:
        record(report, health, [Item(HEALTH, 1)], today())
        for address in (f"/reports/{report.pk}/", "/"):
            page = " ".join(browser(culture).get(address).content.decode().split())
            assert "Y_tế: 1/" in page
            assert "Văn_hóa: 0/" in page

    def test_what_is_sent_for_anothers_part_is_refused_and_the_own_kept(
        self, health: User, shared: None, report: Report
    ) -> None:
        items = [
            {"indicator": HEALTH, "value": "1", "version": 0},
            {"indicator": PLAN, "value": "1", "version": 0},
        ]
        body = {"user": health.pk, "items": items}
        answer = browser(health).post(f"/reports/{report.pk}/values/", body, content_type="application/json")
        assert [one["status"] for one in answer.json()["items"]] == ["saved", "error"]
        assert not Observation.objects.filter(report=report, indicator__code=PLAN).exists()

    def test_who_has_no_part_given_fills_everything_as_before(
        self, leader: User, shared: None, report: Report
    ) -> None:
        clerk = make_member("clerk", unit(CODE), Role.CADRE)
        page = browser(clerk).get(f"/reports/{report.pk}/").content.decode()
        assert "Phần của tôi" not in page
        assert "Y_tế: 0/" in page
        assert f'name="{PLAN}' in page

    def test_pages_cost_the_same_for_two_desks_and_for_twelve(
        self, leader: User, culture: User, shared: None, report: Report, django_assert_max_num_queries
    ) -> None:
        client = browser(culture)
        costs = {"/": 34, f"/reports/{report.pk}/": 24, DESKS: 14}
        for number in range(3, 13):
            person = make_member(f"desk-{number}", unit(CODE), Role.CADRE)
            share(leader, **{f"Bộ phận {number}": (person, {number})})
        for address, most in costs.items():
            visitor = browser(leader) if address == DESKS else client
            visitor.get(address)
            with django_assert_max_num_queries(most):
                assert visitor.get(address).status_code == 200


def test_a_desk_of_an_ended_commune_is_finished_by_the_successors_people() -> None:
    """The successor's desks stand on the last report of the commune that ended."""
    heir = make_member("heir", unit(CODE), Role.CADRE)
    leader = make_member("leader", unit(CODE), Role.LEADER)
    share(leader, Môi_trường=(heir, {17}))
    ended = unit(CODE).origins.filter(whole=True).order_by("predecessor__code").first().predecessor
    old = make_report(ended.code, "2025-H1")
    assert old.unit == ended
    page = browser(heir).get(f"/reports/{old.pk}/").content.decode()
    assert "Môi_trường: 0/" in page
    assert TODAY > old.period.ends_on
