"""Reorganisations of units: drafts, their lines and lists, carrying one out, and what comes after."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from communes.actions.confirm import confirm_reorganisation
from communes.actions.reorganise import (
    accept_unknown,
    add_lines,
    change_act,
    change_line,
    check_draft,
    create_draft,
    draft_undoing,
    drop_draft,
    keep_file,
    remove_line,
    take_file,
)
from communes.forms.reorganise import ActForm, LineForm, initial_of
from communes.models import Reorganisation, ReorganisationFile, User, today
from communes.queries.reorganise import (
    draft_page,
    drafts_of,
    list_page,
    may_reorganise,
    readers_acts,
)
from communes.sheets.act_list import FILE_AT_MOST, read_list, template

VERDICTS = ("error", "warning", "good")


def person(request: HttpRequest) -> User:
    """Who asks; every page here is for people who are signed in."""
    assert isinstance(request.user, User)
    return request.user


def keeper_of(request: HttpRequest, day: date) -> User:
    """The person, if the register of some province is theirs to keep; 403 for everybody else."""
    user = person(request)
    if not may_reorganise(user, day):
        raise PermissionDenied(_("Sắp xếp đơn vị do quản trị của tỉnh thực hiện."))
    return user


def _draft(request: HttpRequest, pk: int, day: date) -> Reorganisation:
    user = keeper_of(request, day)
    return get_object_or_404(drafts_of(user, day), pk=pk)


@never_cache
@require_safe
def reorganisations(request: HttpRequest) -> HttpResponse:
    """What is being prepared, and the acts that are in the register."""
    day = today()
    user = keeper_of(request, day)
    context = {
        "drafts": list(drafts_of(user, day)),
        "acts": list(readers_acts(user, day).order_by("-operative_on")),
        "crumbs": [],
    }
    return render(request, "communes/reorganisations.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisation_new(request: HttpRequest) -> HttpResponse:
    """The head of a new act; its lines come on the next page."""
    day = today()
    user = keeper_of(request, day)
    form = ActForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = create_draft(act=form.text, by=user, today=day)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("reorganisation", draft.pk)
    context = {"form": form, "title": _("Soạn dự thảo sắp xếp")}
    return render(request, "communes/reorganisation_act.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisation(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft: its act, what the checks say, what it would touch, its lines."""
    day = today()
    draft = _draft(request, pk, day)
    if request.method != "POST":
        return _show(request, draft)
    act = ACTS.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    try:
        act(request, draft, day)
    except ValidationError as error:
        return _show(request, _draft(request, pk, day), error=" ".join(error.messages))
    return redirect("reorganisation", pk)


def _show(request: HttpRequest, draft: Reorganisation, error: str = "") -> HttpResponse:
    only = "found" if request.GET.get("only") == "found" else ""
    page = draft_page(draft, request.GET.get("page", "1"), only)
    context = {"page": page, "draft": draft, "error": error, "only": only}
    return render(request, "communes/reorganisation.html", context, status=409 if error else 200)


def _add_unknown(request: HttpRequest, draft: Reorganisation, day: date) -> None:
    count = accept_unknown(draft=draft, by=person(request), today=day)
    messages.success(request, _("{count} dòng sẽ thêm đơn vị cũ vào danh mục.").format(count=count))


def _check(request: HttpRequest, draft: Reorganisation, day: date) -> None:
    check_draft(draft=draft, by=person(request), today=day)
    messages.success(request, _("Không còn lỗi. Xem lại những gì sẽ thay đổi rồi thực hiện."))


def _drop(request: HttpRequest, draft: Reorganisation, day: date) -> None:
    drop_draft(draft=draft, by=person(request), today=day)
    messages.success(request, _("Đã bỏ dự thảo; danh mục đơn vị không thay đổi."))


def _remove(request: HttpRequest, draft: Reorganisation, day: date) -> None:
    remove_line(draft=draft, order=_number(request.POST.get("line", "")), by=person(request), today=day)


