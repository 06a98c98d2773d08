"""Small makers that every test shares: the same few people, reports by code, figures in one line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from communes.models import Membership, Role, Unit, User, first_day
from programs.actions import Item, Recorded, record_observations
from programs.models import Observation, Period, PeriodState, Report, ReportForm, Through

# The day on which the tests' people work: the year 2026 is open, the first half is closed.
TODAY = date(2026, 11, 24)


def make_user(username: str, **fields: object) -> User:
    return User.objects.create_user(username=username, password="mật-khẩu-thử", **fields)


def make_member(username: str, unit: Unit, role: str, **dates: date) -> User:
    """A person with one role on one unit, from the register's first day on."""
    user = make_user(username)
    Membership.objects.create(user=user, unit=unit, role=role, **{"valid_from": first_day, **dates})
    return user


def unit(code: str, at: date = TODAY) -> Unit:
    """The unit that bears this code on that day, else the last one that did."""
    found = Unit.objects.bearer_by(code, at)
    assert found is not None, f"no unit {code} on {at}"
    return found


@dataclass(frozen=True, slots=True)
class People:
    """The seven who appear in every story."""

    cadre: User  # of Quỳnh Nhai (03703)
    neighbour: User  # cadre of Mường Chiên (03688), the next commune
    predecessor: User  # cadre of the former xã Mường Giàng (03703 until 2024), part of Quỳnh Nhai today
    reviewer: User  # of the province
    official: User  # reads the whole province
    system: User  # a program's login, reader of the province
    deactivated: User  # was a cadre of Quỳnh Nhai


def make_people() -> People:
    """The seven people of the tests; usernames are the field names."""
    quynh_nhai, province = unit("03703"), unit("14")
    people = People(
        cadre=make_member("cadre", quynh_nhai, Role.CADRE),
        neighbour=make_member("neighbour", unit("03688"), Role.CADRE),
        predecessor=make_member("predecessor", unit("03703", date(2024, 6, 30)), Role.CADRE),
        reviewer=make_member("reviewer", province, Role.REVIEWER),
        official=make_member("official", province, Role.VIEWER),
        system=make_member("system", province, Role.VIEWER),
        deactivated=make_member("deactivated", quynh_nhai, Role.CADRE),
    )
    people.deactivated.is_active = False
    people.deactivated.save(update_fields=["is_active"])
    return people


def period(code: str, *, state: str = PeriodState.OPEN) -> Period:
    """The real period of this code, put into the state the story needs."""
    found = Period.objects.get(code=code)
    if found.state != state:
        found.state = state
        found.save(update_fields=["state"])
    return found


def make_report(code: str = "03703", period_code: str = "2026", form: str = "ntm.xa") -> Report:
    """The report of the unit that bears this code on the period's last day; made if it is not there."""
    when = period(period_code)
    owner = unit(code, when.ends_on)
    return Report.objects.get_or_create(
        form=ReportForm.objects.get(code=form),
        unit=owner,
        period=when,
        defaults={"province_id": owner.province_id or owner.pk},
    )[0]


def record(report: Report, by: User, items: Iterable[Item], today: date | None = None) -> Recorded:
    """Enter figures on the tests' day; in the last report of a unit that ended, on the day it was due."""
    if today is None:
        today = TODAY if report.unit.lives_on(TODAY) else min(report.due_on, TODAY)
    return record_observations(report=report, items=list(items), by=by, through=Through.FORM, today=today)


def figure(report: Report, code: str) -> Observation:
    """The stored figure of a report by its indicator's code."""
    return Observation.objects.get(report=report, indicator__code=code)
