"""The rulebook's mark: one value that changes whenever a rule does, so that shapes may be kept in memory."""

import uuid
from typing import Any

from django.db import models


class Rulebook(models.Model):
    """One row whose mark is drawn anew when an indicator, requirement, form or assignment changes.

    A process that kept the shape of a form under this mark knows without reading the rules whether it
    still holds; a change that is rolled back brings the old mark back with it.
    """

    mark = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name = "dấu quy tắc"
        verbose_name_plural = "dấu quy tắc"

    def __str__(self) -> str:
        return str(self.mark)

    @classmethod
    def touch(cls) -> None:
        """To be called in the transaction that changed a rule by a bulk statement; `Rule` does it itself."""
        if not cls.objects.filter(pk=1).update(mark=uuid.uuid4()):
            cls.objects.create(pk=1)


class Rule(models.Model):
    """A row that belongs to the rulebook: saving or deleting it draws the mark anew."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        Rulebook.touch()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        Rulebook.touch()
        return deleted
