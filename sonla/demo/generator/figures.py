"""Every figure of a commune's report: on the side of its threshold that the commune's standing asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, sqrt

from sonla.demo.generator import casting
from sonla.demo.generator.asks import Ask, asks_on
from sonla.demo.generator.bases import Bases
from sonla.demo.generator.poverty import Poverty
from sonla.demo.generator.ratios import BASES_OF, Band, Ratios
from sonla.demo.generator.standing import Standing, failed_criteria, is_quynh_nhai
from sonla.demo.generator.streams import chance, stream
from sonla.demo.generator.terms import Term
from sonla.demo.generator.territory import Place, Territory

ORGANISATIONS = 5
INCOME = "ntm.xa.10.1"
POVERTY = "ntm.xa.11.1"
# What may not apply: how often for one former commune, and the reason that is given.
NOT_APPLICABLE = {
    "ntm.xa.7.1": (0.14, "Không có chợ trong quy hoạch, nhân dân mua bán ở chợ xã bên"),
    "ntm.xa.13.4": (0.965, "Xã không có làng nghề, làng nghề truyền thống"),
    "ntm.xa.17.2": (0.05, "Không có cơ sở sản xuất, nuôi trồng thủy sản, làng nghề thuộc diện áp dụng"),
    "ntm.xa.17.9": (0.04, "Không có cơ sở chăn nuôi thuộc diện áp dụng, chỉ chăn nuôi hộ nhỏ lẻ"),
}
SEXES = ("male", "female")
PEOPLE_BY_SEX = ("labour", "graduates", "insured")


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure as it is entered, in the indicator's smallest step."""

    code: str
    value: int | None
    denominator: int | None = None
    not_applicable: bool = False
    note: str = ""


