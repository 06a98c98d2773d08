"""What the pages of households say beside the figures."""

from django import template

from housing.rules import identity

register = template.Library()


@register.filter
def masked(number: str) -> str:
    """An identity number as lists show it; an em dash where there is none."""
    return identity.masked(number) if number else "—"
