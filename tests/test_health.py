"""What a load balancer is told."""

import pytest
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder


def test_alive_says_so_without_the_database(client, django_db_blocker) -> None:
    with django_db_blocker.block():
        answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not answer.cookies


@pytest.mark.django_db
def test_ready_when_every_migration_is_applied(client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (200, b"ready\n")
    assert not answer.cookies


@pytest.mark.django_db
def test_not_ready_while_a_migration_waits_and_names_it(client) -> None:
    MigrationRecorder.Migration.objects.filter(app="axes").delete()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "axes.0001_initial" in answer.content.decode()


def test_not_ready_when_the_database_is_away(client, settings, tmp_path, django_db_blocker) -> None:
    default = connections["default"]
    away = default.copy()
    gone = {"HOST": "127.0.0.1", "PORT": "1"}  # nobody listens there
    if default.vendor == "sqlite":
        gone = {"NAME": str(tmp_path / "no such folder" / "db")}
    away.settings_dict = {**default.settings_dict, **gone}
    connections["default"] = away
    try:
        with django_db_blocker.unblock():
            answer = client.get("/readyz")
    finally:
        away.close()
        connections["default"] = default

    assert (answer.status_code, answer.content) == (503, b"The database does not answer.\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_questions_are_answered(client, path: str) -> None:
    assert client.post(path).status_code == 405
