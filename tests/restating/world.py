"""A small province made for the worked cases: units, acts and villages, with figures entered by its clerk."""

from collections.abc import Iterable, Mapping
from datetime import date

from communes.actions import refresh_register
from communes.models import Act, Level, Placement, Role, Succession, Tie, Unit, UnitKind, first_day
from programs.actions import Item, record_batches
from programs.models import (
    Assignment,
    FormField,
    Indicator,
    IndicatorKind,
    OverTime,
    OverUnits,
    PeriodKind,
    Report,
    ReportForm,
    Through,
)
from tests.support import TODAY, make_member, period

PROVINCE, DISTRICT = "97", "970"
FORM, POOR, AMOUNT, MEAN, BUILT = "thu", "thu.poor", "thu.amount", "thu.income", "thu.built"
RANK, ASKED, POPULATION = "thu.rank", "thu.asked", "base.population"
JANUARY, JULY = date(2025, 1, 1), date(2025, 7, 1)
# A year's figures before both reorganisations, between them there is none; after them.
BEFORE, AFTER = "2024", "2025"


class World:
    """The province as it is built; `done` derives what the register derives."""

    def __init__(self) -> None:
        self.units: dict[str, Unit] = {}
        self.acts: dict[date, Act] = {}
        self.province = self._unit("province", PROVINCE, "Tỉnh Thử", Level.PROVINCE, "tinh", None)
        self.district("district", DISTRICT, "Huyện Thử")

    def district(self, key: str, code: str, name: str, end: date | None = None) -> Unit:
        unit = self._unit(key, code, name, Level.DISTRICT, "huyen", end)
        Placement.objects.create(unit=unit, parent=self.province, valid_from=first_day, valid_to=end)
        return unit

    def commune(
        self,
        key: str,
        code: str,
        *,
        kind: str = "xa",
        start: date = first_day,
        end: date | None = None,
        under: str = "district",
        former: str = "",
    ) -> Unit:
        """A commune named after its key, under a district or the province."""
        name = f"{UnitKind.objects.get(pk=kind).name.capitalize()} {key}"
        unit = self._unit(key, code, name, Level.COMMUNE, kind, end, start)
        parent = self.units[under]
        Placement.objects.create(unit=unit, parent=parent, valid_from=start, valid_to=end)
        if former:
            Placement.objects.create(
                unit=unit, parent=self.units[former], tie=Tie.FORMER, valid_from=start, valid_to=end
            )
        return unit

    def village(self, key: str, *stays: tuple[str, date, date | None]) -> Unit:
        """A village with where it stood: (commune, from, to)."""
        unit = self._unit(key, f"97-{key}", f"Bản {key}", Level.VILLAGE, "ban", stays[-1][2], stays[0][1])
        for commune, start, end in stays:
            Placement.objects.create(unit=unit, parent=self.units[commune], valid_from=start, valid_to=end)
        return unit

    def goes(self, before: str, after: str, percent: int | None = 100) -> None:
        """`before` goes into `after`: whole, by a share, or by an unknown one (None)."""
        successor = self.units[after]
        day = successor.valid_from
        if day not in self.acts:
            number = f"{len(self.acts) + 1}/NQ-THU"
            self.acts[day] = Act.objects.create(number=number, title="thử", in_force_on=day, operative_on=day)
        Succession.objects.create(
            act=self.acts[day],
            predecessor=self.units[before],
            successor=successor,
            whole=percent == 100,
            share_millionths=None if percent in (None, 100) else percent * 10_000,
        )

    def done(self) -> "World":
        refresh_register()
        self.clerk = make_member("clerk97", self.province, Role.CADRE)
        self.official = make_member("official97", self.province, Role.VIEWER)
        return self

    def enter(self, code: str, figures: Mapping[str, Iterable[Item]], form: str = FORM) -> None:
        """Figures of these units in a period, through the door that every figure comes by."""
        when = period(code)
        owner = ReportForm.objects.get(code=form)
        batches = []
        for key, items in figures.items():
            report = Report.objects.get_or_create(
                form=owner, unit=self.units[key], period=when, defaults={"province": self.province}
            )[0]
            batches.append((report, list(items)))
        ended = [report.due_on for report, _items in batches if not report.unit.lives_on(TODAY)]
        record_batches(
            batches=batches, by=self.clerk, through=Through.IMPORT, today=min(ended, default=TODAY)
        )

    def _unit(
        self,
        key: str,
        code: str,
        name: str,
        level: str,
        kind: str,
        end: date | None,
        start: date = first_day,
    ) -> Unit:
        unit = Unit.objects.create(
            code=code,
            name=name,
            level=level,
            kind_id=kind,
            valid_from=start,
            valid_to=end,
            province=None if level == Level.PROVINCE else self.province,
        )
        self.units[key] = unit
        return unit


