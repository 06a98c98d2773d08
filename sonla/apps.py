"""How Django's admin is started here: with our own site in it."""

from django.contrib.admin.apps import AdminConfig


class SonlaAdminConfig(AdminConfig):
    default_site = "sonla.administration.SonlaAdminSite"
