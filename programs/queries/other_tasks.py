"""Work on the first page that higher rooms know of: each tells it by a provider that it registers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from communes.models import User


@dataclass(frozen=True, slots=True)
class OtherTask:
    """One thing to do that is no report: where it is done, why now, and how far it is."""

    title: str
    url: str
    words: str
    urgent: bool = False
    done: int = 0
    count: int = 0


Provider = Callable[[User, date], Iterable[OtherTask]]
_providers: list[Provider] = []


def register_tasks(provider: Provider) -> None:
    """To be called once, when a room's app is ready."""
    if provider not in _providers:
        _providers.append(provider)


def other_tasks(user: User, today: date) -> list[OtherTask]:
    """What the other rooms have for this person, the urgent first."""
    found = [task for provider in _providers for task in provider(user, today)]
    return sorted(found, key=lambda task: not task.urgent)
