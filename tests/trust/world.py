"""The seven people, the three units they meet about, and how each of them calls the site."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from communes.actions import issue_token, refresh_register
from communes.models import ApiToken, Level, Membership, Placement, Role, Unit, User, today
from housing.models import (
    BeneficiaryGroup,
    CommuneReview,
    Complaint,
    Departure,
    Household,
    HouseholdChange,
    HousingList,
    HousingProject,
    HousingTarget,
    Meeting,
    Member,
    MoneySource,
    PovertyReview,
    ProjectEvent,
    ProjectMoney,
    ProjectPhoto,
    ReviewChange,
    ReviewEvent,
    VillageReview,
)
from programs.actions import Item, ask_extension, present_report, submit_report
from programs.actions.ad_hoc import Column, Draft, create_ad_hoc
from programs.actions.files import add_evidence, store_file
from programs.models import (
    Assessment,
    CriterionAssessment,
    CriterionReview,
    Evidence,
    Extension,
    Observation,
    ObservationChange,
    Period,
    Recognition,
    Reopening,
    Report,
    ReportEvent,
    ReportForm,
    ReportVersion,
    StoredFile,
)
from tests.paper import jpeg, pdf, upload
from tests.support import People, make_member, make_people, make_report, record, unit
from tests.trust.oracle import Register, Scope, scope_of
from tests.trust.reviews import Reviewed, make_review

NOBODY = "nobody"
OUT = (NOBODY, "deactivated")
# A yes/no that is entered from the start, a percentage that is typed in the tests; their set.
YES, TYPED, SET = "ntm.xa.1.1", "ntm.xa.17.1", "NTM_XA_2021_2025"

# Everything that a request may not touch unless it is meant to; columns that only note a visit are left out.
KEPT: tuple[type[Model], ...] = (
    Report, ReportEvent, CriterionReview, Reopening, Observation, ObservationChange, Assessment,
    CriterionAssessment, Recognition, Period, Membership, User, ApiToken, Evidence, StoredFile, Extension,
    ReportVersion, Household, HouseholdChange, Member, CommuneReview, PovertyReview, ReviewEvent,
    ReviewChange, VillageReview, Meeting, Complaint,
    HousingProject, HousingTarget, ProjectEvent, ProjectMoney, ProjectPhoto,
)  # fmt: skip
VISITS = {"last_login", "last_used_on"}


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """What is stored about people, reports and figures, to be compared before and after."""
    found = {}
    for model in KEPT:
        names = [one.attname for one in model._meta.concrete_fields if one.name not in VISITS]
        found[model.__name__] = list(model._base_manager.order_by("pk").values_list(*names))
    return found


def reopen(report: Report, by: User) -> None:
    """The reports of ended units are over; an exception lets the story write in them."""
    if report.unit.valid_to is not None:
        Reopening.objects.create(
            form=report.form, period=report.period, unit=report.unit, until=today(), reason="Sửa", by=by
        )


@dataclass(frozen=True)
class Thing:
    """A unit with its report: what a request is about."""

    name: str
    unit: Unit
    report: Report
    file: StoredFile
    form: ReportForm | None = None
    home: "Home | None" = None
    house: HousingProject | None = None
    reviewed: Reviewed | None = None
    recognition: Recognition | None = None

    @property
    def period(self) -> str:
        return self.report.period.code

    @property
    def day(self) -> date:
        return self.report.period.ends_on


@dataclass(frozen=True)
class Home:
    """A household of the unit with its head and one child, and a second household beside it."""

    household: Household
    child: Member
    beside: Household


class World:
    """Built once a test: people by name, what each may do, and their browsers and programs."""

    def __init__(
        self,
        *,
        sent: bool = False,
        asked: bool = False,
        forms: bool = False,
        homes: bool = False,
        houses: bool = False,
        left: bool = False,
        voted: bool = False,
        review: str = "",
        waiting: bool = False,
        led: bool = False,
        recognised: bool = False,
    ) -> None:
        self.people: People = make_people()
        # An eighth, where the question is who leads a commune.
        self.leader = make_member("leader", unit("03703"), Role.LEADER) if led else None
        self.today = today()
        self.register = Register()
        self.things = [
            self._thing("quynh_nhai", unit("03703"), "2026", self.people.cadre, sent),
            self._thing("muong_chien", unit("03688"), "2026", self.people.neighbour, sent),
            self._thing(
                "muong_giang", unit("03703", date(2024, 6, 30)), "2024", self.people.predecessor, sent
            ),
        ]
        if asked:
            for thing, cadre in zip(self.things, self._cadres(), strict=True):
                later = self.today + timedelta(days=60)
                ask_extension(report=thing.report, by=cadre, today=self.today, until=later, reason="Mưa lũ")
        if recognised:
            self.things = [replace(one, recognition=make_recognition(one.unit)) for one in self.things]
        if forms:
            self.things = [replace(one, form=self._form(one)) for one in self.things]
        if homes:
            self.things = [
                replace(one, home=make_home(one.unit, self.people.cadre, left)) for one in self.things
            ]
            refresh_register()
            self.register = Register()
        if houses:
            self.things = [
                replace(one, house=make_house(one.home.household, self.people.cadre, voted))
                for one in self.things
                if one.home
            ]
        if review:
            self.things = [replace(one, reviewed=self._review(one, review)) for one in self.things]
        if waiting:
            for thing, cadre in zip(self.things, self._cadres(), strict=True):
                present_report(report=thing.report, by=cadre, today=self.today, reason="Còn thiếu số liệu")
                thing.report.refresh_from_db()
        # Made before anything is taken back: signing in is stored too.
        self.browsers = self._browsers()
        self.programs = self._programs()

    def _cadres(self) -> list[User]:
        return [self.people.cadre, self.people.neighbour, self.people.predecessor]

    @staticmethod
    def _thing(name: str, owner: Unit, period: str, cadre: User, sent: bool) -> Thing:
        report = make_report(owner.code, period)
        assert report.unit == owner
        reopen(report, cadre)
        record(report, cadre, [Item(YES, value=1)], today())
        file = add_evidence(report=report, upload=upload(pdf()), by=cadre, today=today()).file
        if sent:
            submit_report(report=report, by=cadre, today=today(), reason="Còn thiếu số liệu")
        report = Report.objects.select_related("period", "unit").get(pk=report.pk)
        return Thing(name, owner, report, file)

    def _review(self, thing: Thing, step: str) -> Reviewed:
        assert thing.home is not None
        home = thing.home
        return make_review(thing.period, home.household, home.beside, self.people.cadre, step)

    def _form(self, thing: Thing) -> ReportForm:
        """An ad-hoc form that asks this unit only, made on a day on which it lives."""
        day = date(2024, 6, 3) if thing.unit.valid_to else self.today
        draft = Draft(
            name=f"Hỏi {thing.name}",
            columns=[Column("Số nhà")],
            units=[thing.unit.pk],
            day=day,
            hour=time(23, 59),
        )
        at = timezone.make_aware(datetime.combine(day, time(0)))
        return create_ad_hoc(draft=draft, by=self.people.reviewer, at=at)

    @cached_property
    def names(self) -> list[str]:
        return [*(one.name for one in fields(self.people)), *(["leader"] if self.leader else [])]

    def person(self, name: str) -> User:
        return self.leader if name == "leader" and self.leader else getattr(self.people, name)

    @cached_property
    def scopes(self) -> dict[str, Scope]:
        return {name: scope_of(self.person(name), self.today, self.register) for name in self.names}

    def _browsers(self) -> dict[str, Client]:
        """Signed in each; who is deactivated signed in before that."""
        found = {NOBODY: Client()}
        for name in self.names:
            found[name] = Client()
            found[name].force_login(self.person(name))
        return found

    def _programs(self) -> dict[str, Client]:
        """Each with a token of that person; who is deactivated got it before that."""
        found = {NOBODY: Client()}
        for name in self.names:
            _token, secret = issue_token(user=self.person(name))
            found[name] = Client(headers={"Authorization": f"Token {secret}"})
        return found

    def client(self, name: str, url: str) -> Client:
        return (self.programs if url.startswith("/api/") else self.browsers)[name]


def make_recognition(commune: Unit) -> Recognition:
    """A decision that holds, from the commune's first day on."""
    return Recognition.objects.create(
        unit=commune,
        level="met",
        decision="9/QĐ-UBND",
        decided_on=commune.valid_from,
        valid_from=commune.valid_from,
    )


