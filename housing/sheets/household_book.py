"""The commune's register as a workbook: downloaded with its stable codes, filled in offline, read back.

Every household of the register stands in it with its code; a row without a code is a new household.
"""

from collections.abc import Iterator, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communes.models import Unit
from communes.rules.text import fold
from housing.actions.import_households import HouseholdRow
from housing.models import EthnicGroup, Household, Sex
from housing.rules.records import HouseholdData
from programs.sheets.grid import NO, YES, Book, Cell, Sheet
from programs.sheets.style import Paper, meta_of

KIND = "households"
SHEET = "Sổ hộ"
LISTS = "Danh mục"
HEAD_ROW = 1
BLANK_ROWS = 300
COLUMNS = (
    ("code", 15), ("village", 24), ("head_name", 28), ("head_sex", 9), ("head_birth_year", 10),
    ("identity_number", 16), ("ethnic_group", 14), ("address", 24), ("persons", 10), ("no_labour", 13),
    ("merit", 12), ("social_protection", 13), ("note", 28),
)  # fmt: skip
NAMES = tuple(name for name, _width in COLUMNS)
FLAGS = ("no_labour", "merit", "social_protection")
TEXTS = ("head_name", "address", "note")


def heads() -> dict[str, str]:
    """The headings, in the reader's language."""
    return {
        "code": _("Mã hộ"),
        "village": _("Thôn, bản"),
        "head_name": _("Họ và tên chủ hộ"),
        "head_sex": _("Giới tính"),
        "head_birth_year": _("Năm sinh"),
        "identity_number": _("Số định danh"),
        "ethnic_group": _("Dân tộc"),
        "address": _("Địa chỉ"),
        "persons": _("Số nhân khẩu"),
        "no_labour": _("Không có khả năng lao động"),
        "merit": _("Có người có công"),
        "social_protection": _("Có người hưởng bảo trợ xã hội"),
        "note": _("Ghi chú"),
    }


def village_words(villages: Mapping[int, Unit]) -> dict[int, str]:
    """What each village is called in the workbook: two of one name are told apart by a number."""
    found: dict[int, str] = {}
    taken: set[str] = set()
    for pk, village in villages.items():
        words, turn = village.name, 2
        while fold(words) in taken:
            words, turn = f"{village.name} ({turn})", turn + 1
        taken.add(fold(words))
        found[pk] = words
    return found


def household_template(
    commune: Unit,
    households: Sequence[Household],
    villages: Mapping[int, Unit],
    groups: Sequence[EthnicGroup],
) -> bytes:
    """The register to fill in: code cells locked, drop-downs for village, sex, ethnic group and yes."""
    paper = Paper()
    sheet = paper.sheet(SHEET)
    words = village_words(villages)
    for column, (name, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heads()[name], paper.look("head"))
    locked, text, entry = paper.look("locked"), paper.look("entry-text"), paper.look("entry")
    for row, one in enumerate(households, start=1):
        sheet.write_string(row, 0, one.code, locked)
        for column, value in enumerate(_values(one, words), start=1):
            if isinstance(value, int):
                sheet.write_number(row, column, value, entry)
            else:
                sheet.write_string(row, column, value, text)
    last = len(households) + BLANK_ROWS
    for row in range(len(households) + 1, last + 1):
        sheet.write_blank(row, 0, None, locked)
        for column in range(1, len(COLUMNS)):
            sheet.write_blank(row, column, None, text)
    _write_lists(paper, list(words.values()), [group.name for group in groups])
    _choices(sheet, last, len(words), len(groups))
    sheet.freeze_panes(1, 3)
    paper.guide(_("Hướng dẫn"), _("Sổ hộ · {unit}").format(unit=commune.name), _instructions())
    paper.meta({"kind": KIND, "unit": commune.code, "unit_from": commune.valid_from.isoformat()})
    return paper.done()


def _values(one: Household, villages: Mapping[int, str]) -> list[str | int]:
    return [
        villages.get(one.village_id, ""),
        one.head_name,
        str(Sex(one.head_sex).label) if one.head_sex else "",
        one.head_birth_year or "",
        one.identity_number,
        one.ethnic_group.name if one.ethnic_group else "",
        one.address,
        one.persons,
        *("x" if getattr(one, name) else "" for name in FLAGS),
        one.note,
    ]


def _write_lists(paper: Paper, villages: list[str], groups: list[str]) -> None:
    sheet = paper.sheet(LISTS)
    sheet.set_column(0, 1, 28)
    for column, (head, words) in enumerate(((_("Thôn, bản"), villages), (_("Dân tộc"), groups))):
        sheet.write_string(0, column, head, paper.look("head"))
        for row, word in enumerate(words, start=1):
            sheet.write_string(row, column, word, paper.look("text"))


def _choices(sheet: object, last: int, villages: int, groups: int) -> None:
    """Drop-downs down to the last row; long lists are read from the page of lists."""
    sexes = [str(Sex.MALE.label), str(Sex.FEMALE.label)]
    rules: list[tuple[str, str | list[str]]] = [
        ("village", f"='{LISTS}'!$A$2:$A${max(villages, 1) + 1}"),
        ("head_sex", sexes),
        ("ethnic_group", f"='{LISTS}'!$B$2:$B${max(groups, 1) + 1}"),
        *((name, ["x"]) for name in FLAGS),
    ]
    for name, source in rules:
        column = NAMES.index(name)
        rule = {
            "validate": "list",
            "source": source,
            "error_title": _("Chọn trong danh sách"),
            "error_message": _("Chọn một mục trong danh sách của ô."),
        }
        sheet.data_validation(1, column, last, column, rule)  # type: ignore[attr-defined]


