"""How an installation starts, and how it refuses to."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.forms import DateField
from django.utils import translation

from sonla.settings import environment
from sonla.settings.databases import tuned

ROOT = Path(__file__).resolve().parents[1]
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "sonla.settings.production",
    "SECRET_KEY": "a key of this test, long enough and with many different letters 0123456789",
    "ALLOWED_HOSTS": "sonla.example",
    "DATABASE_URL": "postgresql://sonla:s3cret@127.0.0.1:5432/sonla",
}


def start(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Load the settings as a server would, in a process and environment of its own."""
    code = "import django; django.setup(); print(django.conf.settings.DATABASES['default'])"
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**clean, **variables}, capture_output=True, text=True
    )


def test_production_starts_when_everything_is_said() -> None:
    started = start(PRODUCTION)

    assert started.returncode == 0, started.stderr
    assert "'max_size': 5" in started.stdout


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_production_names_what_is_missing(name: str) -> None:
    started = start({**PRODUCTION, name: ""})

    assert started.returncode != 0
    assert f"{name} is not set" in started.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SONLA_DEMO", "perhaps"),
        ("TRUSTED_PROXY_COUNT", "-1"),
        ("DATABASE_POOL", "many"),
        ("SECURE_HSTS_SECONDS", "1.5"),
        ("DATABASE_URL", "mysql://sonla:s3cret@127.0.0.1/sonla"),
        ("DATABASE_URL", "sqlite:///somewhere.sqlite3"),
    ],
)
def test_a_wrong_value_is_named_at_start_and_no_password_is_shown(name: str, value: str) -> None:
    started = start({**PRODUCTION, name: value})

    assert started.returncode != 0
    assert name in started.stderr.splitlines()[-1]
    assert "s3cret" not in started.stderr


def test_a_pool_and_lasting_connections_exclude_each_other() -> None:
    postgres = environment.database("NOT_SET", PRODUCTION["DATABASE_URL"])

    assert tuned(postgres, pool=4)["CONN_MAX_AGE"] == 0
    assert "pool" not in tuned(postgres)["OPTIONS"]


def test_sqlite_waits_for_its_turn_and_keeps_what_it_confirmed() -> None:
    options = tuned(environment.database("NOT_SET", "sqlite:///var/x.sqlite3"))["OPTIONS"]

    assert options["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in options["init_command"]


@pytest.mark.parametrize(("text", "value"), [("1", True), ("Yes", True), ("off", False), ("", False)])
def test_yes_and_no_are_read(monkeypatch, text: str, value: bool) -> None:
    monkeypatch.setenv("SONLA_TRIAL", text)

    assert environment.boolean("SONLA_TRIAL") is value


def test_a_number_below_its_least_is_refused(monkeypatch) -> None:
    monkeypatch.setenv("SONLA_TRIAL", "0")

    with pytest.raises(ImproperlyConfigured, match="SONLA_TRIAL='0'"):
        environment.whole("SONLA_TRIAL", 1, least=1)


@pytest.mark.parametrize("text", ["2026-11-24", "24/11/2026", "24-11-2026", "24.11.2026", "24/11/26"])
def test_a_date_is_taken_as_people_here_write_it(text: str) -> None:
    with translation.override("vi"):
        assert DateField().clean(text) == date(2026, 11, 24)
        with pytest.raises(ValidationError):
            DateField().clean("11/24/2026")
