"""What people type to prove who they are, and the keys that they make; in plain words."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _

from communes.models import ApiToken, User


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
