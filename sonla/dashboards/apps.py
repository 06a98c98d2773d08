"""The room of the pages that see everything."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "sonla.dashboards"
    label = "dashboards"
    verbose_name = _("Bảng tổng hợp")
