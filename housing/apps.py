"""The room of households: register, poverty reviews, houses."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HousingConfig(AppConfig):
    name = "housing"
    verbose_name = _("Hộ, rà soát nghèo và nhà ở")

    def ready(self) -> None:
        """Name what can be taken away here, so that it is written down; and follow acts of reorganisation."""
        from communes.actions.reorganise import register_provider
        from housing.actions.reorganised import HousingProvider
        from housing.queries.tasks import house_tasks, review_tasks
        from housing.sheets.importers import register_importers
        from programs.models.exports import name_export
        from programs.queries.other_tasks import register_tasks

        register_provider(HousingProvider())
        register_importers()
        register_tasks(review_tasks)
        register_tasks(house_tasks)

        name_export("household-list", _("tải sổ hộ của xã"))
        name_export("house-list", _("tải danh sách nhà ở có tên hộ"))
        name_export("review-list", _("tải danh sách rà soát có tên hộ"))
        name_export("ledger-list", _("tải danh sách hộ biến động"))
        name_export("review-paper", _("in giấy tờ rà soát có tên hộ"))
        name_export("household-numbers", _("xem số định danh của một hộ"))
