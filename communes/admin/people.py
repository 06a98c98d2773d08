"""People in the administration: logins, roles on units, tokens.

A superuser manages all. Staff who are administrator of a unit manage the people of that unit and what is
under it: nobody grants more than they hold, nobody edits themselves, nobody sets the password of somebody
who may do more.
"""

from collections.abc import Sequence
from typing import Any

from axes.utils import reset
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.db.models import ForeignKey, Model, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communes.actions import revoke_token
from communes.admin.base import (
    DeletedWhenUnused,
    EndFilter,
    FoldedSearch,
    MissingIs404,
    ModelAdmin,
    PlainFields,
    PlainList,
    ReadOnly,
    confirm,
    is_administrator,
    is_confirmed,
    is_superuser,
    titled,
)
from communes.models import ApiToken, Membership, User, today
from communes.queries import administered_people, administered_units

# Rights come from memberships; groups would be a second truth beside them.
admin.site.unregister(Group)


# Django's own words for these fields speak of staff and superusers.
FLAGS = {
    "is_active": (_("Đang hoạt động"), _("Bỏ chọn thay cho việc xóa: người này không đăng nhập được nữa.")),
    "is_staff": (
        _("Vào được trang quản trị"),
        _("Cùng với vai trò 'quản trị' ở một đơn vị thì quản lý được người dùng của đơn vị đó."),
    ),
    "is_superuser": (_("Quản trị hệ thống"), _("Làm được mọi việc, ở mọi đơn vị.")),
}


class AdministratorMay:
    """Superusers and administrators of units; the rows they get are those of their scope."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_administrator(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_administrator(request)


class GrantsWithinScope(PlainFields, AdministratorMay):
    """Units and people to choose from are those that the person administers."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "unit":
            kwargs["queryset"] = administered_units(request.user, today())
        elif db_field.name == "user":
            kwargs["queryset"] = administered_people(request.user, today())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "valid_from":
            kwargs["initial"] = today
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]


class NewPasswordForm(AdminPasswordChangeForm):
    """A password, twice; people are deactivated, not left without one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        self.fields["password1"].required = self.fields["password2"].required = True


class FirstMembership(forms.BaseInlineFormSet):
    """A new person comes with a role: without one nobody but a superuser would see the person again."""

    required = False

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if self.required and not kept:
            raise forms.ValidationError(_("Hãy ghi ít nhất một phân công cho người này."))


class MembershipInline(GrantsWithinScope, admin.TabularInline):
    model = Membership
    formset = FirstMembership
    extra = 0
    autocomplete_fields = ["unit"]
    verbose_name_plural = _("Phân công: vai trò ở đơn vị nào, từ ngày nào")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        rows = super().get_queryset(request).select_related("unit")
        return rows.filter(unit__in=administered_units(request.user, today()))

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.required = obj is None and not is_superuser(request)
        return formset


@admin.register(User)
class UserAdmin(PlainList, GrantsWithinScope, FoldedSearch, DeletedWhenUnused, MissingIs404, DjangoUserAdmin):
    section = "people"
    add_form = UserCreationForm
    add_form_template = None
    change_password_form = NewPasswordForm
    change_user_password_template = "admin/communes/user/password.html"
    list_display = ["username", "full_name", "roles", "standing", "powers_held", "last_login"]
    list_filter = [
        titled("is_active", _("đang hoạt động"), admin.BooleanFieldListFilter),
        "memberships__role",
        titled("is_staff", _("vào được trang quản trị"), admin.BooleanFieldListFilter),
        titled("is_superuser", _("quản trị hệ thống"), admin.BooleanFieldListFilter),
    ]
    list_per_page = 50
    ordering = ["username"]
    search_fields = ["username", "memberships__unit__code", "memberships__unit__search_name"]
    folded_fields = ["full_name"]
    search_help_text = _("Tìm theo tên đăng nhập, họ tên, mã hoặc tên đơn vị; có dấu hay không dấu đều được.")
    inlines = [MembershipInline]
    goes_along = ["memberships"]
    actions = ["unlock"]
    filter_horizontal = ()
    person = (None, {"fields": ["username", "full_name", "email", "new_password", "is_active"]})
    powers = (
        _("Quyền quản trị"),
        {
            "fields": ["is_staff", "is_superuser"],
        },
    )
    dates = (_("Thời gian"), {"fields": ["last_login", "date_joined"]})
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "full_name", "password1", "password2"],
            },
        )
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people = administered_people(request.user, today())
        return super().get_queryset(request).filter(pk__in=people).prefetch_related(_current_memberships())

    def choice_label(self, obj: User) -> str:
        return f"{obj} · {obj.username}" if obj.full_name else obj.username

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        return [self.person, self.powers, self.dates] if is_superuser(request) else [self.person, self.dates]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return self.list_filter if is_superuser(request) else self.list_filter[:2]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Nobody takes away their own power by a slip; an administrator of a unit renames nobody."""
        fixed = ["last_login", "date_joined", "new_password"]
        if obj is not None and obj.pk == request.user.pk:
            fixed += ["is_active", "is_staff", "is_superuser"]
        if obj is not None and not is_superuser(request):
            fixed += ["username"]
        return fixed

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request) and (obj is None or obj.pk != request.user.pk)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in FLAGS:
            field.label, field.help_text = FLAGS[db_field.name]
        return field

    @admin.display(description=_("mật khẩu"))
    def new_password(self, obj: User) -> Any:
        address = reverse("admin:auth_user_password_change", args=[obj.pk])
        return format_html('<a href="{}">{}</a>', address, _("Đặt mật khẩu mới"))

    @admin.display(description=_("tình trạng"), ordering="is_active")
    def standing(self, obj: User) -> Any:
        return _("đang hoạt động") if obj.is_active else _("đã ngừng")

    @admin.display(description=_("quyền quản trị"), ordering="is_staff")
    def powers_held(self, obj: User) -> Any:
        if obj.is_superuser:
            return _("toàn hệ thống")
        return _("theo đơn vị") if obj.is_staff else "—"

    @admin.display(description=_("phân công hiện nay"))
    def roles(self, obj: User) -> str:
        return "; ".join(f"{one.get_role_display()}, {one.unit.name}" for one in obj.held_now) or "—"  # type: ignore[attr-defined]

    @admin.action(
        description=_("Mở khóa đăng nhập (sau nhiều lần nhập sai mật khẩu)"), permissions=["change"]
    )
    def unlock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        names = list(queryset.values_list("username", flat=True))
        for name in names:
            reset(username=name)
        self.message_user(request, _now("Đã mở khóa đăng nhập: %s.") % ", ".join(names), messages.SUCCESS)


