"""What the administration pages of all rooms share: who may, how one searches, what may be deleted."""

import functools
import operator
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateField, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst, smart_split, unescape_string_literal
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communes.models import Membership, Role, User, today
from communes.rules.text import fold, normalise

# Django's own Vietnamese calls an entry of the log 'đăng nhập' (signing in).
OTHER_NAMES = {"admin.LogEntry": _("lần thao tác quản trị")}


def is_superuser(request: HttpRequest) -> bool:
    """Who may do everything here; deactivated people may nothing."""
    user = request.user
    return isinstance(user, User) and user.is_active and user.is_superuser


def is_administrator(request: HttpRequest) -> bool:
    """Superusers, and staff who are administrator of some unit today. Asked once per request."""
    if is_superuser(request):
        return True
    user = request.user
    if not isinstance(user, User) or not user.is_active or not user.is_staff:
        return False
    if not hasattr(request, "is_unit_administrator"):
        held = Membership.objects.of(user, today()).filter(role=Role.ADMINISTRATOR)
        request.is_unit_administrator = held.exists()  # type: ignore[attr-defined]
    return bool(request.is_unit_administrator)  # type: ignore[attr-defined]


class SuperuserOnly:
    """The register and the rules are the system administrators': the permissions of groups do not count."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_superuser(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_superuser(request)


class ReadOnly(SuperuserOnly):
    """Looked at, never touched: what is here comes from another door."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Scoped:
    """Rows that belong to a unit are those the person may read; superusers read all."""

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).readable_by(request.user, today())  # type: ignore[misc]


class FoldedSearch:
    """Searching with or without accents, in small or capital letters.

    `search_fields` are compared in the database, both as typed and folded (so that `unit__search_name`
    works and 'QĐ' finds 'QĐ'). `folded_fields` hold accents and are folded here: for small tables only.
    """

    search_fields: Sequence[str] = ()
    folded_fields: Sequence[str] = ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        words = list(_words(search_term))
        if not words:
            return queryset, False
        folded = self._folded(queryset) if self.folded_fields else {}
        for word in words:
            bare = fold(word)
            tests = [
                Q(**{f"{name}__icontains": text}) for name in self.search_fields for text in {word, bare}
            ]
            tests.append(Q(pk__in=[pk for pk, text in folded.items() if bare in text]))
            queryset = queryset.filter(functools.reduce(operator.or_, tests))
        many = any(_spans_many(queryset.model, name) for name in self.search_fields)
        return queryset, many

    def _folded(self, queryset: QuerySet) -> dict[Any, str]:
        rows = queryset.order_by().values_list("pk", *self.folded_fields)
        return {pk: fold(" ".join(str(text or "") for text in texts)) for pk, *texts in rows}


def _words(term: str) -> Iterable[str]:
    for bit in smart_split(normalise(term)):
        quoted = bit.startswith(('"', "'")) and len(bit) > 1 and bit[0] == bit[-1]
        yield unescape_string_literal(bit) if quoted else bit


def _spans_many(model: type[Model], path: str) -> bool:
    """Whether a search path can find one row several times."""
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return False
        if field.one_to_many or field.many_to_many:
            return True
        if field.related_model is None:
            return False
        model = field.related_model
    return False


