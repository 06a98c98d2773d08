"""The addresses of signing in and of one's own account."""

from django.urls import path

from communes import views

urlpatterns = [
    path("dang-nhap/", views.LoginView.as_view(), name="login"),
    path("dang-xuat/", views.LogoutView.as_view(), name="logout"),
    path("mat-khau/", views.PasswordChangeView.as_view(), name="password_change"),
    path("mat-khau/da-doi/", views.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("tai-khoan/khoa-api/", views.tokens, name="tokens"),
    path("tai-khoan/khoa-api/<int:pk>/thu-hoi/", views.token_revoke, name="token_revoke"),
    path("ngon-ngu/", views.set_language, name="set_language"),
]
