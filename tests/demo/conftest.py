"""The loaded demo as a database of its own, made once and shared by whoever asks for `demo_db`.

`demo_db` stands in for pytest-django's `db`: the test sees the whole demo, inside a transaction that is
rolled back. A test asks for one or the other, never for both, and carries no `django_db` mark. Tests
elsewhere say so in their conftest: `from tests.demo.conftest import demo_database, demo_db`.
"""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection, transaction

PASSWORD = "minh-hoa-2026"
_made: list[str] = []


def _point_at(name: str) -> None:
    """Let the default connection stand on another database from its next query on."""
    connection.close()
    connection.settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def demo_database(django_db_setup: None, django_db_blocker: object) -> Iterator[str]:
    """The name of a database that holds register, programmes and demo; some half a minute, once."""
    if _made:
        yield _made[0]
        return
    empty = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        # The clone is made from a database that nobody is connected to.
        connection.close()
        connection.creation.clone_test_db(suffix="demo", verbosity=0)
        name = connection.creation.get_test_db_clone_settings("demo")["NAME"]
        _made.append(name)
        try:
            _point_at(name)
            for command, options in (
                ("load_register", {}),
                ("load_programmes", {}),
                ("load_housing", {}),
                ("load_demo", {"password": PASSWORD}),
            ):
                call_command(command, **options)
        finally:
            _point_at(empty)
    yield name
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(suffix="demo", verbosity=0)
        _made.clear()


@pytest.fixture
def demo_db(demo_database: str, django_db_blocker: object) -> Iterator[None]:
    """The demo inside a transaction that is rolled back; used instead of `db`."""
    empty = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        _point_at(demo_database)
        try:
            with transaction.atomic():
                yield
                transaction.set_rollback(True)
        finally:
            _point_at(empty)