@dataclass
class FigureDraw:
    """Draws the reports of all places, term after term: figures go on from those of the term before."""

    territory: Territory
    bases: Bases
    standing: Standing
    poverty: Poverty
    asks: Sequence[Ask]
    seed: int

    def __post_init__(self) -> None:
        close = {
            (code, piece.name)
            for piece in self.territory.pieces
            if piece.places[2][0] == casting.QUYNH_NHAI_COMMUNE
            for codes in casting.QUYNH_NHAI_FAILS.values()
            for code in codes
        }
        self.ratios = Ratios(self.seed, frozenset(close))

    def report(self, place: Place, term: Term) -> list[Entry]:
        """The figures of one report, complete, in the order of the form."""
        return [entry for _ask, entry in self.asked(place, term)]

    def asked(self, place: Place, term: Term) -> Iterator[tuple[Ask, Entry]]:
        """The same with what each answers; call it in the order of the terms."""
        asks = asks_on(self.asks, term.last_day)
        fails = self.failed(place, term, asks)
        for ask in asks:
            reason = self._not_applicable(place, ask) if ask.code not in fails else ""
            if reason:
                yield ask, Entry(ask.code, None, not_applicable=True, note=reason)
                continue
            for entry in self._entries(place, term, ask, ask.code not in fails):
                yield ask, entry

    def failed(self, place: Place, term: Term, asks: Sequence[Ask]) -> set[str]:
        """The indicators that keep the place from meeting, criterion by criterion."""
        if is_quynh_nhai(place):
            return {code for codes in casting.QUYNH_NHAI_FAILS.values() for code in codes}
        failed: set[str] = set()
        main = self.standing.main_piece[place.key]
        for number in sorted(failed_criteria(self.standing, place, term, self.seed)):
            own = [ask for ask in asks if ask.criterion == number]
            codes = [ask.code for ask in own if not self._not_applicable(place, ask)]
            if not codes:
                continue
            drawn = stream(self.seed, "failing", main, number)
            order = drawn.sample(sorted(codes), len(codes))
            left = max(1 - 0.13 * term.years, 0.35)
            count = 1 if len(codes) < 3 else max(1, round(len(codes) * drawn.uniform(0.15, 0.5) * left))
            failed |= set(order[:count])
        if not failed and not self.standing.meets(place, term):
            failed.add(INCOME)
        return failed

    def _not_applicable(self, place: Place, ask: Ask) -> str:
        """The reason why an indicator does not apply here: to none of the former communes did it apply."""
        if not ask.may_not_apply or ask.code not in NOT_APPLICABLE:
            return ""
        often, reason = NOT_APPLICABLE[ask.code]
        firsts = {piece.places[0][0] for piece in self.territory.of[place.key]}
        drawn = [chance(self.seed, "not applicable", ask.code, code) for code in sorted(firsts)]
        return reason if all(one < often for one in drawn) else ""

    def _entries(self, place: Place, term: Term, ask: Ask, passes: bool) -> list[Entry]:
        if ask.code == POVERTY:
            pieces = self.territory.of[place.key]
            poor = sum(self.poverty.of(pieces, term.base_year))
            return [Entry(ask.code, poor, self.bases.of("households", pieces, term.base_year))]
        if ask.code == "ntm.xa.3.2":
            return self._preparedness(place, term, ask, passes)
        if ask.kind == "boolean":
            return [Entry(ask.code, int(passes))]
        if ask.kind == "percent":
            return self._percentages(place, term, ask, passes)
        return [Entry(ask.code, self._amount(place, term, ask, passes))]

    def _amount(self, place: Place, term: Term, ask: Ask, passes: bool) -> int:
        """Income, dilapidated houses, green land."""
        bar = float(ask.bar())
        if ask.code == "ntm.xa.9.1":
            if passes:
                return 0
            drawn = stream(self.seed, "houses", self.standing.main_piece[place.key])
            pieces = len(self.territory.of[place.key])
            return max(1, round(drawn.randint(6, 38) * sqrt(pieces) * max(1 - term.years / 6, 0.1)))
        low, high = (0.5, 1.32) if ask.kind == "money" else (0.25, 2.2)
        # Income goes on from last year's even when its threshold has risen.
        share = self._share(ask.code, place, term, Band(bar * low, bar, bar * high, passes))
        step = 10_000 if ask.kind == "money" else 1
        scaled = share * float(10**ask.decimals) / step
        amount: int = (ceil(scaled) if passes else floor(scaled)) * step
        return max(amount, ceil(ask.bar() * 10**ask.decimals)) if passes else amount

    def _preparedness(self, place: Place, term: Term, ask: Ask, passes: bool) -> list[Entry]:
        drawn = stream(self.seed, "preparedness", self.standing.main_piece[place.key])
        items = passes or drawn.random() < 0.5
        score = drawn.randint(50, 64) if passes or not items else drawn.randint(34, 46)
        score = min(score + int(term.years), 69 if score >= 50 else 49)
        return [Entry(f"{ask.code}.required_items", int(items)), Entry(f"{ask.code}.score", score)]

    def _percentages(self, place: Place, term: Term, ask: Ask, passes: bool) -> list[Entry]:
        base, low, high = BASES_OF[ask.code]
        if base in PEOPLE_BY_SEX:
            return self._by_sex(place, term, ask, passes)
        whole = self._base(base, place, term)
        if ask.code == "ntm.xa.5.1":
            return self._schools(place, ask, passes, whole)
        main, part_passes = passes, passes
        if "piped" in ask.parts and not passes:
            main = chance(self.seed, "piped", self.standing.main_piece[place.key]) < 0.4
            part_passes = False
        band = Band(low / 100, float(ask.bar()) / 100, high / 100, main, falling=ask.at_most)
        value = side(self._share(ask.code, place, term, band), whole, ask.bar(), main, ask.at_most)
        found = [Entry(ask.code, value, whole)]
        if "piped" in ask.parts:
            bar = ask.bar("piped")
            band = Band(0.01, float(bar) / 100, 0.24, part_passes)
            share = self._share(f"{ask.code}.piped", place, term, band)
            piped = side(share, whole, bar, part_passes, False)
            found.append(Entry(f"{ask.code}.piped", min(piped, value), whole))
        return found

    def _by_sex(self, place: Place, term: Term, ask: Ask, passes: bool) -> list[Entry]:
        """Men and women each: women stand a little lower, and alone keep a commune back half of the time."""
        base, low, high = BASES_OF[ask.code]
        main = self.standing.main_piece[place.key]
        men_pass = passes or chance(self.seed, "men", ask.code, main) < 0.5
        found = []
        for sex in SEXES:
            met = men_pass if sex == "male" else passes
            top = high if sex == "male" else high * 0.97
            band = Band(low / 100, float(ask.bar(sex)) / 100, top / 100, met)
            share = self._share(f"{ask.code}.{sex}", place, term, band)
            whole = self._base(f"{base}.{sex}", place, term)
            found.append(Entry(f"{ask.code}.{sex}", side(share, whole, ask.bar(sex), met, False), whole))
        return found

    def _schools(self, place: Place, ask: Ask, passes: bool, whole: int) -> list[Entry]:
        """All at the minimum level, and so many at level 1; where it fails, one or the other is short."""
        least = Fraction(70 if whole > 3 else 50, 100)
        drawn = stream(self.seed, "schools", self.standing.main_piece[place.key])
        enough = ceil(least * whole)
        minimum = whole
        if passes:
            level_1 = drawn.randint(enough, whole)
        else:
            level_1 = max(enough - 1 - drawn.randint(0, 1), 0)
            minimum = whole - (1 if drawn.random() < 0.3 else 0)
        minimum = max(minimum, level_1)
        return [Entry(ask.code, level_1, whole), Entry(f"{ask.code}.minimum_level", minimum, whole)]

    def _base(self, name: str, place: Place, term: Term) -> int:
        if name == "organisations":
            return ORGANISATIONS
        return max(self.bases.of(name, self.territory.of[place.key], term.base_year), 1)

    def _share(self, code: str, place: Place, term: Term, band: Band) -> float:
        names = [piece.name for piece in self.territory.of[place.key]]
        return self.ratios.reach(code, names, self.standing.main_piece[place.key], term.years, band)


def side(share: float, whole: int, bar: Fraction, passes: bool, at_most: bool) -> int:
    """The numerator nearest to the share whose exact percentage is on its side of the bar."""
    value = min(max(round(share * whole), 0), whole)
    exact = bar * whole / 100
    if at_most:
        return min(value, floor(exact)) if passes else min(max(value, floor(exact) + 1), whole)
    return max(value, ceil(exact)) if passes else max(min(value, ceil(exact) - 1), 0)
