"""The addresses of signing in, of one's own account, and of the reorganisation of units."""

from django.urls import path

from communes.views import account, register, reorganise

urlpatterns = [
    path("dang-nhap/", account.LoginView.as_view(), name="login"),
    path("dang-xuat/", account.LogoutView.as_view(), name="logout"),
    path("mat-khau/", account.PasswordChangeView.as_view(), name="password_change"),
    path("mat-khau/da-doi/", account.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("tai-khoan/khoa-api/", account.tokens, name="tokens"),
    path("tai-khoan/khoa-api/<int:pk>/thu-hoi/", account.token_revoke, name="token_revoke"),
    path("ngon-ngu/", account.set_language, name="set_language"),
    path("reorganisations/", reorganise.reorganisations, name="reorganisations"),
    path("reorganisations/new/", reorganise.reorganisation_new, name="reorganisation_new"),
    path("reorganisations/list.csv", reorganise.reorganisation_template, name="reorganisation_template"),
    path("reorganisations/check/", register.register_check, name="register_check"),
    path("reorganisations/hand-over/", register.hand_over, name="hand_over"),
    path("reorganisations/acts/<int:pk>/people/", register.act_people, name="act_people"),
    path("reorganisations/acts/<int:pk>/undo/", reorganise.act_undo, name="act_undo"),
    path("reorganisations/<int:pk>/", reorganise.reorganisation, name="reorganisation"),
    path("reorganisations/<int:pk>/act/", reorganise.reorganisation_act, name="reorganisation_act"),
    path("reorganisations/<int:pk>/line/", reorganise.reorganisation_line, name="reorganisation_line"),
    path("reorganisations/<int:pk>/list/", reorganise.reorganisation_list, name="reorganisation_list"),
    path(
        "reorganisations/<int:pk>/list/<int:file>/",
        reorganise.reorganisation_file,
        name="reorganisation_file",
    ),
    path(
        "reorganisations/<int:pk>/confirm/", reorganise.reorganisation_confirm, name="reorganisation_confirm"
    ),
]
