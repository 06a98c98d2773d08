"""The list of figures changed after confirmation or lock, as a file."""

import csv
from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from programs.queries.honesty import LateChange
from programs.rules.cells import neutral


class _Line:
    """What csv writes to: hands each line back."""

    def write(self, text: str) -> str:
        return text


def late_changes_csv(rows: Iterable[LateChange]) -> Iterator[str]:
    """One line a change, UTF-8 with a mark for Excel; written as it is read."""
    writer = csv.writer(_Line())
    yield "\ufeff"
    yield writer.writerow(
        [
            _("Lúc"),
            _("Mã"),
            _("Đơn vị"),
            _("Kỳ"),
            _("Số"),
            _("Chỉ tiêu"),
            _("Cũ"),
            _("Mới"),
            _("Sửa sau khi"),
            _("Loại lý do"),
            _("Lý do"),
            _("Ai"),
            _("Qua"),
        ]
    )
    for row in rows:
        yield writer.writerow([neutral(str(cell)) for cell in _cells(row)])


def _cells(row: LateChange) -> list[object]:
    one = row.change
    return [
        f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}",
        one.unit.code,
        one.unit.name,
        one.period.code,
        row.number,
        row.title,
        row.old,
        row.new,
        row.after_words,
        row.kind_words,
        one.reason,
        one.by,
        one.get_through_display(),
    ]