class DeletedWhenUnused:
    """Deletion corrects a slip and nothing else: it is refused while anything points at the row.

    `goes_along` names the reverse relations that belong to the row itself and go with it. Many rows at a
    time are never deleted.
    """

    goes_along: Sequence[str] = ()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)  # type: ignore[misc]
        actions.pop("delete_selected", None)
        return actions

    def get_deleted_objects(
        self, objs: Sequence[Model], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """What would go (the row and what is its own) and, in words, what points at it and forbids it."""
        going, counts, pointing = [], {}, []
        for obj in objs:
            going.append(f"{capfirst(obj._meta.verbose_name)}: {obj}")
            counts[str(obj._meta.verbose_name_plural)] = counts.get(str(obj._meta.verbose_name_plural), 0) + 1
            for relation, number in pointers(obj):
                words = counted(relation.related_model, number)
                if relation.get_accessor_name() in self.goes_along:
                    going.append(words)
                else:
                    pointing.append(words)
        return going, counts, set(), pointing


def pointers(obj: Model) -> Iterable[tuple[Any, int]]:
    """The relations by which other rows point at `obj`, hidden ones too, with how many rows do."""
    for relation in obj._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not relation.is_relation:
            continue
        # A choice of several is counted once, by its hidden table; the row's own choices are not counted.
        if relation.many_to_many or relation.related_model._meta.auto_created is type(obj):
            continue
        number = relation.related_model._base_manager.filter(**{relation.field.name: obj}).count()
        if number:
            yield relation, number


def counted(model: type[Model], number: int) -> str:
    """'12 báo cáo': a count in plain words."""
    owner = model._meta.auto_created or model
    name = OTHER_NAMES.get(owner._meta.label, owner._meta.verbose_name)
    return f"{number} {name}"


class MissingIs404:
    """A row that is not there, or not in the person's scope, is 'not found', as on every other page."""

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404(_("Không tìm thấy."))


class PlainFields:
    """Fields as people use them: the device's own date picker, and a choice of another row that reads as
    that row's own page says (`choice_label`). Beside a choice stands a link to look at it, nothing else:
    nobody deletes a unit from within a form about something else.
    """

    formfield_overrides = {
        DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    }

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        widget = getattr(field, "widget", None)
        if isinstance(widget, RelatedFieldWidgetWrapper):
            widget.can_add_related = widget.can_change_related = widget.can_delete_related = False
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        other = self.admin_site._registry.get(db_field.remote_field.model)  # type: ignore[attr-defined]
        if field is not None and hasattr(other, "choice_label"):
            field.label_from_instance = other.choice_label
        return field


class PlainList:
    """A list is called by what is in it."""

    show_facets = admin.ShowFacets.NEVER

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = {"title": capfirst(self.opts.verbose_name_plural)}  # type: ignore[attr-defined]
        return super().changelist_view(request, title | (extra_context or {}))  # type: ignore[misc]


class ModelAdmin(
    PlainList, PlainFields, FoldedSearch, DeletedWhenUnused, MissingIs404, SuperuserOnly, admin.ModelAdmin
):
    """What nearly every page of the administration is."""

    list_per_page = 50
    section = ""


def confirm(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    queryset: QuerySet,
    *,
    action: str,
    title: Any,
    explanation: Any,
    submit: Any,
    items: Sequence[Any],
) -> HttpResponse:
    """The page between an action and its effect: it says what would be touched, row by row."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "explanation": explanation,
        "submit": submit,
        "items": items,
        "action": action,
        "action_checkbox_name": ACTION_CHECKBOX_NAME,
        "ids": list(queryset.values_list("pk", flat=True)),
        "opts": model_admin.model._meta,
        "media": model_admin.media,
    }
    request.current_app = model_admin.admin_site.name  # type: ignore[attr-defined]
    return TemplateResponse(request, "admin/confirm_action.html", context)


def is_confirmed(request: HttpRequest) -> bool:
    return request.POST.get("confirmed") == "yes"


class Marked:
    """The mark of verification as a word, for every list that has one."""

    @admin.display(description=_("mức xác minh"), ordering="mark")
    def mark_word(self, obj: Any) -> str:
        return obj.get_mark_display()


class Dated:
    """From when to when a row holds, in one column."""

    @admin.display(description=_("hiệu lực"), ordering="valid_from")
    def holds(self, obj: Any) -> str:
        start = f"{obj.valid_from:%d/%m/%Y}"
        if obj.valid_to is None:
            return _now("từ {start}").format(start=start)
        last = obj.valid_to - timedelta(days=1)
        return _now("{start} đến {last}").format(start=start, last=f"{last:%d/%m/%Y}")


def titled(
    name: str, title: Any, kind: type[admin.FieldListFilter] = admin.ChoicesFieldListFilter
) -> tuple[str, type[admin.FieldListFilter]]:
    """A filter by a field under words of our own, where the field's own would not tell."""

    class Titled(kind):  # type: ignore[misc,valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = title

    return name, Titled


class EndFilter(admin.SimpleListFilter):
    """Rows that hold from a day to another: still in force, ended, or not yet begun."""

    title = _("hiệu lực")
    parameter_name = "hieu_luc"
    words = {"living": _("đang có hiệu lực"), "ended": _("đã kết thúc"), "coming": _("chưa bắt đầu")}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(self.words.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        day = today()
        return {
            "living": lambda: queryset.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day),
            "ended": lambda: queryset.filter(valid_to__lte=day),
            "coming": lambda: queryset.filter(valid_from__gt=day),
        }.get(self.value() or "", lambda: queryset)()
