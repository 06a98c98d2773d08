"""What is said of a household and of a member, as plain values: typed, read from a sheet, or sent."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class HouseholdData:
    """What a register keeps of a household, apart from when and how it came. Ids are rows' keys."""

    village_id: int | None
    head_name: str
    head_sex: str = ""
    head_birth_year: int | None = None
    identity_number: str = ""
    ethnic_group_id: int | None = None
    address: str = ""
    persons: int | None = 1
    no_labour: bool = False
    merit: bool = False
    social_protection: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class MemberData:
    """What is kept of a person of a household; `insured` None when nobody asked yet."""

    name: str
    relation: str
    birth_date: date | None = None
    birth_year: int | None = None
    sex: str = ""
    ethnic_group_id: int | None = None
    identity_number: str = ""
    schooling: str = ""
    education: str = ""
    insured: bool | None = None
    work: str = ""
    allowance: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """A doubt about one field, to be shown beside it; it never stops the saving."""

    field: str
    words: str
