"""What every test stands on: the real register of units and the real rules, loaded once."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.utils import translation


def load_rules() -> None:
    """The real units and the real criteria, forms and periods, as on a first start."""
    call_command("load_register", verbosity=0)
    call_command("load_programmes", verbosity=0)
    call_command("load_housing", verbosity=0)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Load them into the test database before the first test; each test then rolls its own writes back."""
    with django_db_blocker.unblock():
        load_rules()


@pytest.fixture(autouse=True)
def rules_are_there(request: pytest.FixtureRequest) -> None:
    """A test that commits ends with empty tables; the next one of its kind finds the rules again."""
    if "transactional_db" in request.fixturenames or "live_server" in request.fixturenames:
        request.getfixturevalue("transactional_db")
        from communes.models import Unit

        if not Unit.objects.exists():
            load_rules()


@pytest.fixture(autouse=True)
def in_vietnamese() -> Iterator[None]:
    """A request in English leaves its language behind in the thread; no test inherits it."""
    with translation.override("vi"):
        yield
