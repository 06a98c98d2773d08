"""Take each filter of scope away in turn: somebody must notice.

A filter that can be emptied without a violation is either not used by any address, or not tested by any.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.test import Client
from django.utils import timezone

from communes.actions import issue_token, revoke_token
from communes.models import ApiToken, HandOver, Reorganisation, Unit
from housing.actions.moves import move_out
from housing.models import Household, HouseholdChange
from programs.actions.exports import log_export
from programs.actions.leader import send_back
from programs.models import Extension, ImportJob, Recognition, StoredFile
from programs.queries.imports import owned_job
from tests.support import unit
from tests.trust.calls import units_shown
from tests.trust.test_seven_people import violations
from tests.trust.world import World, rows, undone

pytestmark = pytest.mark.django_db

# Filters that no page and no resource asks yet, so that nobody could notice.
NO_DOOR_YET = {
    "MemberQuerySet.readable_by",
    "PovertyReviewQuerySet.writable_by",
    "ResultQuerySet.readable_by",
}

# (address, method, person, about which thing): the few calls that between them lean on every filter.
PROBES = [
    ("reports/<int:pk>/", "GET", "neighbour", "quynh_nhai"),
    ("api/v1/reports/<int:pk>/", "GET", "neighbour", "quynh_nhai"),
    ("units/<str:code>/", "GET", "neighbour", "quynh_nhai"),
    ("files/<int:pk>/<slug:key>/", "GET", "neighbour", "quynh_nhai"),
    ("api/v1/units/<slug:code>/", "GET", "cadre", "muong_chien"),
    ("reports/<int:pk>/values/", "POST", "reviewer", "quynh_nhai"),
    ("api/v1/reports/<int:pk>/observations/", "PATCH", "official", "quynh_nhai"),
    ("api/v1/reports/<int:pk>/return/", "POST", "cadre", "quynh_nhai"),
    ("reports/<int:pk>/accept/", "POST", "cadre", "quynh_nhai"),
    ("api/v1/reports/<int:pk>/", "GET", "deactivated", "quynh_nhai"),
    ("households/<str:code>/<int:pk>/", "GET", "official", "quynh_nhai"),
    ("households/<str:code>/<int:pk>/", "GET", "neighbour", "quynh_nhai"),
    ("households/<str:code>/<int:pk>/numbers/", "POST", "reviewer", "quynh_nhai"),
    ("reviews/<int:pk>/", "GET", "neighbour", "quynh_nhai"),
    ("reviews/<int:pk>/list/", "POST", "reviewer", "quynh_nhai"),
    ("reviews/<int:pk>/recognise/", "POST", "cadre", "quynh_nhai"),
    ("reviews/<int:pk>/reopen/", "POST", "cadre", "quynh_nhai"),
    ("reviews/<int:pk>/sheets/<int:sheet>/", "GET", "official", "quynh_nhai"),
]
# Houses have their own tries.
HOUSING = ("housing.models.households", "housing.models.reviews")
LISTS = ("/api/v1/observations/", "/api/v1/recognitions/", "/api/v1/reports/", "/api/v1/units/")


def scope_filters() -> Iterator[tuple[type[QuerySet], str]]:
    """Every filter of scope that a queryset of ours defines."""
    found = {
        (kind, name)
        for kind in map(queryset_of, apps.get_models())
        if kind.__module__.startswith(("communes.", "programs.", *HOUSING))
        for name, function in vars(kind).items()
        if is_scope(name, function)
    }
    return iter(sorted(found, key=lambda pair: (pair[0].__qualname__, pair[1])))


def is_scope(name: str, function: Any) -> bool:
    """Whether a queryset's method asks for whom: by a user, or by a token."""
    if name.startswith("_") or not inspect.isfunction(function):
        return False
    return "user" in inspect.signature(function).parameters or name in ("usable", "matching")


def queryset_of(model: type[Model]) -> type[QuerySet]:
    return type(model._default_manager.get_queryset())


ALL_FILTERS = list(scope_filters())
TESTED = [pair for pair in ALL_FILTERS if f"{pair[0].__name__}.{pair[1]}" not in NO_DOOR_YET]


def leaks(world: World) -> Iterator[str]:
    """What goes wrong, one after the other, as long as somebody asks for more."""
    before = rows()
    things = {one.name: one for one in world.things}
    for path, method, name, thing in PROBES:
        yield from violations(world, name, path, method, things[thing], before)
    for address in LISTS:
        response = world.programs["neighbour"].get(address)
        if not units_shown(response, world.register.units) <= world.scopes["neighbour"].reads:
            yield f"{address} shows units outside the scope"
    page = world.browsers["neighbour"].get("/reports/", {"period": "all"}).context["listed"]
    if {row.report.unit_id for row in page.rows} - world.scopes["neighbour"].reads:
        yield "/reports/ shows units outside the scope"
    home = world.browsers["neighbour"].get("/")
    if home.status_code != 200 or home.context["own_place"].pk not in world.scopes["neighbour"].reads:
        yield "who signs in comes to the place of somebody else"
    taken = world.browsers["neighbour"].get("/exports/").context["listed"].page
    if any(one.by != world.people.neighbour for one in taken):
        yield "what somebody else took away is shown"
    theirs = ApiToken.objects.get(user=world.people.neighbour)
    if world.browsers["cadre"].get(f"/tai-khoan/khoa-api/{theirs.pk}/thu-hoi/").status_code != 404:
        yield "another's token is found"
    about = {"report": world.things[0].report, "by": world.people.cadre, "today": world.today}
    if not refuses(send_back, comment="Xem lại", **about):
        yield "who is no leader gives a report back"
    people = world.people
    home = world.things[0].home
    assert home is not None
    said = {"on": world.today, "today": world.today, "through": "form", "version": 1}
    if not refuses(move_out, household=home.household, by=people.neighbour, **said):
        yield "the next commune's cadre writes a household out"
    page = world.browsers["cadre"].get(f"/households/03703/{home.household.pk}/")
    if ELSEWHERE in page.content.decode():
        yield "what was done to a household in another commune is shown"
    if Extension.objects.readable_by(people.neighbour, world.today).filter(reason=MORE_TIME).exists():
        yield "the next commune's wish for more time is shown"
    if Reorganisation.objects.readable_by(people.official, world.today).exists():
        yield "a draft of a reorganisation is shown to who only reads the province"
    if Recognition.objects.revocable_by(people.official, world.today).exists():
        yield "who only reads the province may record that a recognition is revoked"
    if HandOver.objects.readable_by(people.reviewer, world.today).exists():
        yield "what an ended district left is shown to who does not keep the register"
    if owned_job(ImportJob.objects.get(kind="probe").pk, people.official, world.today):
        yield "another's import is shown to who reads the commune too"
    if world.programs["stray"].get("/api/v1/periods/").status_code != 401:
        yield "a revoked token is taken"
    if world.programs["nobody"].get("/api/v1/periods/", headers=UNKNOWN).status_code != 401:
        yield "an unknown token is taken"


