"""What was found about an act or the register, as sentences: what is wrong, where, what to do."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from communes.models import Unit
from communes.queries.providers import all_providers
from communes.rules.acts import Finding, Weight
from communes.rules.shares import say_share

WEIGHTS: Mapping[str, Any] = {
    Weight.ERROR: gettext_lazy("lỗi"),
    Weight.WARNING: gettext_lazy("cần xem"),
    Weight.NOTE: pgettext_lazy("mức của phát hiện", "ghi nhận"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in words. `place` is its line in the draft (0: the act as a whole), or the unit's key."""

    weight: str
    code: str
    words: str
    place: int = 0

    @property
    def is_error(self) -> bool:
        return self.weight == Weight.ERROR

    @property
    def weight_word(self) -> str:
        return str(WEIGHTS[self.weight])


def _say(finding: Finding, words: str) -> str:
    facts: dict[str, Any] = {}
    for name, value in finding.facts.items():
        if isinstance(value, date):
            facts[name] = f"{value:%d/%m/%Y}"
        elif name == "total":
            facts[name] = say_share(int(str(value)))
        elif isinstance(value, list):
            facts[name] = ", ".join(str(one) for one in value)
        else:
            facts[name] = value
    return words.format(**facts)


def _begins(facts: Mapping[str, Any]) -> str:
    if "start" in facts:
        return _("{name} chỉ có từ {start}, sau ngày hoạt động: văn bản này đã thực hiện, hoặc sai ngày.")
    return _("{name} còn đến {end} theo văn bản khác: đơn vị mới sẽ bắt đầu trước khi đơn vị cũ kết thúc.")


def _founds(facts: Mapping[str, Any]) -> str:
    if facts.get("past"):
        return _("{name} lập mới, không có đơn vị cũ; mã này trước là {past}.")
    return _("{name} lập mới, không có đơn vị cũ: số liệu bắt đầu từ đầu.")


# About an act and its lines.
OF_ACT: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "no_line": lambda f: _("Chưa có dòng nào: thêm đơn vị cũ và đơn vị mới, hoặc nạp từ tệp."),
    "act_again": lambda f: _("Văn bản số {number} đã thực hiện trong danh mục: không thực hiện lần thứ hai."),
    "before_register": lambda f: _("Danh mục bắt đầu từ {day}: ngày hoạt động phải sau ngày đó."),
    "starts_before_end": _begins,
    "placed_later": lambda f: _("{name} đã được chuyển đơn vị cấp trên từ {day} theo văn bản khác."),
    "name_differs": lambda f: _("Danh mục ghi là {name}, dòng này ghi {said}: kiểm tra mã."),
    "loop": lambda f: _("Vòng lặp: mã {code} trở lại chính nó."),
    "chain": lambda f: _("Mã {code} vừa được lập vừa kết thúc trong cùng văn bản: ghi thẳng đơn vị cuối."),
    "already_ended": lambda f: _("{name} đã kết thúc từ {end}: từ đó đến ngày hoạt động bị hở."),
    "created_closed": lambda f: _("Mã {code} chưa có trong danh mục: sẽ thêm và ghi kết thúc vào ngày này."),
    "unknown": lambda f: _(
        "Danh mục chưa có đơn vị cũ mã {code}. Sửa mã, hoặc chọn thêm đơn vị này (đã kết thúc)."
    ),
    "twice": lambda f: _("Cặp đơn vị cũ, đơn vị mới này ghi hai lần."),
    "share_of_whole": lambda f: _("Đã ghi toàn bộ thì không ghi tỷ lệ hay thôn, bản."),
    "share_range": lambda f: _("Tỷ lệ phải lớn hơn 0 và không quá 100%."),
    "share_without_base": lambda f: _("Tỷ lệ theo gì? Ghi dân số hoặc số hộ của năm nào."),
    "whole_and_part": lambda f: _("Mã {code} đã chuyển toàn bộ thì không còn phần nào cho đơn vị khác."),
    "part_alone": lambda f: _("Mã {code} mới chuyển một phần: thêm dòng cho phần còn lại."),
    "shares_sum": lambda f: _("Các phần của mã {code} cộng lại {total}, phải đúng 100%."),
    "share_unknown": lambda f: _("Mã {code} chia {parts} phần, chưa rõ tỷ lệ: số từng phần chưa tính được."),
    "village_twice": lambda f: _("Thôn, bản mã {village} ghi ở hai phần."),
    "village_elsewhere": lambda f: _("Thôn, bản mã {village} không thuộc {name} trước ngày này."),
    "territory_lost": lambda f: _("{name} kết thúc mà không về đâu: ghi đơn vị mới nhận địa bàn."),
    "ends": lambda f: _("{name} kết thúc, không có đơn vị kế thừa."),
    "tier_ends": lambda f: _("{name} kết thúc cùng cấp huyện."),
    "founded": _founds,
    "level_mixed": lambda f: _("{name} và {successor} không cùng cấp."),
    "two_parents": lambda f: _("Mã {code} ghi thuộc hai đơn vị trong một ngày: {said}."),
    "successor_differs": lambda f: _("Các dòng nói khác nhau về {code}: {said}."),
    "name_missing": lambda f: _("Thiếu tên của đơn vị mới mã {code}."),
    "kind_unknown": lambda f: _("Thiếu loại của đơn vị mới (xã, phường, thị trấn, bản …)."),
    "code_missing": lambda f: _("Thiếu mã của {name}."),
    "code_clash": lambda f: _("Mã {code} đang là của {name}, đơn vị này không kết thúc theo văn bản."),
    "overlap": lambda f: _("Mã {code} là của {name} từ {start}: hai đơn vị cùng mã chồng ngày nhau."),
    "village_left": lambda f: _("{name} không còn thuộc xã nào: ghi thôn, bản này chuyển theo phần nào."),
    "extent_changes": lambda f: _(
        "{name} rời {above}, địa giới xã thay đổi: nghị quyết lập lại xã thì thêm dòng của hai xã."
    ),
    "parent_missing": lambda f: _("Không rõ {name} thuộc đơn vị nào: ghi mã đơn vị cấp trên."),
    "parent_unknown": lambda f: _("Không có đơn vị cấp trên mã {code}."),
    "parent_ends": lambda f: _("{name} kết thúc nên không nhận đơn vị mới được."),
    "parent_level": lambda f: _("Đơn vị cấp trên mã {code} không phải cấp trên của {name}."),
    "outside": lambda f: _("{name} ngoài tỉnh bạn quản trị."),
    "child_left": lambda f: _("{name} không còn thuộc đơn vị nào khi {above} chia: thêm dòng cho nó."),
    "unnamed": lambda f: _("{name} ({code}) không có trong văn bản: giữ nguyên, chuyển thẳng lên cấp trên."),
}

