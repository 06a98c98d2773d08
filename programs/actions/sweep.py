"""Stored files that no row knows: what a rolled-back upload or a deleted row leaves behind on the disk.

Content is written before its row is committed, and a database that rolls back does not take it back; so
once in a while somebody sweeps. What is younger than a day may belong to a row that is still on its way.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.apps import apps
from django.core.files.storage import Storage
from django.db.models import FileField

from programs.models import StoredFile

log = logging.getLogger(__name__)

FOLDER = "files"


@dataclass(frozen=True, slots=True)
class LooseFile:
    """A file without a row: its name in the storage, its size in bytes, when it was written."""

    name: str
    size: int
    written_at: datetime


def loose_files(before: datetime) -> Iterator[LooseFile]:
    """Files written before that moment that no row of any table names, folder by folder."""
    storage = _storage()
    for folder in _folders(storage, FOLDER):
        _subfolders, names = storage.listdir(folder)
        paths = [str(PurePosixPath(folder, name)) for name in names]
        known = _known(folder)
        for path in sorted(set(paths) - known):
            written_at = storage.get_modified_time(path)
            if written_at < before:
                yield LooseFile(path, storage.size(path), written_at)


def remove_loose(file: LooseFile) -> bool:
    """Delete a loose file; False where a row names it after all. Asked again right before."""
    if file.name in _known(str(PurePosixPath(file.name).parent)):
        return False
    _storage().delete(file.name)
    log.info("loose file removed: %s, %s bytes", file.name, file.size)
    return True


def _storage() -> Storage:
    field = StoredFile._meta.get_field("content")
    assert isinstance(field, FileField)
    return field.storage


def _folders(storage: Storage, folder: str) -> Iterator[str]:
    try:
        below, _names = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield folder
    for name in sorted(below):
        yield from _folders(storage, str(PurePosixPath(folder, name)))


def _known(folder: str) -> set[str]:
    """What rows name in a folder, whichever room's table they are in."""
    found: set[str] = set()
    models: list[Any] = [model for room in apps.all_models.values() for model in room.values()]
    for model in models:
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                rows = model._base_manager.filter(**{f"{field.name}__startswith": f"{folder}/"})
                found.update(rows.values_list(field.name, flat=True))
    return found
