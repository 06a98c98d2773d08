"""How a figure came onto another day's map, and why it is not there, in words."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.rules.redraw import Lack, Method

METHOD_WORDS = {
    Method.VILLAGES: gettext_lazy("cộng số liệu của từng thôn, bản"),
    Method.HOUSEHOLDS: gettext_lazy("chia theo số hộ của các thôn, bản"),
    Method.SHARE: gettext_lazy("chia theo tỷ lệ dân số ghi trong văn bản sắp xếp"),
}
LACK_WORDS = {
    Lack.UNDIVIDED: gettext_lazy(
        "chưa rõ tỷ lệ chia của {names}; chỉ có số chung ở địa bàn chứa đủ các phần"
    ),
    Lack.NO_BASE: gettext_lazy("thiếu số liệu nền (dân số, số hộ) của {names}"),
    Lack.PERCENTAGE_ONLY: gettext_lazy("{names} chỉ có tỷ lệ %, không có tử số và mẫu số"),
}


def method_words(methods: Iterable[Method]) -> str:
    """'chia theo tỷ lệ dân số ghi trong văn bản sắp xếp'; '' where nothing was divided."""
    return "; ".join(str(METHOD_WORDS[one]) for one in sorted(methods))


def lack_words(lacking: Mapping[int, Lack], names: Mapping[int, str], reported: int, expected: int) -> str:
    """'3/4 đơn vị cũ có số liệu, thiếu Thị trấn Mường Giàng', and the other reasons; '' without any.

    `names`: of the units whose names the reader may read; the others are counted without a name.
    """
    said = []
    silent = _named(lacking, names, Lack.NO_FIGURE)
    if silent:
        counts = {"reported": reported, "expected": expected, "names": silent}
        said.append(_("{reported}/{expected} đơn vị có số liệu, thiếu {names}").format(**counts))
    for lack, words in LACK_WORDS.items():
        found = _named(lacking, names, lack)
        if found:
            said.append(str(words).format(names=found))
    return "; ".join(said)


def _named(lacking: Mapping[int, Lack], names: Mapping[int, str], lack: Lack) -> str:
    units = [one for one, why in lacking.items() if why == lack]
    known = sorted(names[one] for one in units if one in names)
    unnamed = len(units) - len(known)
    if unnamed:
        words = _("{count} đơn vị khác") if known else _("{count} đơn vị")
        known.append(words.format(count=unnamed))
    return ", ".join(known)
