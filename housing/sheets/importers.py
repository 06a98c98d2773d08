"""What the workbooks of this room mean to the one import engine."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import gettext as _

from housing.actions.import_households import apply_households, household_lines
from housing.queries.register import ethnic_groups, villages_of_commune
from housing.sheets import household_book
from programs.actions.imports import Line, read_whole
from programs.models import ImportJob, ImportRow
from programs.sheets.importers import Importer, Origin, register_importer


def _household_lines(job: ImportJob, today: date) -> Iterator[Line]:
    villages, groups = villages_of_commune(job.unit, today), list(ethnic_groups().values())
    rows = household_book.read_households(read_whole(job.file), job.unit, villages, groups)
    return household_lines(rows=rows, commune=job.unit, by=job.by, today=today)


def _apply_households(rows: Iterable[ImportRow], job: ImportJob, today: date) -> None:
    apply_households(rows=rows, commune=job.unit, by=job.by, today=today)


def _register(job: ImportJob) -> Origin:
    return Origin("register", _("Sổ hộ"), "register_import", (job.unit.code,))


def register_importers() -> None:
    """Make the workbooks of this room known; when it starts."""
    register_importer(
        household_book.KIND,
        Importer(_household_lines, _apply_households, household_book.SHEET, _register),
    )
