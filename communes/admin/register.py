"""Writing to the register of units: the derived tables follow in the same transaction, loops are refused."""

from datetime import date
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from communes.actions import refresh_register
from communes.models import Placement, Unit
from communes.rules.closure import FOREVER, LoopError


class RegisterError(Exception):
    """The register would not hold together; the words are for the person who saved."""


class ChangesRegister:
    """Saving or deleting recomputes ancestry and lineage; what cannot stand becomes an error of the form."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """When the error comes out of the view, its transaction was rolled back: show the form with it."""
        view = super().changeform_view  # type: ignore[misc]
        try:
            return view(request, object_id, form_url, extra_context)
        except RegisterError as error:
            request.register_error = str(error)  # type: ignore[attr-defined]
            return view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, **kwargs)  # type: ignore[misc]
        message = getattr(request, "register_error", None)
        return _refusing(form, message) if message else form

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        follow(form.instance)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        with transaction.atomic():
            super().delete_model(request, obj)  # type: ignore[misc]
            follow(None)


def _refusing(form: type[forms.ModelForm], message: str) -> type[forms.ModelForm]:
    """The same form, which refuses what it was sent, with this message."""

    class Refusing(form):  # type: ignore[misc,valid-type]
        def clean(self) -> Any:
            self.add_error(None, message)
            return super().clean()

    return Refusing


def follow(saved: Model | None) -> None:
    """Bring the derived tables up to date. Raises RegisterError in words for people."""
    unit = saved.unit_id if isinstance(saved, Placement) else saved.pk if isinstance(saved, Unit) else None
    clash = _overlap(unit) if unit is not None else None
    if clash is not None:
        raise RegisterError(
            _(
                "%(unit)s có hai quan hệ '%(tie)s' chồng ngày nhau (%(a)s và %(b)s). "
                "Hãy ghi ngày kết thúc cho quan hệ cũ."
            )
            % {"unit": clash[0].unit.name, "tie": clash[0].get_tie_display(), "a": clash[0].parent.name,
               "b": clash[1].parent.name}
        )  # fmt: skip
    try:
        refresh_register()
    except LoopError as error:
        raise RegisterError(
            _(
                "Chưa lưu: theo các quan hệ này, một đơn vị sẽ thuộc chính nó hoặc kế thừa chính nó. "
                "Hãy xem lại đơn vị cấp trên, đơn vị cũ, đơn vị mới và các ngày."
            )
        ) from error


def _overlap(unit: int) -> tuple[Placement, Placement] | None:
    """Two placements of the unit by one tie that hold on one day."""
    last: Placement | None = None
    end = date.min
    for one in (
        Placement.objects.filter(unit=unit).select_related("unit", "parent").order_by("tie", "valid_from")
    ):
        if last is not None and last.tie == one.tie and one.valid_from < end:
            return last, one
        last, end = one, one.valid_to or FOREVER
    return None
