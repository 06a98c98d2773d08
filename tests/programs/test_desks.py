"""Desks and departments: each fills, or confirms, its own criteria."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from communes.models import Role, first_day
from programs.actions import Item, accept_report, return_report, submit_report
from programs.models import (
    Agency,
    AgencyCriterion,
    Criterion,
    CriterionAssessment,
    FigureState,
    MembershipAgency,
    MembershipCriterion,
    ReportState,
    Result,
)
from tests.support import TODAY, figure, make_member, make_people, make_report, record, unit

pytestmark = pytest.mark.django_db

WATER, PLAN = "ntm.xa.17.1", "ntm.xa.1.1"


def criterion(number: int) -> Criterion:
    return Criterion.objects.get(criteria_set__code="NTM_XA_2021_2025", number=number)


def narrowed(username: str, code: str, role: str, *numbers: int):
    person = make_member(username, unit(code), role)
    for number in numbers:
        MembershipCriterion.objects.create(membership=person.memberships.get(), criterion=criterion(number))
    return person


def of_department(username: str, name: str, *numbers: int):
    """A reviewer of a department that alone answers for these criteria."""
    person = make_member(username, unit("14"), Role.REVIEWER)
    AgencyCriterion.objects.filter(criterion__in=map(criterion, numbers)).delete()
    agency = Agency.objects.create(code=username, name=name, unit=unit("14"), valid_from=first_day)
    agency.criteria.set(criterion(number) for number in numbers)
    MembershipAgency.objects.create(membership=person.memberships.get(), agency=agency)
    return person


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def report():
    return make_report("03703", "2026")


@pytest.fixture
def sent(report, people):
    record(report, people.cadre, [Item(PLAN, 1), Item(WATER, 2011, 6504)])
    return submit_report(report=report, by=people.cadre, today=TODAY, reason="từng phần")


def test_a_desk_fills_its_own_criteria_and_not_anothers(report):
    environment = narrowed("moi-truong", "03703", Role.CADRE, 17)
    record(report, environment, [Item(WATER, 2011, 6504)])
    assert figure(report, WATER).updated_by == environment
    with pytest.raises(ValidationError) as error:
        record(report, environment, [Item(PLAN, 1)])
    assert "phần của người khác" in " ".join(error.value.message_dict[PLAN])


def test_a_cadre_without_narrowing_fills_everything(report, people):
    narrowed("moi-truong", "03703", Role.CADRE, 17)
    record(report, people.cadre, [Item(PLAN, 1), Item(WATER, 2011, 6504)])
    assert report.observations.count() == 2


def test_a_desk_of_one_commune_has_no_part_in_another(report):
    person = narrowed("hai-noi", "03688", Role.CADRE, 17)
    with pytest.raises(PermissionDenied):
        record(report, person, [Item(WATER, 1, 2)])


def test_a_department_confirms_its_own_criteria_in_its_own_name(sent):
    person = of_department("so-nnmt", "Sở Nông nghiệp và Môi trường", 17)
    accept_report(report=sent, by=person, today=TODAY)
    review = sent.reviews.get()
    assert (review.criterion.number, review.agency.name) == (17, "Sở Nông nghiệp và Môi trường")
    assert figure(sent, WATER).state == FigureState.ACCEPTED
    assert figure(sent, PLAN).state == FigureState.SUBMITTED
    sent.refresh_from_db()
    assert sent.state == ReportState.SENT


def test_a_department_keeps_off_the_others_criteria(sent):
    person = of_department("so-nnmt", "Sở Nông nghiệp và Môi trường", 17)
    with pytest.raises(PermissionDenied):
        accept_report(report=sent, by=person, today=TODAY, criteria=[1])
    with pytest.raises(PermissionDenied):
        return_report(report=sent, by=person, today=TODAY, comments={1: "xem lại"})
    with pytest.raises(ValidationError):
        return_report(report=sent, by=person, today=TODAY, comment="xem lại cả báo cáo")


def test_the_office_confirms_the_rest_and_leaves_the_departments_word(sent, people):
    person = of_department("so-nnmt", "Sở Nông nghiệp và Môi trường", 17)
    accept_report(report=sent, by=person, today=TODAY)
    accept_report(report=sent, by=people.reviewer, today=TODAY)
    sent.refresh_from_db()
    assert sent.state == ReportState.ACCEPTED
    assert sent.reviews.get(criterion__number=17).by == person
    assert sent.reviews.get(criterion__number=1).by == people.reviewer


def test_nearly_met_is_a_word_and_never_a_verdict(sent, people):
    accept_report(
        report=sent,
        by=people.reviewer,
        today=TODAY,
        criteria=[17],
        comments={17: "Cơ bản đạt, còn 17.8"},
        nearly=[17],
    )
    review = sent.reviews.get()
    assert (review.nearly, review.comment) == (True, "Cơ bản đạt, còn 17.8")
    judged = CriterionAssessment.objects.get(unit=sent.unit, period=sent.period, criterion__number=17)
    assert judged.result != Result.MET
