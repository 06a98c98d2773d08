"""What people type to prove who they are, and the keys that they make; in plain words."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _

from communes.models import ApiToken, Role, User
from communes.queries import GRANTABLE


class SignInForm(AuthenticationForm):
    """Name and password."""

    error_messages = {
        "invalid_login": _(
            "Tên đăng nhập hoặc mật khẩu chưa đúng. Kiểm tra bộ gõ tiếng Việt và phím Caps Lock rồi nhập lại."
        ),
        "inactive": _("Tài khoản này đã ngừng sử dụng. Liên hệ quản trị của tỉnh."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Tên đăng nhập")
        self.fields["password"].label = _("Mật khẩu")
        # No phone may 'correct' a name, and no keyboard begin it with a capital.
        self.fields["username"].widget.attrs.update(autocapitalize="none", spellcheck="false")


class OwnPasswordForm(PasswordChangeForm):
    """The old password once, the new one twice."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": _("Mật khẩu hiện nay chưa đúng. Nhập lại."),
        "password_mismatch": _("Hai lần nhập mật khẩu mới chưa giống nhau."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Mật khẩu hiện nay")
        self.fields["new_password1"].label = _("Mật khẩu mới")
        self.fields["new_password1"].help_text = _(
            "Ít nhất 10 ký tự, không chỉ có chữ số, không phải mật khẩu hay gặp, không giống tên bạn."
        )
        self.fields["new_password2"].label = _("Nhập lại mật khẩu mới")
        self.fields["new_password2"].help_text = ""

    def clean_new_password1(self) -> str:
        """A temporary password is known to whoever made it: it cannot be kept."""
        new: str = self.cleaned_data["new_password1"]
        if self.user.password_is_temporary and self.user.check_password(new):
            raise forms.ValidationError(_("Mật khẩu mới phải khác mật khẩu tạm."))
        return new

    def save(self, commit: bool = True) -> User:
        self.user.password_is_temporary = False
        return super().save(commit)  # type: ignore[no-any-return]


class OwnTokenForm(forms.Form):
    """The name of a new key and how long it opens the API."""

    name = forms.CharField(
        label=_("Tên khóa"),
        max_length=80,
        strip=True,
        help_text=_("Máy hay phần mềm nào sẽ dùng, ví dụ: phần mềm một cửa của xã."),
        error_messages={"required": _("Đặt tên để sau này biết khóa nào của máy nào.")},
    )
    days = forms.TypedChoiceField(
        label=_("Dùng được trong"),
        coerce=int,
        initial=90,
        choices=[(30, _("30 ngày")), (90, _("90 ngày")), (365, _("một năm"))],
        error_messages={"required": _("Chọn khóa dùng được trong bao lâu.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_name(self) -> str:
        """One name once among the keys in use: two of one name could not be told apart when one must go.

        It also keeps a page that is sent again from making a second key.
        """
        name: str = self.cleaned_data["name"]
        if ApiToken.objects.usable().filter(user=self.user, name__iexact=name).exists():
            raise forms.ValidationError(
                _("Bạn đang có một khóa tên này. Đặt tên khác, hoặc thu hồi khóa cũ.")
            )
        return name


class ColleagueForm(forms.Form):
    """A new colleague: the name, what the person does here, and how the person will sign in."""

    full_name = forms.CharField(label=_("Họ và tên"), max_length=120)
    role = forms.ChoiceField(
        label=_("Làm việc gì"),
        choices=[(role.value, role.label) for role in GRANTABLE],
        initial=Role.CADRE,
    )
    username = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=30,
        required=False,
        validators=[User.username_validator],
        help_text=_("Để trống thì đặt theo họ tên: Lò Văn Ánh thành anh.lv."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )


class DayForm(forms.Form):
    """From which day on."""

    day = forms.DateField(
        label=_("Từ ngày"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Chọn ngày."), "invalid": _("Ngày này không có.")},
    )


class RoleForm(DayForm):
    """One more role for a colleague, from a day on."""

    role = forms.ChoiceField(label=_("Vai trò"), choices=[(role.value, role.label) for role in GRANTABLE])
    field_order = ["role", "day"]
