"""The one place that reads the process environment: typed, and a wrong value is named at start."""

import os

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def required(name: str, meaning: str) -> str:
    """The value of a variable that has no safe default. Raises ImproperlyConfigured when it is empty."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {meaning}.")
    return value


def boolean(name: str, default: bool = False) -> bool:
    value = text(name, str(default)).lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false (use 1 or 0).")
    return value in TRUE


def whole(name: str, default: int, *, least: int = 0) -> int:
    value = text(name, str(default))
    if not value.isdecimal() or int(value) < least:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number from {least} up.")
    return int(value)


def one_of(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default) or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name}={value!r} is none of: {', '.join(allowed)}.")
    return value


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A list written with commas."""
    return [word.strip() for word in text(name, ",".join(default)).split(",") if word.strip()]


def database(name: str, default: str) -> dict[str, object]:
    """Django's description of a database URL (sqlite:///path or postgresql://user:password@host:port/name).

    The URL is never part of a message: it may hold a password.
    """
    try:
        found = environ.Env.db_url_config(text(name) or default)
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(f"{name} cannot be read as a database URL.") from error
    if found.get("ENGINE") not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with sqlite:/// or postgresql://.")
    return dict(found)
