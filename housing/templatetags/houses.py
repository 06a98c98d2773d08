"""What the pages of houses write: where a house stands, and small figures beside it."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from housing.models import Stage
from housing.queries.houses import MOMENTS
from programs.models import Through
from programs.rules.numbers import format_number

register = template.Library()

SHAPES = {
    Stage.PROPOSED: "○",
    Stage.VOTED: "◔",
    Stage.APPROVED: "◑",
    Stage.STARTED: "◕",
    Stage.COMPLETED: "●",
    Stage.HANDED_OVER: "✓",
    Stage.STOPPED: "✕",
}


@register.simple_tag
def house_stage(stage: str) -> SafeString:
    """The stage of a house: a shape that fills up, and its word."""
    one = Stage(stage)
    shape = '<span class="house-stage"><span aria-hidden="true">{}</span> {}</span>'
    return format_html(shape, SHAPES[one], one.label)


@register.filter
def hard(part: bool | None) -> str:
    """One of the three parts in a word."""
    if part is None:
        return "—"
    return _("cứng") if part else _("chưa cứng")


@register.filter
def moment_words(moment: str) -> str:
    """When a picture was taken."""
    return str(MOMENTS[moment])


@register.filter
def quantity(number: Decimal) -> str:
    """A quantity of materials or days: 12,5."""
    return format_number(int(number * 100), 2)


@register.filter
def place(degrees: Decimal) -> str:
    """Latitude or longitude with five decimals."""
    return format_number(int(degrees * 100_000), 5)


@register.filter
def through_words(through: str) -> str:
    """By which door something was written down."""
    return str(Through(through).label) if through in Through.values else through
