"""A program with a token, as the API's users are: every answer is checked against the API's description."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import jsonschema
import pytest
from django.core.cache import caches
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from communes.actions import issue_token
from communes.models import User
from tests.housing.world import HousingWorld, make_housing_world
from tests.support import TODAY, People, make_people


@cache
def description() -> dict[str, Any]:
    """The API's description as it is served."""
    return SchemaGenerator().get_schema(public=True)


def operation_of(path: str, method: str) -> dict[str, Any] | None:
    """What the description says about a request; None for an address or method that it does not name."""
    # A word of the address itself ('search') comes before a parameter that it would fill too.
    for template, operations in sorted(description()["paths"].items(), key=lambda pair: "{" in pair[0]):
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return operations.get(method.lower())
    return None


def check(path: str, method: str, response: Any) -> None:
    """The answer's status is described, and so is its body."""
    operation = operation_of(path, method)
    if operation is None:
        assert response.status_code in (301, 404, 405), f"{method} {path} is not described"
        if response.status_code == 301:
            return
        schema = {"$ref": "#/components/schemas/Problem"}
    else:
        assert str(response.status_code) in operation["responses"], f"{method} {path}: {response.status_code}"
        content = operation["responses"][str(response.status_code)].get("content")
        if content is None:
            assert not response.content
            return
        ((kind, described),) = content.items()
        assert response["Content-Type"] == kind
        if not kind.endswith("json"):
            return
        schema = described["schema"]
    jsonschema.validate(
        response.json(),
        {**schema, "components": description()["components"]},
        cls=jsonschema.Draft202012Validator,
    )


class Program(APIClient):
    """A client of the API that believes its description, and notices where it is wrong."""

    def generic(self, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        response = super().generic(method, path, *args, **kwargs)
        if path.startswith("/api/v1/") and method != "HEAD":
            check(path.split("?")[0], method, response)
        return response


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    caches["throttling"].clear()


@pytest.fixture
def people(db: None) -> People:
    return make_people()


@pytest.fixture
def nobody(db: None) -> Program:
    return Program()


@pytest.fixture
def program_of(db: None) -> Callable[[User], Program]:
    """A program with a token of that person."""

    def make(user: User) -> Program:
        _token, secret = issue_token(user=user)
        client = Program()
        client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
        return client

    return make


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> HousingWorld:
    """A commune with villages and people, and the commune next door, on the tests' day; no household yet."""
    monkeypatch.setattr("sonla.api.views.base.today", lambda: TODAY)
    return make_housing_world()


@pytest.fixture
def cadre(people: People, program_of: Callable[[User], Program]) -> Program:
    """Quỳnh Nhai's."""
    return program_of(people.cadre)


@pytest.fixture
def neighbour(people: People, program_of: Callable[[User], Program]) -> Program:
    """Mường Chiên's."""
    return program_of(people.neighbour)


@pytest.fixture
def reviewer(people: People, program_of: Callable[[User], Program]) -> Program:
    """The province's."""
    return program_of(people.reviewer)


@pytest.fixture
def reader(people: People, program_of: Callable[[User], Program]) -> Program:
    """A program that reads the whole province."""
    return program_of(people.system)


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer that must be this one."""
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"] == "application/problem+json"
    document = response.json()
    assert (document["status"], document["code"]) == (status, code)
    assert document["type"] == f"/problems/{code.replace('_', '-')}"
    assert document["title"]
    assert document["detail"]
    assert document["request_id"] == response["X-Request-ID"]
    return document


def named(document: dict[str, Any]) -> list[str]:
    """The pointers or parameters that a problem names, in order."""
    return [error.get("pointer", error.get("parameter")) for error in document["errors"]]
