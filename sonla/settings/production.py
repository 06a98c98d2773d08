"""A province: PostgreSQL, https behind a proxy, nothing guessed. What is missing is named at start."""

from django.core.exceptions import ImproperlyConfigured

from sonla.settings import environment
from sonla.settings.base import *  # noqa: F403  settings modules are read by name; this is Django's own way
from sonla.settings.base import TRUSTED_PROXY_COUNT
from sonla.settings.databases import tuned

DEBUG = False
SECRET_KEY = environment.required("SECRET_KEY", "a long random text that only this installation knows")
ALLOWED_HOSTS = environment.required(
    "ALLOWED_HOSTS", "the host names of this installation, with commas"
).split(",")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")

environment.required("DATABASE_URL", "postgresql://user:password@host:5432/name")
# As many as one process has threads. Behind pgbouncer: 0.
DATABASES = {
    "default": tuned(environment.database("DATABASE_URL", ""), pool=environment.whole("DATABASE_POOL", 5)),
}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured(
        "DATABASE_URL: production runs on PostgreSQL; the embedded settings run on SQLite."
    )

SECURE_SSL_REDIRECT = environment.boolean("SECURE_SSL_REDIRECT", True)
# A load balancer asks from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = environment.whole("SECURE_HSTS_SECONDS", 365 * 24 * 60 * 60)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sonla"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = True
