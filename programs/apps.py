"""The room of programmes: indicators, criteria, periods, reports and figures."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = _("Chương trình, tiêu chí và số liệu")

    def ready(self) -> None:
        """Follow acts of reorganisation."""
        from communes.actions.reorganise import register_provider
        from programs.actions.reorganised import ProgramsProvider

        register_provider(ProgramsProvider())
