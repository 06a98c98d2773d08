"""Files that a rolled-back upload leaves on the disk are found, and removed only when somebody says so."""

import contextlib
import io
import os
import time
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction

from programs.actions.files import add_evidence, remove_evidence
from programs.models import StoredFile
from tests.paper import pdf, png, upload
from tests.support import TODAY, make_people, make_report

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    """A disk of the test's own: a real one, with times of writing."""
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}
    return tmp_path


def swept(*words: str) -> str:
    out = io.StringIO()
    call_command("sweep_files", *words, stdout=out)
    return out.getvalue()


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def grow_old(folder: Path) -> None:
    """Everything on the disk was written two days ago."""
    then = time.time() - 2 * 24 * 3600
    for path in on_disk(folder):
        os.utime(path, (then, then))


class PowerCut(Exception):
    """Whatever makes a transaction roll back."""


def upload_and_fail() -> None:
    people, report = make_people(), make_report()
    with contextlib.suppress(PowerCut), transaction.atomic():
        add_evidence(report=report, upload=upload(png()), by=people.cadre, today=TODAY, indicators=[])
        raise PowerCut
    add_evidence(report=report, upload=upload(pdf()), by=people.cadre, today=TODAY, indicators=[])


def test_what_a_rolled_back_upload_left_is_listed_and_then_deleted(folder: Path) -> None:
    upload_and_fail()
    assert (StoredFile.objects.count(), len(on_disk(folder))) == (1, 2)
    grow_old(folder)

    listed = swept()

    assert "Có thể xóa (--delete): 1 tệp" in listed
    assert len(on_disk(folder)) == 2, "a dry run deletes nothing"

    assert "Đã xóa: 1 tệp" in swept("--delete")
    kept = StoredFile.objects.get()
    assert [path.read_bytes() for path in on_disk(folder)] == [pdf()]
    assert default_storage.exists(kept.content.name)
    assert "0 tệp" in swept("--delete")


def test_what_is_younger_than_a_day_stays(folder: Path) -> None:
    upload_and_fail()

    assert "0 tệp" in swept("--delete")
    assert len(on_disk(folder)) == 2


def test_a_row_deleted_behind_the_actions_back_leaves_a_loose_file(folder: Path) -> None:
    people, report = make_people(), make_report()
    one = add_evidence(report=report, upload=upload(pdf()), by=people.cadre, today=TODAY, indicators=[])
    other = add_evidence(report=report, upload=upload(png()), by=people.cadre, today=TODAY, indicators=[])
    remove_evidence(evidence=one, by=people.cadre, today=TODAY)
    assert len(on_disk(folder)) == 1, "the action takes the content along"
    file = other.file
    other.delete()
    StoredFile.objects.filter(pk=file.pk).delete()
    grow_old(folder)

    assert file.content.name in swept("--delete")
    assert on_disk(folder) == []


def test_nothing_stored_yet_is_nothing_to_sweep() -> None:
    assert "0 tệp, 0 byte" in swept()


def test_what_is_not_ours_is_left_alone(folder: Path) -> None:
    (folder / "other").mkdir()
    (folder / "other" / "note.txt").write_text("not a stored file")
    grow_old(folder)

    assert "0 tệp" in swept("--delete")
    assert len(on_disk(folder)) == 1


def test_the_hour_of_grace_cannot_be_taken_away() -> None:
    with pytest.raises(CommandError, match="hours"):
        swept("--hours", "0")