def refuses(action: Callable[..., Any], **words: Any) -> bool:
    """Whether an action that has no address yet says that this is not the person's to do."""
    try:
        with undone():
            action(**words)
    except PermissionDenied:
        return True
    except ValidationError:
        return False
    return False


ROOT = Path(settings.BASE_DIR)
MORE_TIME = "Mưa lũ, mất điện"
ELSEWHERE = "Việc ở xã bên"
UNKNOWN = {"Authorization": "Token khong-co-khoa-nay"}


@pytest.fixture
def world() -> World:
    """Two of the calls need a report that was sent, the others one that is being entered."""
    world = World(homes=True, review="open")
    for thing in world.things:
        thing.report.unit.recognitions.create(
            level="met", decision="1/QĐ", decided_on=thing.unit.valid_from, valid_from=thing.unit.valid_from
        )
    about, cadre = world.things[0].report, world.people.cadre
    Extension.objects.create(report=about, until=world.today, reason=MORE_TIME, asked_by=cadre)
    file = StoredFile.objects.create(
        unit=about.unit, name="a.xlsx", media_type="x", size=1, sha256="", by=cadre, content="a"
    )
    home = world.things[0].home
    assert home is not None
    HouseholdChange.objects.create(
        household=home.household,
        commune=world.things[1].unit,
        version=1,
        kind="edited",
        note=ELSEWHERE,
        through="form",
        by=world.people.neighbour,
    )
    ImportJob.objects.create(kind="probe", unit=about.unit, file=file, by=cadre)
    log_export(kind="record", unit=about.unit, rows=1, by=cadre, at=timezone.now())
    Reorganisation.objects.create(
        number="1/NQ", in_force_on=world.today, operative_on=world.today, made_by=cadre, province=unit("14")
    )
    HandOver.objects.create(unit=unit("118"), kind="membership", ref="1", words="Việc của huyện cũ")
    token, secret = issue_token(user=world.people.official)
    revoke_token(token=token)
    world.programs["stray"] = Client(headers={"Authorization": f"Token {secret}"})
    return world


def test_with_every_filter_in_place_nothing_leaks(world: World) -> None:
    assert list(leaks(world)) == []


@pytest.mark.parametrize(("kind", "name"), TESTED, ids=[f"{kind.__name__}.{name}" for kind, name in TESTED])
def test_a_filter_taken_away_is_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: type[QuerySet], name: str
) -> None:
    monkeypatch.setattr(kind, name, everything_instead_of(getattr(kind, name)))

    assert next(leaks(world), None), f"{kind.__name__}.{name} lets everything through and nobody notices"


@pytest.mark.parametrize("module", ["housing.models.households", "housing.queries.register"])
def test_names_shown_to_everybody_are_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    """The scope of names is a function, asked by each queryset of households and by the page of a commune."""
    monkeypatch.setattr(f"{module}.units_of_people", lambda user, at: Unit.objects.all())
    official = world.browsers["official"].get("/households/03703/").status_code
    neighbour = set(Household.objects.readable_by(world.people.neighbour, world.today))
    theirs = {one.home.household for one in world.things if one.home and one.name != "muong_chien"}

    assert official == 200 or neighbour & theirs


def everything_instead_of(real: Callable[..., Any]) -> Callable[..., Any]:
    def everything(self: QuerySet, *args: Any, **kwargs: Any) -> QuerySet:
        inspect.signature(real).bind(self, *args, **kwargs)
        return self.all()

    return everything


@pytest.mark.parametrize("filter_name", sorted(NO_DOOR_YET))
def test_a_filter_without_a_door_is_asked_nowhere(filter_name: str) -> None:
    """As soon as a page or a resource reads such rows by scope, it belongs among the probes."""
    models = {
        model.__name__
        for model in apps.get_models()
        if queryset_of(model).__name__ == filter_name.split(".")[0]
    }
    asks = re.compile(rf"\b({'|'.join(models)})\.objects\.(\w+\(.*?\)\.)*{filter_name.split('.')[1]}\(")
    sources = [
        path for room in ("communes", "programs", "housing", "sonla") for path in (ROOT / room).rglob("*.py")
    ]

    assert models
    assert [str(path) for path in sources if asks.search(path.read_text())] == []