def make_form() -> None:
    """A form that every commune and village fills in once a year."""
    form = ReportForm.objects.create(code=FORM, name="Biểu thử")
    shapes = [
        (POOR, IndicatorKind.PERCENT, OverUnits.RATIO, OverTime.LAST, ""),
        (AMOUNT, IndicatorKind.NUMBER, OverUnits.SUM, OverTime.LAST, ""),
        (MEAN, IndicatorKind.MONEY, OverUnits.WEIGHTED, OverTime.LAST, POPULATION),
        (BUILT, IndicatorKind.NUMBER, OverUnits.SUM, OverTime.SUM, ""),
        (RANK, IndicatorKind.NUMBER, OverUnits.NONE, OverTime.LAST, ""),
        (ASKED, IndicatorKind.BOOLEAN, OverUnits.COUNT_TRUE, OverTime.LAST, ""),
    ]
    for order, (code, kind, over_units, over_time, weight) in enumerate(shapes):
        indicator = Indicator.objects.create(
            code=code,
            name=code,
            kind=kind,
            unit="hộ",
            over_units=over_units,
            over_time=over_time,
            weight_code=weight,
            valid_from=first_day,
        )
        FormField.objects.create(form=form, indicator=indicator, order=order)
    assignment = Assignment.objects.create(form=form, period_kind=PeriodKind.YEAR, valid_from=first_day)
    assignment.unit_kinds.set(UnitKind.objects.filter(level=Level.COMMUNE))


def case_1() -> World:
    """Two xã and a thị trấn merge on 2025-07-01."""
    world = World()
    world.commune("A", "97001", end=JULY)
    world.commune("B", "97002", end=JULY)
    world.commune("C", "97003", kind="thi_tran", end=JULY)
    world.commune("New", "97001", start=JULY, under="province", former="district")
    for key in "ABC":
        world.goes(key, "New")
    return world.done()


def case_7() -> World:
    """Two communes of which one gives a village to the other on 2026-01-01."""
    world = World()
    world.commune("X", "97001")
    world.commune("Y", "97002")
    moved = date(2026, 1, 1)
    for key, commune in {"v1": "X", "v2": "X", "v4": "Y", "v5": "Y"}.items():
        world.village(key, (commune, first_day, None))
    world.village("v3", ("X", first_day, moved), ("Y", moved, None))
    return world.done()


def case_9(*, quang_huy: tuple[int | None, int | None] = (60, 40)) -> World:
    """Two steps: five units until 2024-12-31, three from 2025-01-01, two from 2025-07-01."""
    world = World()
    old = {"Phù Yên town": "thi_tran", "Quang Huy": "xa", "Huy Bắc": "xa", "Huy Hạ": "xa", "Suối Tọ": "xa"}
    for number, (key, kind) in enumerate(old.items(), 1):
        world.commune(key, f"9700{number}", kind=kind, end=JANUARY)
    between = {
        "Quang Huy town": ("97002", "thi_tran"),
        "Huy Hạ 2": ("97004", "xa"),
        "Suối Tọ 2": ("97005", "xa"),
    }
    for key, (code, kind) in between.items():
        world.commune(key, code, kind=kind, start=JANUARY, end=JULY)
    for key, code in {"Phù Yên": "97001", "Suối Tọ 3": "97005"}.items():
        world.commune(key, code, start=JULY, under="province", former="district")
    world.goes("Phù Yên town", "Quang Huy town")
    world.goes("Quang Huy", "Quang Huy town", quang_huy[0])
    world.goes("Quang Huy", "Suối Tọ 2", quang_huy[1])
    world.goes("Huy Bắc", "Quang Huy town", 40)
    world.goes("Huy Bắc", "Huy Hạ 2", 60)
    world.goes("Huy Hạ", "Quang Huy town", 10)
    world.goes("Huy Hạ", "Huy Hạ 2", 90)
    world.goes("Suối Tọ", "Suối Tọ 2")
    world.goes("Quang Huy town", "Phù Yên")
    world.goes("Huy Hạ 2", "Phù Yên")
    world.goes("Suối Tọ 2", "Suối Tọ 3")
    return world.done()


CASE_1 = {"A": (300, 1200), "B": (100, 800), "C": (25, 500)}
CASE_7 = {"v1": (20, 100), "v2": (15, 150), "v3": (25, 50), "v4": (10, 200), "v5": (5, 100)}
CASE_9 = {
    "Phù Yên town": (10, 1000),
    "Quang Huy": (90, 1500),
    "Huy Bắc": (60, 1200),
    "Huy Hạ": (55, 1100),
    "Suối Tọ": (210, 700),
}


def poor(figures: Mapping[str, tuple[int, int]]) -> dict[str, list[Item]]:
    """Poor households of all, by unit."""
    return {key: [Item(POOR, above, below)] for key, (above, below) in figures.items()}
