"""Days off: kept by the year; every change finds the deadlines' working days anew."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import ngettext

from communes.admin.base import ModelAdmin
from programs.actions import move_deadlines
from programs.models import Holiday


@admin.register(Holiday)
class HolidayAdmin(ModelAdmin):
    section = "periods"
    list_display = ["day", "name"]
    search_fields = ["name"]
    date_hierarchy = "day"
    ordering = ["-day"]

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Holiday, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._move(request)

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Holiday) -> None:
        super().delete_model(request, obj)
        self._move(request)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Holiday]) -> None:
        super().delete_queryset(request, queryset)
        self._move(request)

    def _move(self, request: HttpRequest) -> None:
        if count := move_deadlines():
            words = ngettext("{count} kỳ đổi hạn gửi.", "{count} kỳ đổi hạn gửi.", count)
            messages.info(request, words.format(count=count))
