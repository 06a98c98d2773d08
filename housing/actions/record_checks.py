"""What is wrong, and what is only odd, in what was typed about a household or a member.

Errors stop the saving, each at its field; hints are shown beside what was saved. No words here repeat a name
or a number: they go into answers, job reports and logs.
"""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communes.rules.text import normalise
from housing.models import Education, Relation, Schooling, Sex, Work
from housing.rules.identity import read_identity
from housing.rules.records import Hint, HouseholdData, MemberData

__all__ = ["FEWEST_PERSONS", "MOST_PERSONS", "check_day", "check_household", "check_member"]

FEWEST_PERSONS, MOST_PERSONS = 1, 60
FIRST_YEAR = 1900
LONGEST = {"head_name": 120, "name": 120, "address": 200, "household_note": 500, "member_note": 200}
OLD_AGE = 110
# The list of an enumeration is made anew whenever it is asked for: too dear for every row of a workbook.
SEXES = frozenset(Sex.values)

Errors = defaultdict[str, list[str]]


def check_household(
    data: HouseholdData, *, villages: Collection[int], groups: Collection[int], today: date
) -> tuple[HouseholdData, list[Hint]]:
    """The data as they are stored, and the doubts about them.

    `villages`: ids of the commune's villages on that day; `groups`: ids of the ethnic groups. Raises
    ValidationError by field.
    """
    errors: Errors = defaultdict(list)
    hints: list[Hint] = []
    name, address, note = _clean(data.head_name), _clean(data.address), _clean(data.note)
    if name:
        _check_name(name, "head_name", errors)
    else:
        errors["head_name"].append(_("Nhập họ và tên chủ hộ."))
    _check_length(address, "address", LONGEST["address"], errors)
    _check_length(note, "note", LONGEST["household_note"], errors)
    if data.village_id is None:
        errors["village"].append(_("Chọn thôn, bản."))
    elif data.village_id not in villages:
        errors["village"].append(_("Thôn, bản này không thuộc xã. Chọn một thôn, bản của xã."))
    if data.head_sex and data.head_sex not in SEXES:
        errors["head_sex"].append(_("Chọn nam hoặc nữ."))
    if data.ethnic_group_id is not None and data.ethnic_group_id not in groups:
        errors["ethnic_group"].append(_("Chọn một dân tộc trong danh mục."))
    _check_year(data.head_birth_year, "head_birth_year", today, errors)
    if data.persons is None:
        errors["persons"].append(_("Nhập số nhân khẩu."))
    elif not FEWEST_PERSONS <= data.persons <= MOST_PERSONS:
        errors["persons"].append(_("Số nhân khẩu từ 1 đến 60."))
    number = _read_number(
        data.identity_number,
        data.head_sex,
        data.head_birth_year,
        ("head_sex", "head_birth_year"),
        errors,
        hints,
    )
    if errors:
        raise ValidationError(dict(errors))
    data = replace(data, head_name=name, address=address, note=note, identity_number=number)
    return data, hints


def check_member(data: MemberData, *, groups: Collection[int], today: date) -> tuple[MemberData, list[Hint]]:
    """The same for a member; a birth date gives the birth year. Raises ValidationError by field."""
    errors: Errors = defaultdict(list)
    hints: list[Hint] = []
    data = replace(data, name=_clean(data.name), note=_clean(data.note))
    if data.name:
        _check_name(data.name, "name", errors)
    else:
        errors["name"].append(_("Nhập họ và tên."))
    _check_length(data.note, "note", LONGEST["member_note"], errors)
    _check_choices(data, groups, errors)
    if data.birth_date is not None:
        if data.birth_date > today:
            errors["birth_date"].append(_("Ngày sinh sau hôm nay. Kiểm tra lại."))
        elif data.birth_date.year < FIRST_YEAR:
            errors["birth_date"].append(_("Năm sinh từ 1900 đến nay."))
        data = replace(data, birth_year=data.birth_date.year)
    else:
        _check_year(data.birth_year, "birth_year", today, errors)
    if data.birth_year and data.birth_year in range(FIRST_YEAR, today.year - OLD_AGE):
        hints.append(Hint("birth_year", _("Người này trên 110 tuổi. Kiểm tra lại năm sinh.")))
    number = _read_number(
        data.identity_number, data.sex, data.birth_year, ("sex", "birth_year"), errors, hints
    )
    if errors:
        raise ValidationError(dict(errors))
    return replace(data, identity_number=number), hints


