"""Forms of a review in templates: what was typed at a field, and what is wrong there."""

from django import template

from housing.forms.reviews import Typed

register = template.Library()


@register.filter
def text_at(typed: Typed, name: str) -> str:
    return typed.text(name)


@register.filter
def error_at(typed: Typed, name: str) -> str:
    return typed.errors.get(name, "")
