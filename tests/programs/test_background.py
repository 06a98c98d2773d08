"""Work beside requests: a worker takes up what pages left, once, and what a dead one left behind again."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from programs.actions.background import run_in_background, work_once
from programs.models import BackgroundTask

pytestmark = pytest.mark.django_db
done: list[tuple[object, ...]] = []


def note(number: int, day: date) -> None:
    done.append((number, day))


def fail() -> None:
    raise RuntimeError("tên của một người")


@pytest.fixture(autouse=True)
def by_worker(settings) -> None:
    settings.BACKGROUND = "worker"
    done.clear()


def test_what_a_page_left_is_done_once_by_the_worker() -> None:
    run_in_background(note, 7, date(2026, 11, 24))
    assert done == []

    call_command("work", once=True)
    call_command("work", once=True)

    assert done == [(7, date(2026, 11, 24))]
    task = BackgroundTask.objects.get()
    assert task.finished_at is not None


def test_what_a_dead_worker_left_is_taken_up_again_after_a_while() -> None:
    run_in_background(note, 1, date(2026, 1, 1))
    BackgroundTask.objects.update(started_at=timezone.now(), tries=1)
    assert not work_once()

    BackgroundTask.objects.update(started_at=timezone.now() - timedelta(minutes=20))
    assert work_once()
    assert done == [(1, date(2026, 1, 1))]


def test_what_fails_is_tried_three_times_and_says_no_more_than_what_kind() -> None:
    run_in_background(fail)
    for _try in range(5):
        work_once()
    task = BackgroundTask.objects.get()
    assert (task.tries, task.problem, task.finished_at) == (3, "RuntimeError", None)
