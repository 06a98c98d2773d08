"""The room of the demo: on in trials and training, never needed in production."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    name = "sonla.demo"
    label = "demo"
    verbose_name = _("Dữ liệu minh họa")