ACTS = {"unknown": _add_unknown, "check": _check, "drop": _drop, "remove": _remove}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisation_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the head of a draft."""
    day = today()
    draft = _draft(request, pk, day)
    names = ("number", "title", "in_force_on", "operative_on", "source", "ended_tier")
    initial = {name: getattr(draft, name) for name in names}
    form = ActForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_act(draft=draft, act=form.text, by=person(request), today=day)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("reorganisation", pk)
    context = {"form": form, "draft": draft, "title": _("Sửa văn bản")}
    return render(request, "communes/reorganisation_act.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisation_line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line, new or (`?line=5`) written anew."""
    day = today()
    draft = _draft(request, pk, day)
    order = _number(request.GET.get("line", ""))
    row = draft.lines.filter(order=order).first() if order else None
    if order and row is None:
        raise Http404
    form = LineForm(
        request.POST if request.method == "POST" else None, initial=initial_of(row) if row else None
    )
    if request.method == "POST" and form.is_valid():
        try:
            if row is not None:
                change_line(draft=draft, order=order, line=form.text, by=person(request), today=day)
            else:
                add_lines(draft=draft, lines=[form.text], by=person(request), today=day)
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        else:
            return redirect("reorganisation", pk)
    context = {"form": form, "draft": draft, "order": order}
    return render(request, "communes/reorganisation_line.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisation_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The second look: what will change, once more and in full; then it is carried out."""
    day = today()
    draft = _draft(request, pk, day)
    error = ""
    if request.method == "POST":
        if request.POST.get("understood") != "yes":
            error = _("Đánh dấu đã xem những gì sẽ thay đổi.")
        else:
            try:
                seen = _number(request.POST.get("seen", ""))
                act = confirm_reorganisation(draft=draft, seen=seen, by=person(request), today=day)
            except ValidationError as refused:
                error = " ".join(refused.messages[:5])
            else:
                messages.success(request, _("Đã thực hiện sắp xếp theo {number}.").format(number=act.number))
                return redirect("reorganisation", pk)
        draft = _draft(request, pk, day)
    if not draft.is_open:
        return redirect("reorganisation", pk)
    context = {"page": draft_page(draft), "draft": draft, "error": error}
    return render(request, "communes/reorganisation_confirm.html", context, status=409 if error else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisation_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the list of an act as Excel or CSV; nothing is taken in yet."""
    day = today()
    draft = _draft(request, pk, day)
    error = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise ValidationError(_("Chọn tệp rồi bấm Tải lên và xem trước."))
            if upload.size and upload.size > FILE_AT_MOST:
                raise ValidationError(_("Tệp lớn hơn 10 MB. Chia làm nhiều tệp rồi tải lên."))
            rows = [row.stored for row in read_list(upload.read())]
            file = keep_file(draft=draft, name=upload.name or "", rows=rows, by=person(request), today=day)
        except ValidationError as refused:
            error = " ".join(refused.messages)
        else:
            return redirect("reorganisation_file", pk, file.pk)
    context = {"draft": draft, "error": error}
    return render(request, "communes/reorganisation_list.html", context, status=400 if error else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisation_file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Every row of a list with its verdict; POST takes the good ones into the draft."""
    day = today()
    draft = _draft(request, pk, day)
    held: ReorganisationFile = get_object_or_404(draft.files, pk=file, taken_at=None)
    error = ""
    if request.method == "POST":
        try:
            replace = request.POST.get("replace") == "yes"
            count = take_file(file=held, replace=replace, by=person(request), today=day)
        except ValidationError as refused:
            error = " ".join(refused.messages)
        else:
            messages.success(request, _("Đã đưa {count} dòng vào dự thảo.").format(count=count))
            return redirect("reorganisation", pk)
    verdict = request.GET.get("verdict", "")
    verdict = verdict if verdict in VERDICTS else ""
    page = list_page(held, verdict, request.GET.get("page", "1"))
    context = {"page": page, "draft": draft, "file": held, "verdict": verdict, "error": error}
    return render(request, "communes/reorganisation_file.html", context, status=409 if error else 200)


@require_safe
def reorganisation_template(request: HttpRequest) -> HttpResponse:
    """An empty list with its headings."""
    keeper_of(request, today())
    answer = HttpResponse(template(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="sonla-sap-xep.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of a later act that takes an earlier one back; its lines are proposed."""
    day = today()
    user = keeper_of(request, day)
    act = get_object_or_404(readers_acts(user, day), pk=pk)
    title = {"title": _("Hoàn lại {number}").format(number=act.number)[:300]}
    form = ActForm(request.POST if request.method == "POST" else None, initial=title)
    if request.method == "POST" and form.is_valid():
        try:
            draft = draft_undoing(act=act, text=form.text, by=user, today=day)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("reorganisation", draft.pk)
    context: dict[str, Any] = {"form": form, "title": title["title"], "undone": act}
    return render(request, "communes/reorganisation_act.html", context, status=400 if form.errors else 200)
