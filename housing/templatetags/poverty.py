"""The class of a household and the state of a review: one word, one shape, one chip each."""

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from housing.models import PovertyClass, ReviewState
from housing.queries.review_pages import MOVEMENT_WORDS
from programs.templatetags.figures import drawn

register = template.Library()

CLASSES: dict[str, tuple[Any, str, str]] = {
    PovertyClass.POOR.value: (PovertyClass.POOR.label, "not-met", "not-met"),
    PovertyClass.NEAR_POOR.value: (PovertyClass.NEAR_POOR.label, "near", "waiting"),
    PovertyClass.NEITHER.value: (_("trên chuẩn"), "met", "met"),
    "": (_("chưa phân loại"), "unknown", "unknown"),
}
STATES: dict[str, tuple[Any, str]] = {
    "": (_("chưa bắt đầu"), "not-started"),
    ReviewState.REVIEWING.value: (ReviewState.REVIEWING.label, "entering"),
    ReviewState.ASKED.value: (ReviewState.ASKED.label, "sent"),
    ReviewState.RECOGNISED.value: (ReviewState.RECOGNISED.label, "sent"),
    ReviewState.APPROVED.value: (ReviewState.APPROVED.label, "accepted"),
}


@register.simple_tag
def class_chip(kind: str, count: int | None = None) -> SafeString:
    """A household's class: ▽ hộ nghèo, ◐ hộ cận nghèo, ✓ neither, hatched while it has none."""
    word, look, mark = CLASSES[kind or ""]
    return drawn("components/chip.html", kind=look, mark=mark, word=word, count=count, title="")


@register.simple_tag
def state_chip(state: str) -> SafeString:
    """Where a commune's review stands."""
    word, look = STATES[state or ""]
    return drawn("housing/reviews/_state.html", look=look, word=word)


@register.filter
def movement_words(movement: str) -> str:
    """What became of a household in the year, in words; nothing while its sheet has no class."""
    return str(MOVEMENT_WORDS[movement]) if movement else ""
