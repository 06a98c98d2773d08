"""The room of units, people and scope."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunesConfig(AppConfig):
    name = "communes"
    verbose_name = _("Đơn vị hành chính và người dùng")

    def ready(self) -> None:
        from communes.actions.reorganise import register_provider
        from communes.actions.successors import PeopleProvider

        register_provider(PeopleProvider())
