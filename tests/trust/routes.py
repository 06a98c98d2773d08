"""Every address that the URL resolver knows, and the methods that each answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What stands for a parameter where nothing must be found.
NOBODYS = {"int": "999999999", "uuid": "00000000-0000-0000-0000-000000000000"}
PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """One address as it stands in the urls: 'reports/<int:pk>/'."""

    path: str
    name: str

    @property
    def parameters(self) -> list[str]:
        return [found["name"] for found in PARAMETER.finditer(self.path)]

    def url(self, **values: object) -> str:
        """The address with these values; a parameter without one gets a value that nothing has."""

        def fill(found: re.Match[str]) -> str:
            return str(values.get(found["name"], NOBODYS.get(found["kind"] or "str", "x")))

        # What is left of an expression ('^.*$', '(?P<url>.*)$') is matched by any word.
        return "/" + re.sub(r"\^?(\(\?P<\w+>)?\.\*\)?\$", "x", PARAMETER.sub(fill, self.path))


def all_routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[Route]:
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from all_routes(entry, path)
        elif isinstance(entry, URLPattern):
            yield Route(path, entry.name or "")


def methods_of(route: Route, root: Any) -> set[str]:
    """The methods that an address answers with anything but 405.

    Asked by somebody who may do everything, and by nobody: who is signed in is sent away from the login
    page whatever the method.
    """
    answered = set()
    for method in METHODS:
        statuses = []
        for person in (root, None):
            client = Client(raise_request_exception=False)
            if person:
                client.force_login(person)
            response = client.generic(method, route.url(), content_type="application/json")
            statuses.append(response.status_code)
        assert max(statuses) < 500, f"{method} /{route.path}: {statuses}"
        if 405 not in statuses:
            answered.add(method)
    return answered
