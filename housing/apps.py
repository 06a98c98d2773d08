"""The room of households: register, poverty reviews, houses."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HousingConfig(AppConfig):
    name = "housing"
    verbose_name = _("Hộ, rà soát nghèo và nhà ở")
