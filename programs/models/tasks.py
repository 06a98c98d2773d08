"""Work that waits for a worker: what to call, with what, how often it was tried."""

from datetime import datetime, timedelta
from typing import Self

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A worker that is killed leaves its task begun; after this another takes it up. Every task may be run again.
GIVEN_UP_AFTER = timedelta(minutes=15)
MOST_TRIES = 3


class TaskQuerySet(models.QuerySet["BackgroundTask"]):
    def waiting(self, now: datetime) -> Self:
        """What nobody works on: new, or left by a worker that is gone, and not tried too often."""
        unclaimed = models.Q(started_at=None) | models.Q(started_at__lt=now - GIVEN_UP_AFTER)
        return self.filter(unclaimed, finished_at=None, tries__lt=MOST_TRIES)

    def for_claiming(self, now: datetime) -> Self:
        """The first waiting one, locked so that no other worker gets it (call inside a transaction)."""
        skip = connection.features.has_select_for_update_skip_locked
        return self.waiting(now).order_by("pk").select_for_update(skip_locked=skip)


class BackgroundTask(models.Model):
    """One piece of background work (việc nền): a function of ours by name, with plain arguments."""

    function = models.CharField(_("việc"), max_length=120)
    arguments = models.JSONField(_("tham số"), default=list)
    created_at = models.DateTimeField(_("giao lúc"), default=timezone.now)
    started_at = models.DateTimeField(_("bắt đầu lúc"), null=True, blank=True)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("số lần thử"), default=0)
    problem = models.CharField(_("vì sao không xong"), max_length=500, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("việc nền")
        verbose_name_plural = _("việc nền")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(finished_at=None), name="task_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.function} #{self.pk}"