def check_day(day: date, field: str, *, today: date, since: date | None = None) -> None:
    """A day on which something happened: not after today, not before `since`. Raises ValidationError."""
    if day > today:
        raise ValidationError({field: [_("Ngày này chưa đến. Nhập hôm nay hoặc một ngày trước.")]})
    if day.year < FIRST_YEAR:
        raise ValidationError({field: [_("Kiểm tra lại năm.")]})
    if since is not None and day < since:
        words = _("Hộ vào sổ từ ngày {day}; ngày này phải từ đó trở đi.")
        raise ValidationError({field: [words.format(day=f"{since:%d/%m/%Y}")]})


def _clean(text: str) -> str:
    # No database keeps NUL in a text.
    return normalise(text.replace("\0", ""))


def _check_name(name: str, field: str, errors: Errors) -> None:
    if re.search(r"\d", name) or not re.search(r"[^\W_]", name):
        errors[field].append(_("Họ và tên viết bằng chữ, không có chữ số."))
    _check_length(name, field, LONGEST["name"], errors)


def _check_length(text: str, field: str, longest: int, errors: Errors) -> None:
    if len(text) > longest:
        errors[field].append(_("Viết không quá {count} chữ cái.").format(count=longest))


def _check_year(year: int | None, field: str, today: date, errors: Errors) -> None:
    if year is None:
        return
    if year > today.year:
        errors[field].append(_("Năm sinh sau năm nay. Kiểm tra lại."))
    elif year < FIRST_YEAR:
        errors[field].append(_("Năm sinh từ 1900 đến nay."))


def _check_choices(data: MemberData, groups: Collection[int], errors: Errors) -> None:
    if data.relation not in Relation.values:
        errors["relation"].append(_("Chọn quan hệ với chủ hộ."))
    for field, value, choices in (
        ("sex", data.sex, SEXES),
        ("schooling", data.schooling, Schooling.values),
        ("education", data.education, Education.values),
        ("work", data.work, Work.values),
    ):
        if value and value not in choices:
            errors[field].append(_("Chọn một mục trong danh sách."))
    if data.ethnic_group_id is not None and data.ethnic_group_id not in groups:
        errors["ethnic_group"].append(_("Chọn một dân tộc trong danh mục."))


def _read_number(
    text: str, sex: str, year: int | None, said: tuple[str, str], errors: Errors, hints: list[Hint]
) -> str:
    """The digits of an identity number; its sex and birth year are compared with what is `said` beside it.

    The province in its first three digits is where it was given, not where one lives: never compared.
    """
    if not _clean(text):
        return ""
    identity = read_identity(text)
    if identity is None:
        errors["identity_number"].append(_("Số định danh có 12 chữ số (số chứng minh nhân dân cũ: 9)."))
        return ""
    if identity.old:
        words = _("Số 9 chữ số là giấy chứng minh nhân dân cũ. Ghi số định danh 12 chữ số khi có.")
        hints.append(Hint("identity_number", words))
    if sex and identity.sex and identity.sex != sex:
        words = _("Số định danh là của người {sex}. Kiểm tra lại số hoặc giới tính.")
        hints.append(Hint(said[0], words.format(sex=Sex(identity.sex).label)))
    if year and identity.birth_year and identity.birth_year != year:
        words = _("Số định danh là của người sinh năm {year}. Kiểm tra lại số hoặc năm sinh.")
        hints.append(Hint(said[1], words.format(year=identity.birth_year)))
    return identity.number
