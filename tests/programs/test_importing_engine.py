"""The engine under every import: in the background, five thousand rows, a process that died."""

import threading
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from communes.models import User
from programs.actions import background
from programs.actions.background import run_in_background
from programs.actions.imports import Line, read_lines, start_import
from programs.models import ImportJob, ImportState
from programs.queries.imports import import_page
from tests.support import make_people, unit
from tests.workbooks import plain_list, sent


@pytest.fixture
def job(db) -> ImportJob:
    cadre = make_people().cadre
    return start_import(
        kind="report", unit=unit("03703"), upload=sent(plain_list([["x"]])), by=cadre, options={"report": 1}
    )


def many(count: int) -> Iterator[Line]:
    for index in range(count):
        verdict = "error" if index % 100 == 0 else "new"
        yield Line(f"A{index}", f"Bản {index}", verdict, new="x" * 200, payload={"n": index})


def test_five_thousand_rows_are_kept_piece_by_piece(job: ImportJob) -> None:
    tracemalloc.start()
    read_lines(job=job, read=lambda _job: many(5_000))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (job.state, job.total) == (ImportState.READY, 5_000)
    assert job.counts == {"error": 50, "new": 4_950}
    assert peak < 40 * 1024 * 1024
    page = import_page(job, "new", "3", timezone.now())
    assert [row.place for row in page.rows][:1] == ["A203"]
    assert len(page.rows) == 100


def test_reading_again_begins_anew(job: ImportJob) -> None:
    read_lines(job=job, read=lambda _job: many(10))
    read_lines(job=job, read=lambda _job: many(7))

    assert (job.rows.count(), job.options["reading"]) == (7, 2)


def test_an_error_of_ours_is_a_sentence_and_a_line_in_the_log(
    job: ImportJob, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_job: ImportJob) -> Iterator[Line]:
        yield Line("A1", "x", "new")
        raise RuntimeError("secret detail")

    read_lines(job=job, read=broken)

    assert job.state == ImportState.FAILED
    assert "secret" not in job.problem
    assert not job.rows.exists()
    assert "secret detail" in caplog.text


def test_what_a_dead_process_left_can_be_read_again(job: ImportJob, client: Client) -> None:
    client.force_login(job.by)
    assert "đã đọc" in client.get(f"/imports/{job.pk}/").content.decode()
    assert client.post(f"/imports/{job.pk}/", {"do": "again"}).status_code == 409

    ImportJob.objects.update(at=timezone.now() - timedelta(minutes=10))
    assert "bị ngắt giữa chừng" in client.get(f"/imports/{job.pk}/").content.decode()
    assert client.post(f"/imports/{job.pk}/", {"do": "again"}).status_code == 302
    job.refresh_from_db()
    assert job.state == ImportState.FAILED  # It was read: there is no such report.


@pytest.mark.django_db(transaction=True)
def test_the_background_is_a_thread_with_a_connection_of_its_own(settings) -> None:
    settings.BACKGROUND = "thread"
    done = threading.Event()
    seen: list[tuple[str, bool, int]] = []

    def work(number: int) -> None:
        mine = connection.connection
        count = User.objects.count()
        seen.append((threading.current_thread().name, connection.connection is mine, count + number))
        done.set()

    User.objects.create_user("nguoi")
    run_in_background(work, 41)

    assert done.wait(10)
    background._workers.submit(lambda: None).result(10)
    name, _same, count = seen[0]
    assert name.startswith("sonla-background")
    assert count == 42
