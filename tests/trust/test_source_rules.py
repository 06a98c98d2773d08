"""Rules that the source itself keeps, read from its syntax: no side door, no raw SQL, nothing inline."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model

from communes.models import Unit, User

ROOT = Path(settings.BASE_DIR)
ROOMS = ("communes", "programs", "housing", "sonla")
SCOPES = {
    "readable_by", "writable_by", "reviewable_by", "approvable_by", "held_by", "led_by", "owned_by",
    "of", "matching", "usable",
}  # fmt: skip
MANAGERS = {"objects", "_default_manager", "_base_manager"}
FLOORS = {
    "views", "admin", "forms", "serializers", "sheets", "filters", "actions", "queries", "models", "rules",
}  # fmt: skip
# The floors that answer people; what is below them is handed its rows or its reader.
ANSWERING = ("views", "admin", "forms", "filters", "sheets", "serializers", "templatetags", "auth")

# file · model · what is asked: why it needs no scope.
UNSCOPED = {
    "communes/admin/register.py · Placement · filter": "a superuser is saving this very unit",
    "communes/admin/register.py · Unit · filter": "the same: do its days meet another bearer's",
    "communes/admin/people.py · Membership · filter": "beside people who are within the scope already",
    "programs/admin/periods.py · Report · filter": "superusers only: is there such a report",
}
# file · function: why the clock is read here, below the views.
CLOCKS = {
    "communes/models/units.py · today": "the one place where a default date comes from",
    "communes/models/units.py · bearer": "without a day a code means its living bearer",
    "communes/models/people.py · usable": "a token's end is a moment, not a day",
    "communes/actions/tokens.py · issue_token": "a token's end is counted from now",
    "communes/actions/tokens.py · note_token_use": "the day of a token's last use",
    "communes/actions/tokens.py · revoke_token": "the moment from which a token fails",
}
# Actions stamp what they store with the moment; they never decide anything by it.
STAMPS = {"now"}
# Why the ORM cannot say it.
RAW_SQL = {"communes/actions/bulk.py": "COPY, of the model's own table and columns, values as parameters"}
# What is shown as it is: words that we or Django wrote, never what somebody typed.
SAFE_TEXT = {
    "templates/components/field.html": "the help of a field, a list in HTML for passwords",
    "templates/admin/communes/user/password.html": "the same in the administration",
    "programs/admin/requirements.py": "the constant <br>",
}


def sources(*floors: str) -> Iterator[tuple[str, ast.Module]]:
    """Python files of the rooms, migrations and the demo left out; with floors, only theirs."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            folders = set(Path(name).parts[:-1])
            if folders & {"migrations", "demo", "management"}:
                continue
            # A module in a floor's folder is of that floor, whatever it is called.
            parts = folders & FLOORS or folders | {path.stem}
            if not floors or parts & set(floors):
                yield name, ast.parse(path.read_text())


def templates() -> Iterator[tuple[str, str]]:
    for folder in (ROOT / "templates", *(ROOT / room for room in ROOMS)):
        for path in sorted(folder.rglob("*.html")):
            yield path.relative_to(ROOT).as_posix(), path.read_text()


def bound_to_units() -> set[str]:
    """The models whose rows belong to a unit or to a person, however far."""
    ours = [
        model for model in apps.get_models() if model._meta.app_label in ("communes", "programs", "housing")
    ]
    bound: set[type[Model]] = {Unit, User}
    while True:
        further = {
            model
            for model in set(ours) - bound
            if any(field.many_to_one and field.related_model in bound for field in model._meta.get_fields())
        }
        if not further:
            return {model.__name__ for model in bound}
        bound |= further


def test_the_models_bound_to_units_are_recognised() -> None:
    assert {
        "Report",
        "Observation",
        "ObservationChange",
        "Assessment",
        "CriterionAssessment",
    } <= bound_to_units()
    assert {"Recognition", "Membership", "ApiToken", "ReportEvent", "CriterionReview"} <= bound_to_units()
    assert not {"Period", "Indicator", "CriteriaSet", "Requirement"} & bound_to_units()


def unscoped(tree: ast.Module, bound: set[str]) -> Iterator[tuple[str, str]]:
    """(model, what is asked of its manager) wherever that is not a filter of scope."""
    followed = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and isinstance(node.value, ast.Name):
            asked = followed.get(id(node), "")
            if node.value.id in bound and asked not in SCOPES:
                yield node.value.id, asked


def test_no_answering_floor_reads_rows_of_units_without_a_scope() -> None:
    bound = bound_to_units()
    found = {
        f"{name} · {model} · {asked}"
        for name, tree in sources(*ANSWERING)
        for model, asked in unscoped(tree, bound)
    }

    assert sorted(found - UNSCOPED.keys()) == [], "ask readable_by, writable_by, reviewable_by or held_by"
    assert sorted(UNSCOPED.keys() - found) == [], "no longer there: take it off the list"


def test_the_rule_sees_a_side_door() -> None:
    tree = ast.parse(
        "a = Report.objects.filter(pk=1)\nb = Report.objects.readable_by(u, d)\nc = Unit.objects"
    )

    assert sorted(unscoped(tree, bound_to_units())) == [("Report", "filter"), ("Unit", "")]


def called(tree: ast.AST) -> Iterator[str]:
    """The last name of everything that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            yield function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_sql_is_written_by_the_orm() -> None:
    found = {
        name
        for name, tree in sources()
        if {"raw", "RawSQL", "extra", "cursor", "execute"} & set(called(tree))
    }

    assert found == RAW_SQL.keys()


CLOCK_CALLS = {"today", "localdate", "now", "utcnow", "localtime"}


def clocks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(function, call) wherever the clock is read, in its body or in a default value."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and not call.args:
                    names = {one for one in called(call)} & CLOCK_CALLS
                    yield from ((node.name, name) for name in names)


def test_below_the_views_time_is_handed_in() -> None:
    found = {
        f"{name} · {function}"
        for name, tree in sources("actions", "queries", "models", "rules", "sheets", "forms", "serializers")
        for function, call in clocks(tree)
        if not ("actions" in name and call in STAMPS)
    }

    assert sorted(found - CLOCKS.keys()) == [], "take `today` or `at` as an argument"
    assert sorted(CLOCKS.keys() - found - {name for name in CLOCKS if "actions" in name}) == []


def test_text_is_escaped_by_the_templates() -> None:
    trusting = re.compile(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b")
    marked = {name for name, text in templates() if trusting.search(text)}
    code = {name for name, tree in sources() if {"mark_safe", "SafeString", "SafeText"} & set(called(tree))}

    assert marked | code == SAFE_TEXT.keys()


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a script without a file", r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")"),
        ("a style in the page", r"<style\b|\sstyle="),
        ("a handler in the page", r"<[^>]*\son[a-z]+\s*=\s*[\"'{]"),
        ("an address of a script", r"javascript:"),
        ("something from elsewhere", r"(?:src|href)=\"(?:https?:)?//"),
    ],
)
def test_pages_hold_nothing_inline(what: str, pattern: str) -> None:
    found = [name for name, text in templates() if re.search(pattern, text)]

    assert found == [], what


def test_every_form_that_changes_something_carries_its_token() -> None:
    form = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.IGNORECASE | re.DOTALL)
    bare = [name for name, text in templates() for found in form.findall(text) if "csrf_token" not in found]

    assert bare == []
