"""Writing to the register of units: the derived tables follow in the same transaction, loops are refused."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from communes.actions import refresh_register
from communes.models import Placement, Tie, Unit
from communes.rules.closure import LoopError

# By the names of PostgreSQL's constraints.
REFUSALS = {
    "unit_code_once_a_day": _(
        "Mã này đã thuộc một đơn vị khác trong những ngày đó: các đơn vị cùng mã không được chồng ngày nhau."
    ),
    "placement_one_parent_a_day": _(
        "Một đơn vị không có hai quan hệ cùng loại chồng ngày nhau. Hãy ghi ngày kết thúc cho quan hệ cũ."
    ),
}
LOOP = _(
    "Chưa lưu: theo các quan hệ này, một đơn vị sẽ thuộc chính nó hoặc kế thừa chính nó. "
    "Hãy xem lại đơn vị cấp trên, đơn vị cũ, đơn vị mới và các ngày."
)


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
        except (RegisterError, IntegrityError) as error:
            request.register_error = _words(error)  # type: ignore[attr-defined]
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


def _words(error: RegisterError | IntegrityError) -> Any:
    """What the register refused, for people. Raises again what is not known."""
    if isinstance(error, RegisterError):
        return error.args[0]
    for name, words in REFUSALS.items():
        if name in str(error):
            return words
    raise error


def _refusing(form: type[forms.ModelForm], message: Any) -> type[forms.ModelForm]:
    """The same form, which refuses what it was sent, with this message."""

    class Refusing(form):  # type: ignore[misc,valid-type]
        def clean(self) -> Any:
            self.add_error(None, message)
            return super().clean()

    return Refusing


def follow(saved: Model | None) -> None:
    """Bring the derived tables up to date. Raises RegisterError in words for people.

    The checks for days that meet stand here for SQLite; PostgreSQL refuses by its constraints.
    """
    unit = saved.unit if isinstance(saved, Placement) else saved if isinstance(saved, Unit) else None
    if unit is not None:
        if _meet(Unit.objects.filter(code=unit.code).order_by("valid_from")):
            raise RegisterError(REFUSALS["unit_code_once_a_day"])
        for tie in Tie:
            if _meet(Placement.objects.filter(unit=unit, tie=tie).order_by("valid_from")):
                raise RegisterError(REFUSALS["placement_one_parent_a_day"])
    try:
        refresh_register()
    except LoopError as error:
        raise RegisterError(LOOP) from error


def _meet(rows: Iterable[Unit | Placement]) -> bool:
    """Whether two neighbours of these, sorted by their first day, hold on one day."""
    return any(one.valid_to is None or one.valid_to > after.valid_from for one, after in pairwise(rows))
