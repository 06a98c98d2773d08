"""A report is an act of the commune: put before its leader, signed with number and date, sent and frozen."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from communes.models import Membership, Role, first_day
from programs.actions import (
    Item,
    Signing,
    accept_report,
    approve_report,
    present_report,
    return_report,
    send_back,
    submit_report,
)
from programs.models import FigureState, ObservationChange, Reopening, ReportState
from tests.support import TODAY, figure, make_member, make_people, make_report, period, record, unit

pytestmark = pytest.mark.django_db

WATER = "ntm.xa.17.1"
SIGNED = Signing(document="123/BC-UBND", signed_on=TODAY, signatory="Lò Văn Quý")


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def leader():
    return make_member("leader", unit("03703"), Role.LEADER)


@pytest.fixture
def report(people):
    when = period("2026")
    when.data_to = date(2026, 11, 14)
    when.save()
    made = make_report("03703", "2026")
    made.form.leader_step = True
    made.form.save()
    record(made, people.cadre, [Item("ntm.xa.1.1", 1), Item(WATER, 2011, 6504)])
    return made


@pytest.fixture
def waiting(report, people):
    return present_report(report=report, by=people.cadre, today=TODAY, reason="chờ số của trạm y tế")


def test_the_cadre_puts_it_before_the_leader_and_nobody_writes_meanwhile(waiting, people):
    assert waiting.state == ReportState.WAITING
    assert figure(waiting, WATER).state == FigureState.ENTERED
    with pytest.raises(ValidationError, match="chờ lãnh đạo"):
        record(waiting, people.cadre, [Item(WATER, 1, 6504, version=1)])


def test_with_the_leaders_step_on_a_cadre_cannot_send(report, people):
    with pytest.raises(ValidationError) as error:
        submit_report(report=report, by=people.cadre, today=TODAY, reason="vội")
    assert error.value.code == "leader"


def test_the_leader_signs_and_it_goes_out_frozen(waiting, leader):
    sent = approve_report(report=waiting, by=leader, today=TODAY, signing=SIGNED)
    assert (sent.state, sent.sent_by) == (ReportState.SENT, leader)
    assert figure(sent, WATER).state == FigureState.SUBMITTED
    version = sent.versions.get()
    assert (version.number, version.document, version.signatory) == (1, "123/BC-UBND", "Lò Văn Quý")
    (criterion,) = [one for one in version.content["sections"] if one["number"] == 17]
    (water,) = [one for one in criterion["rows"] if one["number"] == "17.1"]
    assert (water["value"], water["denominator"], water["shown"]) == (2011, 6504, "30,92%")


def test_two_leaders_at_once_one_wins(waiting, leader):
    other = make_member("other-leader", unit("03703"), Role.LEADER)
    approve_report(report=waiting, by=leader, today=TODAY, signing=SIGNED)
    with pytest.raises(ValidationError) as error:
        approve_report(report=waiting, by=other, today=TODAY, signing=SIGNED)
    assert error.value.code == "waiting"
    assert waiting.versions.count() == 1


def test_only_a_leader_of_the_commune_approves(waiting, people):
    elsewhere = make_member("elsewhere", unit("03688"), Role.LEADER)
    for person in (people.cadre, people.reviewer, people.official, elsewhere):
        with pytest.raises(PermissionDenied):
            approve_report(report=waiting, by=person, today=TODAY, signing=SIGNED)


@pytest.mark.parametrize(
    ("signing", "field", "words"),
    [
        (Signing("", TODAY, "A"), "document", "số, ký hiệu"),
        (Signing("1/BC-UBND", None, "A"), "signed_on", "ngày ký"),
        (Signing("1/BC-UBND", TODAY + timedelta(days=1), "A"), "signed_on", "tương lai"),
        (Signing("1/BC-UBND", date(2026, 11, 13), "A"), "signed_on", "14/11/2026"),
        (Signing("1/BC-UBND", TODAY, " "), "signatory", "người ký"),
    ],
)
def test_a_paper_that_cannot_be_is_refused_at_its_field(waiting, leader, signing, field, words):
    with pytest.raises(ValidationError) as error:
        approve_report(report=waiting, by=leader, today=TODAY, signing=signing)
    assert words in " ".join(error.value.message_dict[field])
    waiting.refresh_from_db()
    assert waiting.state == ReportState.WAITING


def test_the_leader_sends_it_back_with_a_word(waiting, leader, people):
    with pytest.raises(ValidationError, match="Ghi ý kiến"):
        send_back(report=waiting, by=leader, today=TODAY, comment=" ")
    back = send_back(report=waiting, by=leader, today=TODAY, comment="17.1 xem lại với trạm cấp nước")
    assert back.state == ReportState.ENTERING
    assert "17.1" in back.events.first().comment
    record(back, people.cadre, [Item(WATER, 2000, 6504, version=1)])


def test_each_sending_keeps_its_own_version(waiting, leader, people):
    sent = approve_report(report=waiting, by=leader, today=TODAY, signing=SIGNED)
    first = sent.versions.get()
    returned = return_report(report=sent, by=people.reviewer, today=TODAY, comments={17: "kiểm tra"})
    record(returned, people.cadre, [Item(WATER, 1900, 6504, version=1)])
    again = present_report(report=returned, by=people.cadre, today=TODAY, reason="đã sửa")
    approve_report(report=again, by=leader, today=TODAY, signing=SIGNED)

    first.refresh_from_db()
    assert [version.number for version in sent.versions.order_by("number")] == [1, 2]
    values = [
        row["value"]
        for version in sent.versions.order_by("number")
        for section in version.content["sections"]
        for row in section["rows"]
        if row["code"] == WATER
    ]
    assert values == [2011, 1900]


def test_an_altered_version_is_noticed(waiting, leader):
    version = approve_report(report=waiting, by=leader, today=TODAY, signing=SIGNED).versions.get()
    content = version.content
    content["entered"] = 57
    version.packed, _digest = type(version).pack(content)
    with pytest.raises(ValueError, match="altered"):
        _ = version.content


def test_a_change_after_the_lock_is_marked_and_carries_the_reopenings_reason(waiting, leader, people):
    sent = approve_report(report=waiting, by=leader, today=TODAY, signing=SIGNED)
    accept_report(report=sent, by=people.reviewer, today=TODAY)
    returned = return_report(report=sent, by=people.reviewer, today=TODAY, comments={17: "thanh tra yêu cầu"})
    period("2026", state="locked")
    returned.refresh_from_db()
    Reopening.objects.create(
        form=returned.form,
        period=returned.period,
        unit=returned.unit,
        until=TODAY,
        reason="Kết luận thanh tra số 5",
        by=people.reviewer,
    )
    record(returned, people.cadre, [Item(WATER, 1800, 6504, version=1)])
    assert figure(returned, WATER).value == 1800
    last = ObservationChange.objects.get(unit=returned.unit, indicator__code=WATER, version=2)
    assert (last.after, last.reason) == ("locked", "Kết luận thanh tra số 5")


def test_membership_of_a_past_leader_does_not_approve(waiting):
    past = make_member("past", unit("03703"), Role.LEADER, valid_to=TODAY)
    assert Membership.objects.filter(user=past, valid_from=first_day).exists()
    with pytest.raises(PermissionDenied):
        approve_report(report=waiting, by=past, today=TODAY, signing=SIGNED)
