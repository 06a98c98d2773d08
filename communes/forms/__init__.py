"""What people type in the units' room."""

from communes.forms.account import (
    ColleagueForm,
    DayForm,
    OwnPasswordForm,
    OwnTokenForm,
    RoleForm,
    SignInForm,
)

__all__ = ["ColleagueForm", "DayForm", "OwnPasswordForm", "OwnTokenForm", "RoleForm", "SignInForm"]
