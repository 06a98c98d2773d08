"""What every page knows about the installation."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """`demo`: the figures are made up, and every page says so in a band."""
    return {"demo": settings.SONLA_DEMO}
