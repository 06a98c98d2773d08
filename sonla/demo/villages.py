"""The demo's villages, marked as made up: as many in each former commune as its figures say."""

from collections.abc import Iterator
from datetime import date

from communes.actions.villages import NewVillage, Stay, add_villages
from communes.models import Level, Unit, User, Verification
from sonla.demo.generator.bases import Bases
from sonla.demo.generator.names import MARK
from sonla.demo.generator.streams import stream
from sonla.demo.generator.territory import Key, Piece, Territory

# How places are called here, in the words of those who live there: field, forest, stream, hill, spring …
PLACES = "Nà Pá Huổi Co Phiêng Bó Nậm Hua Noong Pom Tong Lả Mòn Púng Suối Tà Khoang Kéo Thẳm Cang".split()
WHICH = (
    "Sản Ngà Luông Pát Khoang Mựt Cà Hịa Lụa Hốc Sàng Mạt Đứa Tòng Mường Cút Bon Nghè Cuông Lo Phát Ten Sai"
    " Kẹ Lậu Hày Tấu Hạ Lạnh Po Ý Nưa Xa Bay"
).split()
KINDS = {"phuong": ("to_dan_pho", "Tổ dân phố"), "thi_tran": ("tieu_khu", "Tiểu khu")}
BAN = ("ban", "Bản")


def load_villages(territory: Territory, bases: Bases, *, by: User, today: date, seed: int) -> int:
    """Make the demo's villages, once; each stands in its former commune until that ends, then in its heir."""
    if Unit.objects.filter(level=Level.VILLAGE).exists():
        return 0
    communes = {(one.code, one.valid_from): one for one in Unit.objects.filter(level=Level.COMMUNE)}
    villages = list(_villages(territory, bases, communes, seed))
    add_villages(villages=villages, by=by, today=today, mark=Verification.DEMO)
    return len(villages)


def _villages(
    territory: Territory, bases: Bases, communes: dict[Key, Unit], seed: int
) -> Iterator[NewVillage]:
    for piece in territory.pieces:
        count = bases.fixed["villages"][piece.name]
        kind, word = KINDS.get(territory.places[piece.places[1]].kind, BAN)
        stays = _stays(piece, communes)
        for name in _names(piece, count, seed):
            yield NewVillage(f"{word} {name} {MARK}", kind, stays)


def _stays(piece: Piece, communes: dict[Key, Unit]) -> tuple[Stay, ...]:
    """The communes that the land belongs to, one after the other."""
    units = [communes[key] for key in dict.fromkeys(piece.places)]
    return tuple(Stay(one, one.valid_from, one.valid_to) for one in units)


def _names(piece: Piece, count: int, seed: int) -> list[str]:
    """So many different names within one piece of land."""
    drawn = stream(seed, "village names", piece.name)
    pairs = [f"{place} {which}" for place in PLACES for which in WHICH if place != which]
    return drawn.sample(pairs, count)
