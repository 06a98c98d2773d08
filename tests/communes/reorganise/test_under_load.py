"""An act confirmed while a cadre's save is on its way: the save lands before, or is answered; none is lost.

Two connections meet on PostgreSQL; SQLite lets one of them write at a time, and the story ends the same.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from communes.actions.confirm import confirm_reorganisation
from communes.models import Reorganisation, Role, Unit, User
from programs.actions import Item, record_observations
from programs.models import Observation, Report, Through
from tests.communes.reorganise.acts import draft_of, whole
from tests.support import TODAY, make_member, make_report, unit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("transactional_db")]

PATIENCE = 30


class Side(threading.Thread):
    """Somebody else's request, on a connection of its own; keeps what came of it."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.work, self.result, self.error = work, None, None

    def run(self) -> None:
        try:
            self.result = self.work()
        except Exception as error:
            self.error = error
        finally:
            connection.close()


@contextmanager
def running(work: Callable[[], object]) -> Iterator[Side]:
    side = Side(work)
    side.start()
    yield side
    side.join(PATIENCE)
    assert not side.is_alive(), "the two wait for each other"


def enter(report: Report, by: User, value: int, version: int) -> object:
    return record_observations(
        report=report,
        items=[Item("ntm.xa.1.1", value=value, version=version)],
        by=by,
        through=Through.FORM,
        today=TODAY,
    )


@pytest.fixture
def story() -> tuple[Report, User, User, Reorganisation]:
    report = make_report("03703")
    cadre = make_member("cadre", unit("03703"), Role.CADRE)
    keeper = make_member("keeper", unit("14"), Role.ADMINISTRATOR)
    draft = draft_of(
        keeper, whole("03703", "03703", "Xã Quỳnh Nhai", "xa"), whole("03688", "03703"), day=TODAY
    )
    return report, cadre, keeper, draft


def test_a_save_on_its_way_lands_before_the_act(story: tuple[Report, User, User, Reorganisation]) -> None:
    report, cadre, keeper, draft = story
    with transaction.atomic():
        enter(report, cadre, 1, 0)
        confirm = running(
            lambda: confirm_reorganisation(draft=draft, seen=draft.version, by=keeper, today=TODAY)
        )
        side = confirm.__enter__()
        side.join(1.5)
        assert side.is_alive(), "the act waits for the save"
    confirm.__exit__(None, None, None)
    assert side.error is None
    assert Observation.objects.get(report=report).value == 1
    assert Unit.objects.get(pk=report.unit_id).valid_to == TODAY
    event = report.events.first()
    assert event is not None
    assert "Báo cáo của kỳ này do Xã Quỳnh Nhai gửi" in event.comment


def test_saves_during_an_act_land_or_are_answered(story: tuple[Report, User, User, Reorganisation]) -> None:
    """Ten saves beside the act: each either stands in the report or came back with a sentence."""
    report, cadre, keeper, draft = story
    answers: list[str] = []
    landed: list[int] = []

    def save_on() -> None:
        for turn in range(10):
            try:
                enter(report, cadre, turn % 2, turn)
                landed.append(turn % 2)
            except (ValidationError, PermissionDenied) as refused:
                answers.append(str(refused))
                break

    with running(save_on):
        confirm_reorganisation(draft=draft, seen=draft.version, by=keeper, today=TODAY)
    last = Observation.objects.filter(report=report).first()
    assert landed == [] or (last is not None and (last.value, last.version) == (landed[-1], len(landed)))
    assert len(landed) == 10 or answers
    assert all("Traceback" not in words and words for words in answers)
    assert Unit.objects.get(pk=report.unit_id).valid_to == TODAY


def test_two_who_confirm_at_once_carry_it_out_once(story: tuple[Report, User, User, Reorganisation]) -> None:
    _report, _cadre, keeper, draft = story
    done: list[str] = []

    def confirm() -> None:
        try:
            confirm_reorganisation(draft=draft, seen=draft.version, by=keeper, today=TODAY)
            done.append("done")
        except ValidationError as refused:
            done.append(refused.messages[0])

    with running(confirm):
        confirm()
    assert sorted(done) == sorted(["done", "Dự thảo này đã thực hiện, không sửa được nữa."])
    assert Unit.objects.filter(code="03703", valid_from=TODAY).count() == 1
