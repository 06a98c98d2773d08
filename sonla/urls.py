"""Every address of the site, room by room."""

from django.contrib import admin
from django.urls import include, path

from sonla import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("communes.urls")),
    path("", include("programs.urls")),
    path("", include("housing.urls")),
    path("", include("sonla.dashboards.urls")),
    path("api/", include("sonla.api.urls")),
    path("admin/", admin.site.urls),
]
