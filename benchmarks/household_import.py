"""A workbook of 50,000 households through the import's own door, against COPY of what it stored."""

import gc
import io
import re
import time
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import Max

from communes.models import Unit, User, today
from housing.models import CommuneReview, Household, HouseholdChange, ReviewRound, Source
from housing.queries.register import ethnic_groups, villages_of_commune
from housing.sheets import household_book
from programs.actions.imports import claim_job, start_import
from programs.models import ImportRow, ImportState, Observation
from programs.sheets.importers import apply_import, read_import
from programs.sheets.style import Paper

ROWS = 50_000
TABLES = {Household: "id > %s", HouseholdChange: "household_id > %s"}


def measure_import(commune: Unit, by: User, count: int = ROWS) -> None:
    """Read and apply the workbook as the worker does, then COPY the same rows into the same tables."""
    assert commune.province is not None
    CommuneReview.objects.get_or_create(
        round=ReviewRound.objects.get(code="2026"),
        commune=commune,
        defaults={"province": commune.province, "source": Source.REGISTER},
    )
    last = Household.objects.aggregate(last=Max("pk"))["last"] or 0
    upload = SimpleUploadedFile("so-ho.xlsx", _workbook(commune, count))
    job = start_import(kind=household_book.KIND, unit=commune, upload=upload, by=by, options={})
    del upload
    gc.collect()
    _forget_peak()
    start = time.perf_counter()
    read_import(job.pk, today())
    job.refresh_from_db()
    assert job.state == ImportState.READY, job.problem
    assert job.counts == {"new": count}, job.counts
    read = time.perf_counter()
    claim_job(job=job, reading=job.options["reading"])
    apply_import(job.pk, today())
    applied = time.perf_counter()
    job.refresh_from_db()
    assert job.state == ImportState.APPLIED, job.problem
    peak = _peak()
    figure = Observation.objects.get(indicator__code="base.households", unit=commune, period__code="2026")
    assert figure.value == Household.objects.filter(commune=commune, ended_on=None).count()
    copied = _copied_again(last)
    print(
        f"\nImport of {ImportRow.objects.filter(job=job).count():,} households: read {read - start:.1f} s, "
    )
    print(f"applied {applied - read:.1f} s, peak {peak:.0f} MiB; COPY of the same rows {copied:.1f} s")
    print(
        f"both {(applied - start) / copied:.1f} × COPY, applying alone {(applied - read) / copied:.1f} × COPY"
    )


def _workbook(commune: Unit, count: int) -> bytes:
    """Rows without a code, of every kind of cell, in the villages of the commune."""
    villages = [one.name for one in villages_of_commune(commune, today()).values()]
    group = next(iter(ethnic_groups().values())).name
    paper = Paper()
    sheet = paper.sheet(household_book.SHEET)
    for column, head in enumerate(household_book.heads().values()):
        sheet.write_string(0, column, head)
    for row in range(1, count + 1):
        year = 1950 + row % 50
        name = f"Lò Văn {'ABCDEFGHIJ'[row % 10]}{'abcdefghij'[row // 10 % 10]}"
        number, flag = f"0990{year % 100:02}{row:06}", "x" if row % 30 == 0 else ""
        cells = ["", villages[row % len(villages)], name, "Nam", year, number, group, "Bản", 4, flag]
        for column, value in enumerate(cells):
            if isinstance(value, int):
                sheet.write_number(row, column, value)
            elif value:
                sheet.write_string(row, column, value)
    meta = {"kind": household_book.KIND, "unit": commune.code, "unit_from": commune.valid_from.isoformat()}
    paper.meta(meta)
    return paper.done()


def _copied_again(last: int) -> float:
    """Seconds that COPY takes to put back what was imported, its keys and checks and all."""
    kept: list[tuple[str, bytes]] = []
    with transaction.atomic(), connection.cursor() as cursor:
        for model, which in TABLES.items():
            table, buffer = model._meta.db_table, io.BytesIO()
            rows = f"SELECT * FROM {table} WHERE {which.replace('%s', str(int(last)))}"
            with cursor.copy(f"COPY ({rows}) TO STDOUT") as copy:
                for data in copy:
                    buffer.write(data)
            kept.append((table, buffer.getvalue()))
        for model, which in reversed(TABLES.items()):
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE {which}", [last])
    start = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for table, content in kept:
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(content)
    return time.perf_counter() - start


def _forget_peak() -> None:
    """Linux: count the peak of memory from here on."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    """The most memory this process had, in MiB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0
