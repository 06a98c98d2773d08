"""Writing down what is taken away as a file: the one door for every export that counts."""

import logging
from datetime import datetime

from communes.models import Unit, User
from programs.models import ExportLog
from programs.models.exports import EXPORT_KINDS

# The same beside the database, where who can change rows cannot reach it.
log = logging.getLogger("sonla.export")


def log_export(
    *, kind: str, unit: Unit | None, rows: int, by: User, at: datetime, files: int = 0, note: str = ""
) -> ExportLog:
    """Keep who takes what away, before the first byte goes out.

    `unit`: whose data; None for the whole scope of the person. `rows`: figures, households or lines in the
    file; `files`: papers beside them; `note`: what narrowed it. Raises ValueError for a kind without words
    (`programs.models.exports.name_export`).
    """
    if kind not in EXPORT_KINDS:
        raise ValueError(f"an export of a kind without words: {kind}")
    log.info(
        "export %s unit=%s from=%s user=%s rows=%d files=%d",
        kind,
        unit.code if unit else "-",
        unit.valid_from if unit else "-",
        by.pk,
        rows,
        files,
    )
    return ExportLog.objects.create(
        kind=kind, unit=unit, rows=rows, files=files, note=note[:300], by=by, at=at
    )
