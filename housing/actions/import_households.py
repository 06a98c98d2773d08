"""Verdicts on a workbook of households, and its applying through the register's own door."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from communes.models import Unit, User
from communes.rules.text import fold
from housing.actions.record_checks import check_household
from housing.actions.register import FIELDS, add_households, edit_households
from housing.actions.stale import StaleRecord
from housing.models import Arrival, Household, Sex
from housing.queries.register import ethnic_groups, keeps_register, villages_of_commune
from housing.rules.identity import masked
from housing.rules.records import HouseholdData
from programs.actions.imports import ChangedMeanwhile, Line
from programs.models import ImportRow, RowVerdict, Through

__all__ = ["HouseholdRow", "apply_households", "household_lines"]


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """One row as it was read: its cell to mark, its number, the code of a known household, what it says."""

    place: str
    number: int
    code: str
    data: HouseholdData | None = None
    error: str = ""


def household_lines(*, rows: Iterable[HouseholdRow], commune: Unit, by: User, today: date) -> Iterator[Line]:
    """A verdict on each row: new, changed from what to what, unchanged, or what is wrong with it.

    Raises PermissionDenied to who does not keep the commune's register.
    """
    if not keeps_register(commune, by, today):
        raise PermissionDenied(_("Sổ hộ do cán bộ của xã ghi."))
    return _Verdicts(commune, today).of(rows)


class _Verdicts:
    """The register as it stands, and the rows read so far, against which each row is held."""

    def __init__(self, commune: Unit, today: date) -> None:
        self.today = today
        self.villages = villages_of_commune(commune, today)
        self.groups = ethnic_groups()
        rows = Household.objects.filter(commune=commune).living(today)
        self.by_code = {one.code: one for one in rows}
        self.by_number = {one.identity_number: one.code for one in rows if one.identity_number}
        self.by_name = {_likeness(one): one.code for one in rows}
        self.labels = field_labels()
        self.row_words = _("Dòng {number}")
        self.seen_codes: dict[str, int] = {}
        self.seen_numbers: dict[str, int] = {}

    def of(self, rows: Iterable[HouseholdRow]) -> Iterator[Line]:
        for row in rows:
            yield self._line(row)

    def _line(self, row: HouseholdRow) -> Line:
        key = self.row_words.format(number=row.number) + (f" · {row.code}" if row.code else "")
        if row.data is None:
            return Line(row.place, key, RowVerdict.ERROR, message=row.error)
        try:
            data, hints = check_household(
                row.data, villages=self.villages, groups=self.groups, today=self.today
            )
        except ValidationError as error:
            return Line(row.place, key, RowVerdict.ERROR, message=" ".join(error.messages))
        warnings = [hint.words for hint in hints]
        if problem := self._repeated(row, data.identity_number):
            return Line(row.place, key, RowVerdict.ERROR, message=problem)
        if row.code:
            return self._known(row, key, data, warnings)
        return self._new(row, key, data, warnings)

    def _repeated(self, row: HouseholdRow, number: str) -> str:
        """The same code or identity number in an earlier row of the file."""
        for found, seen in ((row.code, self.seen_codes), (number, self.seen_numbers)):
            if found and found in seen:
                return _("Trùng với dòng {number} của tệp.").format(number=seen[found])
            if found:
                seen[found] = row.number
        return ""

    def _known(self, row: HouseholdRow, key: str, data: HouseholdData, warnings: list[str]) -> Line:
        there = self.by_code.get(row.code)
        if there is None:
            words = _("Không có hộ mã này trong sổ của xã. Hộ mới thì để trống mã.")
            return Line(row.place, key, RowVerdict.ERROR, message=words)
        holder = self.by_number.get(data.identity_number)
        if data.identity_number and holder not in (None, row.code):
            words = _("Số định danh đang là của hộ {code}.").format(code=holder)
            return Line(row.place, key, RowVerdict.ERROR, message=words)
        changed = [name for name in FIELDS if getattr(there, name) != getattr(data, name)]
        if not changed:
            return Line(row.place, key, RowVerdict.UNCHANGED, message=" ".join(warnings))
        old, new = self._told(changed, there), self._told(changed, data)
        payload = {"household": there.pk, "version": there.version, "data": _plain(data)}
        return Line(row.place, key, RowVerdict.CHANGED, old, new, " ".join(warnings), payload)

    def _new(self, row: HouseholdRow, key: str, data: HouseholdData, warnings: list[str]) -> Line:
        holder = self.by_number.get(data.identity_number) if data.identity_number else None
        if holder:
            words = _("Số định danh này đã có trong sổ, ở hộ {code}. Ghi mã hộ vào dòng này.")
            return Line(row.place, key, RowVerdict.ERROR, message=words.format(code=holder))
        twin = self.by_name.get((data.village_id, fold(data.head_name), data.head_birth_year))
        if twin and data.head_birth_year:
            warnings.append(_("Có thể trùng với hộ {code}: cùng tên, năm sinh và bản.").format(code=twin))
        new = self._told(["village_id", "head_name", "persons"], data)
        return Line(row.place, key, RowVerdict.NEW, "", new, " ".join(warnings), {"data": _plain(data)})

    def _told(self, names: Sequence[str], of: Household | HouseholdData) -> str:
        """These fields in words: 'Số nhân khẩu: 5; Thôn, bản: Bản Bon'."""
        return "; ".join(f"{self.labels[name]}: {self._word(name, getattr(of, name))}" for name in names)

    def _word(self, name: str, value: Any) -> str:
        if value in (None, ""):
            return "—"
        if name == "village_id":
            return self.villages[value].name if value in self.villages else "—"
        if name == "ethnic_group_id":
            return self.groups[value].title
        if name == "identity_number":
            return masked(value)
        if name == "head_sex":
            return str(Sex(value).label)
        if isinstance(value, bool):
            return _("có") if value else _("không")
        return str(value)


def field_labels() -> Mapping[str, str]:
    """What each column of the register is called."""
    names = {name: Household._meta.get_field(name.removesuffix("_id")) for name in FIELDS}
    return {name: str(getattr(field, "verbose_name", name)) for name, field in names.items()}


def _plain(data: HouseholdData) -> dict[str, Any]:
    return {name: getattr(data, name) for name in FIELDS}


def _likeness(one: Household) -> tuple[int | None, str, int | None]:
    return one.village_id, one.search_name, one.head_birth_year


def apply_households(*, rows: Iterable[ImportRow], commune: Unit, by: User, today: date) -> None:
    """Write new households and changes: all or none. Raises ChangedMeanwhile when the register moved on."""
    new: list[tuple[HouseholdData, date, str]] = []
    changes: list[tuple[Household, int, HouseholdData]] = []
    for row in rows:
        data = HouseholdData(**row.payload["data"])
        if "household" in row.payload:
            changes.append((Household(pk=row.payload["household"]), row.payload["version"], data))
        else:
            new.append((data, today, Arrival.FOUND))
    try:
        if changes:
            edit_households(commune=commune, rows=changes, by=by, today=today, through=Through.IMPORT)
        if new:
            add_households(commune=commune, rows=new, by=by, today=today, through=Through.IMPORT)
    except StaleRecord as stale:
        raise ChangedMeanwhile from stale