def _current_memberships() -> Prefetch:
    day = today()
    rows = Membership.objects.filter(valid_from__lte=day).exclude(valid_to__lte=day).select_related("unit")
    return Prefetch("memberships", rows, to_attr="held_now")


@admin.register(Membership)
class MembershipAdmin(PlainList, GrantsWithinScope, FoldedSearch, MissingIs404, admin.ModelAdmin):
    section = "people"
    list_display = ["user", "role", "unit", "valid_from", "valid_to"]
    list_filter = ["role", EndFilter]
    list_select_related = ["user", "unit"]
    list_per_page = 50
    search_fields = ["user__username", "unit__code", "unit__search_name"]
    folded_fields = ["user__full_name"]
    search_help_text = _("Tìm theo người hoặc đơn vị, có dấu hay không dấu đều được.")
    autocomplete_fields = ["user", "unit"]
    fieldsets = [
        (
            None,
            {
                "fields": ["user", "unit", "role", "valid_from", "valid_to"],
                "description": _(
                    "Vai trò có hiệu lực ở đơn vị này và mọi đơn vị trực thuộc. Khi người chuyển việc thì "
                    "ghi ngày kết thúc, không xóa: phân công cũ cho biết vì sao người đó đã nhập số liệu."
                ),
            },
        )
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        rows = super().get_queryset(request).filter(unit__in=administered_units(request.user, today()))
        return rows.filter(user__in=administered_people(request.user, today()))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnly, ModelAdmin):
    section = "people"
    list_display = ["user", "name", "created_at", "expires_at", "last_used_on", "standing"]
    fields = ["user", "name", "created_at", "expires_at", "last_used_on", "revoked_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), "expires_at"]
    list_select_related = ["user"]
    search_fields = ["user__username", "name"]
    folded_fields = ["user__full_name", "name"]
    actions = ["revoke"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        return super().get_queryset(request).filter(user__in=administered_people(request.user, today()))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    @admin.display(description=_("tình trạng"))
    def standing(self, obj: ApiToken) -> Any:
        if obj.revoked_at:
            return _("đã thu hồi")
        return _("hết hạn") if obj.expires_at <= timezone.now() else _("đang dùng được")

    @admin.action(description=_("Thu hồi khóa đã chọn"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> HttpResponse | None:
        living = queryset.filter(revoked_at=None).select_related("user")
        if not is_confirmed(request):
            return confirm(
                self,
                request,
                queryset,
                action="revoke",
                title=_("Thu hồi khóa API"),
                explanation=_(
                    "Chương trình đang dùng các khóa này bị từ chối ngay từ lần gọi sau. "
                    "Không hoàn tác được; cần thì người dùng tạo khóa mới."
                ),
                submit=_("Thu hồi"),
                items=[str(one) for one in living],
            )
        tokens = list(living)
        for token in tokens:
            revoke_token(token=token)
        words = _now("Đã thu hồi %d khóa.") % len(tokens)
        self.message_user(request, words, messages.SUCCESS)
        return None
