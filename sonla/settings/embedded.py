"""One machine, one file: for trying, for training, for one commune. The default."""

import os

from sonla.settings import environment
from sonla.settings.base import *  # noqa: F403  settings modules are read by name; this is Django's own way
from sonla.settings.base import VAR_DIR


def own_secret() -> str:
    """The installation's secret key, made at the first start and kept where only its owner reads it."""
    file = VAR_DIR / "secret_key"
    VAR_DIR.mkdir(exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(handle, "w") as opened:
        secret = os.urandom(48).hex()
        opened.write(secret)
    return secret


SECRET_KEY = environment.text("SECRET_KEY") or own_secret()
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
