"""The room of the REST API."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "sonla.api"
    label = "api"
    verbose_name = _("API")
