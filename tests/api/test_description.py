"""The API's description and its code say the same, both ways; and its page stands under our policy."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from sonla.api.views.base import Resource
from tests.api.conftest import description

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")


def routes() -> dict[str, type[Resource]]:
    """Every address of version 1 with its view, as the description writes it."""
    found = {}

    def walk(patterns, before: str) -> None:
        for pattern in patterns:
            path = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern) and path.startswith("api/v1/"):
                found["/" + re.sub(r"<\w+:(\w+)>", r"{\1}", path)] = pattern.callback.cls

    walk(get_resolver().url_patterns, "")
    return found


def methods_of(view: type[Resource]) -> set[str]:
    return {name for name in METHODS if hasattr(view, name) and name in view.http_method_names}


def plain(path: str) -> str:
    """The description calls a report's key `id`."""
    return path.replace("{id}", "{pk}")


def test_every_address_is_described_and_every_description_has_an_address() -> None:
    described = {plain(path): set(operations) for path, operations in description()["paths"].items()}

    assert described == {path: methods_of(view) for path, view in routes().items()}


def test_parameters_have_the_same_names_both_ways() -> None:
    for path, operations in description()["paths"].items():
        view = routes()[plain(path)]
        for method, operation in operations.items():
            asked = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
            declared = set(view.question().fields) if method == "get" else set()
            assert asked == declared, f"{method} {path}"


def test_every_operation_says_what_may_go_wrong() -> None:
    for path, operations in description()["paths"].items():
        for method, operation in operations.items():
            problems = [status for status in operation["responses"] if int(status) >= 400]
            assert {"400", "401", "404", "429"} <= set(problems), f"{method} {path}"
            assert operation["summary"]


def test_the_description_is_there_for_everyone(client) -> None:
    answer = client.get("/api/schema/", headers={"accept": "application/json"})

    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")


def test_its_page_loads_nothing_from_elsewhere_and_no_script_inline(client) -> None:
    page = client.get("/api/docs/")
    text = page.content.decode()

    assert page.status_code == 200
    assert "script-src" not in page["Content-Security-Policy"]
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"(src|href)=\"https?:", text)
    assert "unsafe-inline" not in client.get("/healthz")["Content-Security-Policy"]
    script = re.search(r'src="([^"]*\?[^"]*script[^"]*)"', text)
    assert script is not None
    assert client.get(script[1].replace("&amp;", "&"))["Content-Type"] == "application/javascript"