def _instructions() -> list[str]:
    return [
        _("Mỗi dòng một hộ. Cột Mã hộ không sửa; hộ mới thì để trống mã và ghi ở dòng trống bên dưới."),
        _("Xóa dòng không xóa hộ khỏi sổ: hộ chuyển đi, tách, nhập thì ghi trên trang của hộ."),
        _("Số định danh gõ dạng chữ để giữ số 0 ở đầu. Ô có/không: ghi x."),
        _("Tải lên xong sẽ thấy từng dòng mới, thay đổi, không đổi hay lỗi, rồi mới áp dụng."),
        _("Tệp này có thông tin cá nhân: giữ trong máy cơ quan, xong việc thì xóa."),
    ]


def read_households(
    content: bytes, commune: Unit, villages: Mapping[int, Unit], groups: Sequence[EthnicGroup]
) -> Iterator[HouseholdRow]:
    """The rows of a workbook of this commune. Raises ValidationError when it is another's, or rebuilt."""
    book = Book(content)
    meta = meta_of(book)
    if meta.get("kind") != KIND:
        raise ValidationError(_("Đây không phải tệp sổ hộ. Tải mẫu ở trang sổ hộ rồi điền vào mẫu đó."))
    if (meta.get("unit"), meta.get("unit_from")) != (commune.code, commune.valid_from.isoformat()):
        raise ValidationError(_("Tệp này của xã khác (mã {code}).").format(code=meta.get("unit", "")[:10]))
    sheet = book.sheet(SHEET)
    if sheet.parts.merged:
        raise ValidationError(
            _("Tệp có ô bị trộn ({cells}). Bỏ trộn ô rồi tải lên lại.").format(
                cells=", ".join(sheet.parts.merged[:3])
            )
        )
    found = [fold(sheet.cell(HEAD_ROW, column).text) for column in range(1, len(COLUMNS) + 1)]
    if found != [fold(head) for head in heads().values()]:
        raise ValidationError(_("Các cột đã bị đổi chỗ hoặc đổi tên. Tải mẫu mới và chép số liệu sang."))
    return _Reader(sheet, villages, groups).rows()


class _Reader:
    """Rows of one sheet against the villages and ethnic groups they may name."""

    def __init__(self, sheet: Sheet, villages: Mapping[int, Unit], groups: Sequence[EthnicGroup]) -> None:
        self.sheet = sheet
        self.villages = {fold(words): pk for pk, words in village_words(villages).items()}
        self.groups = {fold(group.name): group.pk for group in groups}
        self.sexes = {fold(str(label)): value for value, label in Sex.choices}
        # Thousands of rows say the same few words: each is understood once.
        self.understood: dict[tuple[str, str], object] = {}

    def rows(self) -> Iterator[HouseholdRow]:
        for number in range(HEAD_ROW + 1, self.sheet.height + 1):
            cells = {name: self.sheet.cell(number, column) for column, name in enumerate(NAMES, start=1)}
            if any(not cell.is_empty for cell in cells.values()):
                yield self._row(number, cells)

    def _row(self, number: int, cells: Mapping[str, Cell]) -> HouseholdRow:
        values: dict[str, object] = {}
        for name, cell in cells.items():
            try:
                values[name] = self._value(name, cell)
            except ValidationError as error:
                return HouseholdRow(cell.place, number, _safe(cells["code"]), error=" ".join(error.messages))
        code = str(values.pop("code"))
        data = HouseholdData(
            village_id=values.pop("village"),  # type: ignore[arg-type]
            ethnic_group_id=values.pop("ethnic_group"),  # type: ignore[arg-type]
            **values,  # type: ignore[arg-type]
        )
        return HouseholdRow(cells["head_name"].place, number, code, data)

    def _value(self, name: str, cell: Cell) -> object:
        """What a cell says; raises ValidationError with what to do about it."""
        words = cell.text
        if name in TEXTS or name in ("code", "identity_number"):
            return words
        if (name, words) not in self.understood:
            self.understood[name, words] = self._understand(name, words)
        return self.understood[name, words]

    def _understand(self, name: str, words: str) -> object:
        if name in FLAGS:
            return self._flag(words)
        if name in ("persons", "head_birth_year"):
            return self._whole(words)
        if name == "village":
            return self._known(
                words, self.villages, _("Thôn, bản này không có trong xã. Chọn trong danh sách.")
            )
        if name == "ethnic_group":
            return self._known(words, self.groups, _("Chọn một dân tộc trong danh mục."))
        return self._known(words, self.sexes, _("Chọn nam hoặc nữ.")) or ""

    @staticmethod
    def _flag(words: str) -> bool:
        said = words.casefold()
        if said and said not in YES | NO:
            raise ValidationError(_("Ghi x hoặc để trống."))
        return said in YES

    @staticmethod
    def _whole(words: str) -> int | None:
        if words and not (words.isascii() and words.isdigit() and len(words) <= 4):
            raise ValidationError(_("Ghi số nguyên."))
        return int(words) if words else None

    @staticmethod
    def _known(words: str, known: Mapping[str, object], otherwise: str) -> object:
        if words and fold(words) not in known:
            raise ValidationError(otherwise)
        return known[fold(words)] if words else None


def _safe(cell: Cell) -> str:
    return "" if cell.is_formula else cell.text