# About the register.
OF_REGISTER: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "code_twice": lambda f: _("Mã {code} có hai đơn vị từ {day}."),
    "two_parents": lambda f: _("Thuộc hai đơn vị trong một ngày, từ {day}."),
    "placed_beyond_life": lambda f: _("Quan hệ trực thuộc từ {day} nằm ngoài thời gian tồn tại."),
    "parent_not_living": lambda f: _("Thuộc một đơn vị không tồn tại vào {day}."),
    "parent_level": lambda f: _("Thuộc một đơn vị không phải cấp trên."),
    "tree_loop": lambda f: _("Có đơn vị thuộc chính nó."),
    "unreachable": lambda f: _("Không thuộc tỉnh nào từ {day}."),
    "starts_before_end": lambda f: _("Bắt đầu {day}, trước khi đơn vị cũ kết thúc."),
    "gap": lambda f: _("Đơn vị cũ kết thúc {day} nhưng đơn vị này bắt đầu sau đó."),
    "levels_differ": lambda f: _("Khác cấp với đơn vị cũ."),
    "no_successor": lambda f: _("Kết thúc {day} mà không về đơn vị nào."),
    "succession_loop": lambda f: _("Có đơn vị kế thừa chính nó."),
    "whole_and_part": lambda f: _("Ghi chuyển toàn bộ mà còn chuyển cho đơn vị khác."),
    "part_alone": lambda f: _("Mới ghi chuyển một phần, phần còn lại chưa rõ về đâu."),
    "shares_sum": lambda f: _("Các phần cộng lại {total}, không phải 100%."),
    "share_unknown": lambda f: _("Chia {parts} phần, chưa rõ tỷ lệ."),
    "derived_stale": lambda f: _("Bảng cấp trên theo thời gian chưa khớp với quan hệ trực thuộc."),
}


def act_findings(findings: Iterable[Finding]) -> list[Said]:
    """The findings about a draft, in words, in their order."""
    return [Said(one.weight, one.code, _say(one, OF_ACT[one.code](one.facts)), one.place) for one in findings]


def register_words(findings: Iterable[Finding]) -> list[Said]:
    """The findings about the register, each beginning with the unit it is about."""
    rows = list(findings)
    units = Unit.objects.in_bulk({one.place for one in rows if one.place})
    return [Said(one.weight, one.code, _about(one, units.get(one.place)), one.place) for one in rows]


def _about(finding: Finding, unit: Unit | None) -> str:
    known = OF_REGISTER.get(finding.code)
    if known is None:
        kind = finding.code.partition(".")[0]
        provider = next((one for one in all_providers() if one.kind == kind), None)
        words = provider.words(finding, unit) if provider else finding.code
    else:
        words = _say(finding, known(finding.facts))
    return f"{unit.code} {unit}: {words}" if unit is not None else words
