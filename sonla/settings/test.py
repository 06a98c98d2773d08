"""The test suite: SQLite in a file of its own, or the PostgreSQL that DATABASE_URL names."""

import os
import tempfile
from pathlib import Path

from sonla.settings import environment
from sonla.settings.base import *  # noqa: F403  settings modules are read by name; this is Django's own way
from sonla.settings.databases import tuned

DEBUG = False
SECRET_KEY = "only for tests, where nothing is secret"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]

DATABASES = {"default": tuned(environment.database("DATABASE_URL", "sqlite:///:memory:"))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, one per process: a live server's threads then have connections and locks of their own.
    # OFF: no test asks what a power cut leaves.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    DATABASES["default"]["TEST"] = {
        "NAME": str(Path(tempfile.gettempdir()) / f"sonla-test-{os.getpid()}.sqlite3")
    }
else:
    # A connection kept by a live server's thread would hinder dropping the test database.
    DATABASES["default"]["CONN_MAX_AGE"] = 0

# Work for the background is done at once; threads have a test of their own.
BACKGROUND = "here"

# Tests ask faster than people; the limit has a test of its own.
API_REQUESTS_PER_MINUTE = 10**6
CACHES = {
    name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
    for name in ("default", "throttling")
}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Files as they lie in the tree: no collectstatic before a test.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
