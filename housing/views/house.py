"""One house: its page, its steps, what it got, its pictures."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from communes.models import today
from housing.actions.house_money import add_money, remove_money
from housing.actions.houses import edit_house, take_step, undo_step
from housing.actions.photos import add_photo, remove_photo
from housing.actions.stale import StaleRecord
from housing.forms.houses import EditForm, HouseForm, MoneyForm, PhotoForm, StepForm, UndoForm
from housing.models import HousingProject, ProjectEvent, Stage
from housing.queries.houses import (
    HousePage,
    changed_words,
    house_page,
    is_counted,
    readers_house,
    readers_photo,
    source_names,
)
from programs.models import Through
from programs.views.files import file_answer
from programs.views.review import bad_question, unknown_words


@never_cache
@require_safe
def house(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A house by name, for the people of its commune."""
    if unknown := unknown_words(request, ()):
        return bad_question(request, unknown)
    return _show(request, _readers_house(request, code, pk))


@never_cache
@require_POST
def house_step(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take the next step, stop, take the last step back, or correct what the house is."""
    found = _writers_house(request, code, pk)
    do = request.POST.get("do", "")
    if do == "undo":
        return _undo(request, found)
    if do == "edit":
        return _edit(request, found)
    if do not in Stage.values or do == Stage.PROPOSED:
        raise Http404
    form = StepForm(do, request.POST)
    if not form.is_valid():
        return _show(request, found, step=form)
    try:
        done = take_step(
            house=found,
            version=_version(request),
            step=form.step(),
            by=request.user,
            today=today(),
            through=Through.FORM,
        )
    except StaleRecord:
        return _conflict(request, code, pk, form, step=form)
    except ValidationError as error:
        form.take_errors(error)
        return _show(request, found, step=form)
    messages.success(request, _("Đã ghi: {stage}.").format(stage=done.get_stage_display()))
    return redirect("house", code, pk)


def _undo(request: HttpRequest, found: HousingProject) -> HttpResponse:
    form = UndoForm(request.POST, prefix="undo")
    if not form.is_valid():
        return _show(request, found, undo=form)
    try:
        done = undo_step(
            house=found,
            version=_version(request),
            reason=form.cleaned_data["reason"],
            by=request.user,
            today=today(),
            through=Through.FORM,
        )
    except StaleRecord:
        return _conflict(request, found.commune.code, found.pk, form, undo=form)
    except ValidationError as error:
        form.take_errors(error)
        return _show(request, found, undo=form)
    words = _("Đã hoàn tác. Nhà trở lại bước “{stage}”.")
    messages.success(request, words.format(stage=done.get_stage_display()))
    return redirect("house", found.commune.code, found.pk)


def _edit(request: HttpRequest, found: HousingProject) -> HttpResponse:
    form = EditForm(request.POST, prefix="edit")
    if not form.is_valid():
        return _show(request, found, edit=form)
    try:
        edit_house(
            house=found,
            version=_version(request),
            by=request.user,
            today=today(),
            through=Through.FORM,
            **form.cleaned_data,
        )
    except StaleRecord:
        return _conflict(request, found.commune.code, found.pk, form, edit=form)
    messages.success(request, _("Đã lưu."))
    return redirect("house", found.commune.code, found.pk)


@never_cache
@require_POST
def house_money(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Write down what the house got, or take an entry back."""
    found = _writers_house(request, code, pk)
    if "remove" in request.POST:
        entry = found.money.select_related("source", "project").filter(pk=_number(request, "remove")).first()
        if entry is None:
            raise Http404
        remove_money(money=entry, by=request.user, today=today(), through=Through.FORM)
        messages.success(request, _("Đã xóa dòng kinh phí; lịch sử vẫn giữ."))
        return redirect("house", code, pk)
    form = MoneyForm(request.POST, prefix="money")
    if not form.is_valid():
        return _show(request, found, money=form)
    try:
        add_money(house=found, gift=form.gift(), by=request.user, today=today(), through=Through.FORM)
    except ValidationError as error:
        form.take_errors(error)
        return _show(request, found, money=form)
    messages.success(request, _("Đã ghi kinh phí."))
    return redirect("house", code, pk)


@never_cache
@require_POST
def house_photos(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Put a picture, or take one away."""
    found = _writers_house(request, code, pk)
    if "remove" in request.POST:
        photo = readers_photo(found, _number(request, "remove"))
        if photo is None:
            raise Http404
        remove_photo(photo=photo, by=request.user, today=today(), through=Through.FORM)
        messages.success(request, _("Đã xóa ảnh."))
        return redirect("house", code, pk)
    form = PhotoForm(request.POST, request.FILES, prefix="photo")
    if not form.is_valid():
        return _show(request, found, photo=form)
    given = dict(form.cleaned_data)
    try:
        add_photo(
            house=found,
            upload=given.pop("file"),
            by=request.user,
            today=today(),
            through=Through.FORM,
            **given,
        )
    except ValidationError as error:
        form.take_errors(error)
        return _show(request, found, photo=form)
    messages.success(request, _("Đã lưu ảnh."))
    return redirect("house", code, pk)


@require_safe
def house_photo(request: HttpRequest, code: str, pk: int, photo: int) -> FileResponse:
    """A picture for who reads the house by name: to be saved or drawn, never to be run as a page."""
    kept = readers_photo(_readers_house(request, code, pk), photo)
    if kept is None:
        raise Http404
    return file_answer(kept.file)


# -- Showing -------------------------------------------------------------------------------------


def _show(
    request: HttpRequest, found: HousingProject, *, status: int = 200, **forms: HouseForm
) -> HttpResponse:
    """The page; a form that was refused stands in it with what was typed."""
    page = house_page(found, request.user, today())
    context: dict[str, Any] = {
        "page": page,
        "house": found,
        "unit": found.commune,
        "history": _history(page),
        "open": next(iter(forms), ""),
        **_forms(page, forms),
    }
    wrong = any(form.errors for form in forms.values())
    return render(request, "housing/houses/house.html", context, status=400 if wrong else status)


def _history(page: HousePage) -> list[tuple[ProjectEvent, list[str]]]:
    names = source_names()
    return [(event, changed_words(event, names)) for event in page.events]


def _forms(page: HousePage, typed: dict[str, HouseForm]) -> dict[str, HouseForm | None]:
    if not page.writable:
        return {}
    step = typed.get("step")
    stopping = isinstance(step, StepForm) and step.stage == Stage.STOPPED
    following = StepForm(page.next_stage) if page.next_stage else None
    return {
        "step_form": step if step is not None and not stopping else following,
        "stop_form": step if stopping else StepForm(Stage.STOPPED) if page.may_stop else None,
        "undo_form": typed.get("undo", UndoForm(prefix="undo") if page.last_event else None),
        "edit_form": typed.get("edit", EditForm.of(page.house)),
        "money_form": typed.get("money", MoneyForm(prefix="money", initial={"received_on": today()})),
        "photo_form": typed.get("photo", PhotoForm(prefix="photo", initial={"taken_on": today()})),
    }


def _conflict(request: HttpRequest, code: str, pk: int, form: HouseForm, **forms: HouseForm) -> HttpResponse:
    """What stands now beside what was typed: nothing was overwritten, and nothing typed is lost."""
    current = _readers_house(request, code, pk)
    page = house_page(current, request.user, today())
    step = forms.get("step")
    # A form of a step that is no longer the next one is shown as words only.
    usable = not isinstance(step, StepForm) or step.stage in (page.next_stage, Stage.STOPPED)
    context: dict[str, Any] = {
        "page": page,
        "house": current,
        "unit": current.commune,
        "history": _history(page),
        "open": next(iter(forms), "") if usable else "",
        "conflict": {
            "typed": [(field.label, _shown(form, field.name)) for field in form],
            "last": page.events[0] if page.events else None,
            "stage": step.stage.label if isinstance(step, StepForm) else "",
        },
        **_forms(page, forms if usable else {}),
    }
    return render(request, "housing/houses/house.html", context, status=HTTPStatus.CONFLICT)


def _shown(form: HouseForm, name: str) -> str:
    value = form.cleaned_data.get(name)
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("cứng") if value else _("chưa cứng")
    return f"{value.day}/{value.month}/{value.year}" if hasattr(value, "year") else str(value)


# -- Reading the question ------------------------------------------------------------------------


def _readers_house(request: HttpRequest, code: str, pk: int) -> HousingProject:
    """The house by name; who may only count it is refused, a stranger finds nothing."""
    found = readers_house(pk, code, request.user, today())
    if found is not None:
        return found
    if is_counted(pk, code, request.user, today()):
        raise PermissionDenied(_("Từng căn nhà chỉ người của xã xem được; ở đây xem được số đếm."))
    raise Http404


def _writers_house(request: HttpRequest, code: str, pk: int) -> HousingProject:
    found = _readers_house(request, code, pk)
    if not HousingProject.objects.writable_by(request.user, today()).filter(pk=found.pk).exists():
        raise PermissionDenied(_("Bạn không nhập số liệu cho đơn vị này."))
    return found


def _version(request: HttpRequest) -> int:
    return _number(request, "version")


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
