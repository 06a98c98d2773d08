"""An administrator joins, renames, divides, takes apart again; reports, decisions and people follow."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from communes.actions.confirm import confirm_reorganisation
from communes.actions.reorganise import change_line, check_draft, draft_undoing, drop_draft, remove_line
from communes.actions.successors import Chosen, give_successors, list_hand_over, settle_hand_over
from communes.actions.villages import NewVillage, Stay, add_villages
from communes.models import (
    Act,
    HandOver,
    Level,
    Membership,
    Placement,
    Reorganisation,
    Role,
    Succession,
    Tie,
    Unit,
    User,
)
from communes.queries.register import change_of, plan_of, register_findings
from communes.queries.reorganise import draft_page, hand_over_page, successors_of
from communes.rules.acts import Weight
from programs.actions import Item
from programs.models import MembershipCriterion, Recognition, RecognitionEnd, Report
from tests.communes.reorganise.acts import act_text, carried_out, draft_of, part, whole
from tests.support import TODAY, People, make_member, make_people, make_report, record, unit

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 1)
AFTER = DAY + timedelta(days=5)
QUYNH_NHAI, MUONG_CHIEN, MUONG_SAI = "03703", "03688", "03712"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def keeper() -> User:
    return make_member("keeper", unit("14"), Role.ADMINISTRATOR)


def recognise(owner: Unit, level: str = "met") -> Recognition:
    return Recognition.objects.create(
        unit=owner,
        level=level,
        decision="12/QĐ-UBND",
        decided_on=owner.valid_from,
        valid_from=owner.valid_from,
    )


def errors() -> list[str]:
    return [one.code for one in register_findings() if one.weight == Weight.ERROR]


def test_two_communes_become_one(people: People, keeper: User) -> None:
    report = make_report(QUYNH_NHAI)
    record(report, people.cadre, [Item("ntm.xa.1.1", value=1)])
    decision = recognise(unit(QUYNH_NHAI))
    draft = draft_of(
        keeper,
        whole(QUYNH_NHAI, QUYNH_NHAI, "Xã Quỳnh Nhai", "xa"),
        whole(MUONG_CHIEN, QUYNH_NHAI),
    )
    page = draft_page(draft)
    assert (page.errors, page.sums.ended, page.sums.opened) == (0, 2, 1)
    touched = {(one.what, one.becomes.partition(";")[0]): one.count for one in page.touches}
    assert touched["Công nhận", "kết thúc"] == 1
    assert touched["Báo cáo chưa xong", "số đã nhập giữ để xem"] == 1
    assert {one.what: one.count for one in page.touches}["Phân công"] == 2
    old = unit(QUYNH_NHAI)

    check_draft(draft=draft, by=keeper, today=TODAY)
    act = confirm_reorganisation(draft=draft, seen=draft.version, by=keeper, today=TODAY)

    new = unit(QUYNH_NHAI, AFTER)
    old.refresh_from_db()
    assert (old.valid_to, new.valid_from, new.pk != old.pk) == (DAY, DAY, True)
    assert {way.predecessor.code for way in Succession.objects.filter(successor=new)} == {
        QUYNH_NHAI,
        MUONG_CHIEN,
    }
    district = Placement.objects.get(unit=new, tie=Tie.FORMER)
    assert district.parent.code == "118"
    decision.refresh_from_db()
    assert (decision.valid_to, decision.end_reason) == (DAY, RecognitionEnd.MERGED)
    assert not Recognition.objects.in_force(AFTER).filter(unit=new).exists()
    assert "Báo cáo của kỳ này do Xã Quỳnh Nhai gửi" in report.events.first().comment
    assert Report.objects.filter(unit=new, period__code="2026").exists()
    assert errors() == []

    # The cadre of the predecessor keeps reading, and cannot enter for the new commune until told to.
    assert old in Unit.objects.readable_by(people.cadre, AFTER)
    assert new not in Unit.objects.writable_by(people.cadre, AFTER)
    (successor,) = successors_of(act, keeper, TODAY)
    proposed = {(one.person.username, one.old.role) for one in successor.proposals if one.proposed}
    assert proposed == {("cadre", "cadre"), ("neighbour", "cadre")}
    chosen = [Chosen(one.old.pk, new.pk, one.old.role) for one in successor.proposals]
    assert give_successors(act=act, chosen=chosen, start=DAY, by=keeper, today=TODAY) == 2
    assert give_successors(act=act, chosen=chosen, start=DAY, by=keeper, today=TODAY) == 0
    assert new in Unit.objects.writable_by(people.cadre, AFTER)
    assert all(one.given for one in successors_of(act, keeper, TODAY)[0].proposals)


def test_a_cadre_who_was_typing_sees_what_became_of_the_report(people: People, keeper: User) -> None:
    report = make_report(QUYNH_NHAI)
    record(report, people.cadre, [Item("ntm.xa.1.1", value=1)])
    client = Client()
    client.force_login(people.cadre)
    url = f"/reports/{report.pk}/"
    assert "Đơn vị kết thúc" not in client.get(url).content.decode()
    carried_out(keeper, whole(QUYNH_NHAI, QUYNH_NHAI, "Xã Quỳnh Nhai", "xa"), whole(MUONG_CHIEN, QUYNH_NHAI))
    page = client.get(url).content.decode()
    assert "Đơn vị kết thúc từ 01/12/2026 theo 9/NQ-UBTVQH16." in page
    assert "Báo cáo của kỳ này do Xã Quỳnh Nhai gửi." in page
    # Until that day the commune is there and works on; nothing typed is lost.
    record(report, people.cadre, [Item("ntm.xa.1.1", value=0, version=1)])
    assert report.observations.get(indicator__code="ntm.xa.1.1").value == 0


def test_applied_twice_or_looked_at_too_early_is_refused(keeper: User) -> None:
    line = whole(QUYNH_NHAI, QUYNH_NHAI, "Xã Quỳnh Nhai Mới", "xa")
    draft = draft_of(keeper, line)
    with pytest.raises(ValidationError, match="vừa thay đổi"):
        confirm_reorganisation(draft=draft, seen=draft.version - 1, by=keeper, today=TODAY)
    confirm_reorganisation(draft=draft, seen=draft.version, by=keeper, today=TODAY)
    with pytest.raises(ValidationError, match="đã thực hiện"):
        confirm_reorganisation(draft=draft, seen=draft.version, by=keeper, today=TODAY)
    again = draft_of(keeper, line)
    with pytest.raises(ValidationError, match="không thực hiện lần thứ hai"):
        confirm_reorganisation(draft=again, seen=again.version, by=keeper, today=TODAY)
    other = draft_of(keeper, line, number="khác")
    with pytest.raises(ValidationError, match="chỉ có từ 01/12/2026"):
        confirm_reorganisation(draft=other, seen=other.version, by=keeper, today=TODAY)
    assert Act.objects.filter(operative_on=DAY).count() == 1


def test_a_new_name_alone_carries_the_decision_on_by_a_row(keeper: User) -> None:
    old = recognise(unit(QUYNH_NHAI))
    carried_out(keeper, whole(QUYNH_NHAI, QUYNH_NHAI, "Xã Mường Giàng", "xa"))
    old.refresh_from_db()
    row = Recognition.objects.get(carries=old)
    assert (row.unit.name, row.valid_from, row.valid_to, row.decision) == (
        "Xã Mường Giàng", DAY, None, old.decision,
    )  # fmt: skip
    assert old.valid_to == DAY
    assert "nối tiếp" in old.note
    assert errors() == []


def test_a_commune_that_becomes_a_ward_ends_its_decision(keeper: User) -> None:
    old = recognise(unit(QUYNH_NHAI))
    carried_out(keeper, whole(QUYNH_NHAI, QUYNH_NHAI, "Phường Quỳnh Nhai", "phuong"))
    old.refresh_from_db()
    assert old.end_reason == RecognitionEnd.URBAN
    assert not Recognition.objects.filter(carries=old).exists()


def test_a_village_moves_with_its_commune_lines_and_the_decision_stays(people: People, keeper: User) -> None:
    """Worked case 7: v3 of X goes to Y; X keeps its recognition, 'thay đổi địa bàn'."""
    x, y = unit(QUYNH_NHAI), unit(MUONG_CHIEN)
    old = recognise(x)
    stays = [(x, "Bản 1"), (x, "Bản 2"), (x, "Bản 3"), (y, "Bản 4"), (y, "Bản 5")]
    made = add_villages(
        villages=[NewVillage(name, "ban", (Stay(one, one.valid_from),)) for one, name in stays],
        by=keeper,
        today=TODAY,
    )
    v1, v2, v3, v4, _v5 = made
    act = carried_out(
        keeper,
        part(x.code, x.code, villages=f"{v1.code} {v2.code}"),
        part(x.code, y.code, villages=v3.code),
        whole(y.code, y.code),
    )
    new_x, new_y = unit(QUYNH_NHAI, AFTER), unit(MUONG_CHIEN, AFTER)
    under = {one.unit.code: one.parent for one in Placement.objects.filter(unit__in=made, valid_to=None)}
    assert (under[v1.code], under[v3.code], under[v4.code]) == (new_x, new_y, new_y)
    assert not act.successions.filter(whole=False, by_villages=False).exists()
    row = Recognition.objects.get(carries=old)
    assert row.unit == new_x
    assert "thay đổi địa bàn" in row.note
    # X's cadre still reads 2025, and no longer what v3 becomes.
    (role,) = Membership.objects.filter(user=people.cadre)
    Membership.objects.create(user=people.cadre, unit=new_x, role=Role.CADRE, valid_from=DAY)
    readable = Unit.objects.readable_by(people.cadre, AFTER)
    assert role.unit in readable
    assert new_y not in readable
    assert errors() == []


def test_villages_have_acts_of_their_own(keeper: User) -> None:
    x = unit(QUYNH_NHAI)
    stay = (Stay(x, x.valid_from),)
    names = ("Bản A", "Bản B", "Bản C", "Bản D")
    a, b, c, d = add_villages(villages=[NewVillage(n, "ban", stay) for n in names], by=keeper, today=TODAY)
    y = unit(MUONG_CHIEN)
    carried_out(
        keeper,
        whole(a.code, "", "Bản A B", "ban"),
        whole(b.code, "", "Bản A B", "ban"),
        whole(c.code, "", "Tiểu khu C", "tieu_khu"),
        whole(d.code, d.code, "Bản D", "ban", parent_code=y.code),
    )
    living = Unit.objects.in_force(AFTER).filter(level=Level.VILLAGE)
    assert {(one.code, one.name) for one in living} == {
        (f"{x.code}-5", "Bản A B"), (c.code, "Tiểu khu C"), (d.code, "Bản D"),
    }  # fmt: skip
    assert Placement.objects.get(unit=d, valid_to=None).parent == y
    assert errors() == []


def test_a_merger_is_taken_apart_by_a_later_act(keeper: User) -> None:
    act = carried_out(
        keeper, whole(QUYNH_NHAI, QUYNH_NHAI, "Xã Quỳnh Nhai", "xa"), whole(MUONG_CHIEN, QUYNH_NHAI)
    )
    later = act_text("10/NQ", date(2027, 3, 1))
    draft = draft_undoing(act=act, text=later, by=keeper, today=TODAY)
    assert plan_of(draft).plan.errors == []
    confirm_reorganisation(draft=draft, seen=draft.version, by=keeper, today=TODAY)

    reopened = unit(MUONG_CHIEN, date(2027, 3, 2))
    assert (reopened.name, reopened.valid_from) == ("Xã Mường Chiên", date(2027, 3, 1))
    assert Placement.objects.get(unit=reopened, tie=Tie.FORMER).parent.code == "118"
    assert unit(QUYNH_NHAI, date(2027, 3, 2)).valid_from == date(2027, 3, 1)
    # What was, is not rewritten.
    assert unit(QUYNH_NHAI, AFTER).valid_to == date(2027, 3, 1)
    assert errors() == []


def test_the_people_keep_their_criteria(keeper: User, people: People) -> None:
    from programs.models import Criterion

    (role,) = Membership.objects.filter(user=people.cadre)
    criterion = Criterion.objects.first()
    MembershipCriterion.objects.create(membership=role, criterion=criterion)
    act = carried_out(keeper, whole(QUYNH_NHAI, QUYNH_NHAI, "Xã Mường Giàng", "xa"))
    new = unit(QUYNH_NHAI, AFTER)
    chosen = [Chosen(role.pk, new.pk, role.role)]
    give_successors(act=act, chosen=chosen, start=TODAY, by=keeper, today=TODAY)
    fresh = Membership.objects.get(user=people.cadre, unit=new)
    assert fresh.valid_from == DAY  # Not before the commune is there.
    assert MembershipCriterion.objects.get(membership=fresh).criterion == criterion


def test_what_the_ended_districts_left_gets_keepers(keeper: User) -> None:
    district, province = unit("118", date(2025, 6, 30)), unit("14")
    official = make_member("huyen", district, Role.REVIEWER)
    retired = make_member("nghi", district, Role.VIEWER)
    decision = Recognition.objects.create(
        unit=district, level="district", decision="5/QĐ-TTg", decided_on=date(2024, 1, 2),
        valid_from=date(2024, 1, 2), valid_to=date(2025, 7, 1), end_reason=RecognitionEnd.TIER_ENDED,
    )  # fmt: skip
    assert hand_over_page(keeper, TODAY).unlisted == 3
    assert list_hand_over(by=keeper, today=TODAY) == 3
    assert list_hand_over(by=keeper, today=TODAY) == 0
    items = {one.words.split(",")[0]: one for one in HandOver.objects.all()}

    with pytest.raises(ValidationError, match="Chọn đơn vị"):
        settle_hand_over(item=items["huyen"], keeper=None, words=" ", by=keeper, today=TODAY)
    settle_hand_over(item=items["huyen"], keeper=province, words="", by=keeper, today=TODAY)
    assert Membership.objects.filter(user=official, unit=province, role=Role.REVIEWER).exists()
    settle_hand_over(item=items["nghi"], keeper=None, words="nghỉ hưu", by=keeper, today=TODAY)
    assert Membership.objects.get(user=retired).valid_to == TODAY
    page = hand_over_page(keeper, TODAY)
    assert (page.count, len(page.settled)) == (1, 2)
    settle_hand_over(item=page.waiting[0], keeper=province, words="", by=keeper, today=TODAY)
    decision.refresh_from_db()
    assert "Tỉnh Sơn La" in decision.note


def test_nobody_else_prepares_or_carries_out(people: People, keeper: User) -> None:
    draft = draft_of(keeper, whole(QUYNH_NHAI, QUYNH_NHAI, "Xã Khác", "xa"))
    village_keeper = make_member("xa", unit(QUYNH_NHAI), Role.ADMINISTRATOR)
    for person in (people.cadre, people.reviewer, people.official, people.deactivated, village_keeper):
        with pytest.raises(PermissionDenied):
            draft_of(person, whole(QUYNH_NHAI, "1", "X", "xa"))
        with pytest.raises(PermissionDenied):
            remove_line(draft=draft, order=1, by=person, today=TODAY)
        with pytest.raises(PermissionDenied):
            confirm_reorganisation(draft=draft, seen=draft.version, by=person, today=TODAY)
        assert not Reorganisation.objects.readable_by(person, TODAY).exists()
    assert unit(QUYNH_NHAI, AFTER).valid_from < DAY


def test_a_draft_is_corrected_until_it_is_carried_out_or_dropped(keeper: User) -> None:
    draft = draft_of(keeper, whole(QUYNH_NHAI, "", "", ""))
    with pytest.raises(ValidationError, match="Còn lỗi"):
        check_draft(draft=draft, by=keeper, today=TODAY)
    change_line(
        draft=draft, order=1, line=whole(QUYNH_NHAI, QUYNH_NHAI, "Xã Khác", "xa"), by=keeper, today=TODAY
    )
    assert check_draft(draft=draft, by=keeper, today=TODAY).state == "checked"
    drop_draft(draft=draft, by=keeper, today=TODAY)
    with pytest.raises(ValidationError, match="không sửa được"):
        remove_line(draft=draft, order=1, by=keeper, today=TODAY)


def test_the_change_says_what_is_only_a_new_name(keeper: User) -> None:
    draft = draft_of(
        keeper,
        whole(QUYNH_NHAI, QUYNH_NHAI, "Xã Khác", "xa"),
        whole(MUONG_CHIEN, MUONG_SAI, "Xã Mường Sại", "xa"),
        whole(MUONG_SAI, MUONG_SAI),
    )
    change = change_of(draft, plan_of(draft))
    assert {(path.code, path.renamed) for path in change.paths} == {(QUYNH_NHAI, True), (MUONG_SAI, False)}