def make_home(commune: Unit, by: User, left: bool = False) -> Home:
    """Two households in a village of the commune; `left`: they are in its register no more.

    To be followed by `refresh_register`.
    """
    days = {"valid_from": commune.valid_from, "valid_to": commune.valid_to}
    name = f"Bản của {commune.name}"
    village = Unit.objects.create(
        code=f"b{commune.pk}",
        name=name,
        level=Level.VILLAGE,
        kind_id="ban",
        province_id=commune.province_id,
        **days,
    )
    Placement.objects.create(unit=village, parent=commune, **days)
    _next_door(village, commune)
    ended = {"ended_on": today(), "departure": Departure.GONE} if left else {}
    first, second = (
        Household.objects.create(
            code=f"{commune.pk}-{number}",
            province_id=commune.province_id,
            commune=commune,
            village=village,
            head_name=f"Lò Văn {name}",
            identity_number="014070000001",
            persons=4,
            arrived_on=commune.valid_from,
            updated_by=by,
            **ended,
        )
        for number in ("1", "2")
    )
    Member.objects.create(household=first, name=first.head_name, relation="head")
    child = Member.objects.create(household=first, name="Lò Thị Con", relation="child")
    return Home(first, child, second)


def make_house(home: Household, by: User, voted: bool = False) -> HousingProject:
    """A house that was proposed for the household today, with one picture; `voted`: also voted for, with an
    entry of money."""
    house = HousingProject.objects.create(
        household=home,
        commune=home.commune,
        village=home.village,
        province_id=home.province_id,
        list=HousingList.objects.get(code="2025-2"),
        group=BeneficiaryGroup.objects.get(code="phong-trao"),
        kind="new",
        stage_since=today(),
        proposed_on=today(),
        updated_by=by,
    )
    file = store_file(unit=home.commune, upload=upload(jpeg()), by=by)
    ProjectPhoto.objects.create(project=house, moment="before", taken_on=today(), file=file, by=by)
    if voted:
        _vote(house, by)
    return house


def _vote(house: HousingProject, by: User) -> None:
    house.stage, house.voted_on = "voted", house.proposed_on
    house.save()
    step = {"from_stage": "proposed", "to_stage": "voted", "through": "form", "by": by}
    ProjectEvent.objects.create(project=house, version=1, **step)
    source = MoneySource.objects.get(code="central")
    ProjectMoney.objects.create(project=house, source=source, value=1, received_on=house.proposed_on, by=by)


def _next_door(village: Unit, commune: Unit) -> None:
    """A second village, to move to."""
    days = {"valid_from": village.valid_from, "valid_to": village.valid_to}
    other = Unit.objects.create(
        code=f"{village.code}-2",
        name=f"{village.name} 2",
        level=Level.VILLAGE,
        kind_id="ban",
        province_id=commune.province_id,
        **days,
    )
    Placement.objects.create(unit=other, parent=commune, **days)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
