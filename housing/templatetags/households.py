"""What the pages of households say beside the figures."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from housing.models import PovertyClass
from housing.rules import identity

register = template.Library()


@register.filter
def masked(number: str) -> str:
    """An identity number as lists show it; an em dash where there is none."""
    return identity.masked(number) if number else "—"


@register.filter
def class_mark(poverty_class: str) -> SafeString:
    """The class of a household in two words; a poor one's weigh more."""
    if poverty_class == PovertyClass.POOR:
        return format_html("<b>{}</b>", gettext("hộ nghèo"))
    if poverty_class == PovertyClass.NEAR_POOR:
        return format_html("<b>{}</b>", gettext("hộ cận nghèo"))
    if poverty_class == PovertyClass.NEITHER:
        return format_html("{}", gettext("không nghèo"))
    return format_html('<span class="muted">{}</span>', gettext("chưa rà soát"))


@register.filter
def people(count: int) -> str:
    """'4 người'."""
    return ngettext("%(count)s người", "%(count)s người", count) % {"count": count}


@register.filter
def born(year: int) -> str:
    """'sinh 1970'."""
    return gettext("sinh %(year)s") % {"year": year}
