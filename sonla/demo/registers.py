"""The demo's household registers: six communes through their reviews of 2021 to 2026, by everybody's actions.

Year after year while its period is open: households come into the register, the list is made, sheets are
filled in, villages meet and post, the province gives its opinion, the commune recognises, the province
approves.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from communes.models import Level, Membership, Placement, Role, Tie, Unit, User
from housing.actions.register import add_households
from housing.actions.reorganised import follow_villages
from housing.actions.reviews import (
    Papers,
    approve_reviews,
    ask_opinion,
    give_opinion,
    list_requests,
    recognise,
    start_review,
)
from housing.actions.sheets import SheetData, record_sheets
from housing.actions.village_steps import add_meeting, post_list
from housing.models import Arrival, CommuneReview, EthnicGroup, Household, ReviewRound, ReviewState, Source
from housing.rules.records import HouseholdData
from programs.models import Through
from sonla.demo.generator.names import MARK
from sonla.demo.generator.registers import NEAR, NEITHER, POOR, Home, answers_of
from sonla.demo.generator.streams import stream
from sonla.demo.generator.terms import YEARS
from sonla.demo.generator.territory import FIRST_OF_75, Key

KEEPER = "minh-hoa-so-ho"
"""Who kept the registers in the demo's past years; nobody can log in as this."""
FIRST_YEAR, OPEN_YEAR = YEARS[0], YEARS[-1]
# In the open year one waits for the province's opinion; the demo's first login is in the midst of it.
ASKED, IN_THE_MIDST = "03712", "03703"
MIDST_SHARE, OTHERS_SHARE = 0.33, 0.06


class Registers:
    """Loads one year after another; every step at the day it is said to have happened."""

    def __init__(self, homes: Mapping[str, list[Home]], reviewer: User, seed: int) -> None:
        self.homes = homes
        self.reviewer = reviewer
        self.seed = seed
        communes = Unit.objects.filter(level=Level.COMMUNE).select_related("kind")
        self.units: dict[Key, Unit] = {(one.code, one.valid_from): one for one in communes}
        self.groups = dict(EthnicGroup.objects.values_list("code", "pk"))
        self.rows: dict[Home, Household] = {}
        self.keeper = self._make_keeper()
        self.villages = self._villages()

    @property
    def places(self) -> set[Key]:
        """The communes of all days whose figures are counted from a register."""
        return {key for homes in self.homes.values() for home in homes for key in home.piece.places}

    def _make_keeper(self) -> User:
        """A cadre and leader of each of these communes while it stood, who cannot log in."""
        keeper = User.objects.create(
            username=KEEPER,
            full_name=f"Người giữ sổ hộ các năm trước {MARK}",
            password=make_password(None),
        )
        Membership.objects.bulk_create(
            Membership(
                user=keeper,
                unit=self.units[key],
                role=role,
                valid_from=self.units[key].valid_from,
                valid_to=self.units[key].valid_to,
            )
            for key in sorted(self.places)
            for role in (Role.CADRE, Role.LEADER)
        )
        return keeper

    def _villages(self) -> dict[Key, list[int]]:
        """The villages of each commune of 2021, in the order in which they were made."""
        found: dict[Key, list[int]] = defaultdict(list)
        rows = Placement.objects.filter(unit__level=Level.VILLAGE, tie=Tie.TREE).select_related("parent")
        for row in rows.order_by("unit"):
            found[row.parent.code, row.parent.valid_from].append(row.unit_id)
        return found

    def load(self, year: int) -> int:
        """One year's review of the six communes; returns how many sheets were filled in."""
        if year == FIRST_OF_75.year:
            follow_villages(FIRST_OF_75, by=self.keeper, note="NQ 1681/NQ-UBTVQH15")
        by_place: dict[Key, list[Home]] = defaultdict(list)
        for homes in self.homes.values():
            for home in homes:
                by_place[home.piece.on(date(year, 12, 31))].append(home)
        done = [self._review(year, self.units[key], homes) for key, homes in sorted(by_place.items())]
        closed = [review for review, _sheets in done if review.state == ReviewState.RECOGNISED]
        if closed:
            day = date(year, 12, 14)
            paper = Papers(f"{2400 + year % 100}/QĐ-UBND {MARK}", day)
            approve_reviews(reviews=closed, paper=paper, by=self.reviewer, today=day, at=_at(day))
        return sum(sheets for _review, sheets in done)

    def _review(self, year: int, commune: Unit, homes: Sequence[Home]) -> tuple[CommuneReview, int]:
        here = [home for home in homes if home.since <= year]
        start = date(year, 9, 6)
        self._register(year, commune, [home for home in here if home not in self.rows], start)
        review = start_review(
            round=ReviewRound.objects.get(code=str(year)),
            commune=commune,
            by=self.keeper,
            today=start,
            through=Through.DEMO,
            at=_at(start),
        )
        self._list_requests(year, review, here)
        sheets = self._fill_in(year, review, here)
        if year < OPEN_YEAR or commune.code == ASKED:
            self._meet_and_ask(review, date(year, 10, 28))
        if year < OPEN_YEAR:
            self._close(review, date(year, 12, 2))
        return CommuneReview.objects.get(pk=review.pk), sheets

    def _register(self, year: int, commune: Unit, homes: Sequence[Home], today: date) -> None:
        """The households that are new in the register; the first ones with their class as it was on paper."""
        if not homes:
            return
        rows = [(self._data(home), _came_on(home), _arrival(home)) for home in homes]
        made = add_households(commune=commune, rows=rows, by=self.keeper, today=today, through=Through.DEMO)
        self.rows |= dict(zip(homes, made, strict=True))
        if year == FIRST_YEAR:
            for kind in (POOR, NEAR):
                known = [self.rows[home].pk for home in homes if home.class_in(year) == kind]
                Household.objects.filter(pk__in=known).update(poverty_class=kind)

    def _data(self, home: Home) -> HouseholdData:
        villages = self.villages[home.piece.places[0]]
        return HouseholdData(
            village_id=villages[home.village],
            head_name=home.head.name,
            head_sex=home.head.sex,
            head_birth_year=home.head.birth_year,
            identity_number=home.head.identity,
            ethnic_group_id=self.groups[home.head.group],
            persons=home.persons,
            no_labour=home.no_labour,
            merit=home.merit,
            social_protection=home.social_protection,
        )

    def _list_requests(self, year: int, review: CommuneReview, homes: Sequence[Home]) -> None:
        """Households that are to be poor or near-poor and are not on the list handed in their paper."""
        listed = set(review.sheets.values_list("household", flat=True))
        wanted = [
            self.rows[home]
            for home in homes
            if home.class_in(year) != NEITHER and self.rows[home].pk not in listed
        ]
        if wanted:
            day = date(year, 9, 20)
            list_requests(
                review=review, households=wanted, requested_on=day, by=self.keeper, today=day, at=_at(day)
            )

    def _fill_in(self, year: int, review: CommuneReview, homes: Sequence[Home]) -> int:
        """The sheets of those on the list; in the open year of some only."""
        by_row = {self.rows[home].pk: home for home in homes}
        day = date(year, 10, 15) if year < OPEN_YEAR else date(year, 10, 20)
        pairs = []
        for sheet in review.sheets.select_related("household").order_by("pk"):
            home = by_row[sheet.household_id]
            if year == OPEN_YEAR and not self._looked_at(home, review.commune.code):
                continue
            answers = answers_of(home, year, review.commune.kind.is_urban, self.seed)
            values = SheetData(
                b1_points=answers.b1_points,
                income=answers.income,
                deprivations=answers.deprivations,
                reasons=answers.reasons,
                reviewed_on=day - timedelta(days=home.number % 12),
                persons=home.persons,
                no_labour=home.no_labour,
            )
            pairs.append((sheet, values))
        record_sheets(review=review, rows=pairs, by=self.keeper, today=day, through=Through.DEMO, at=_at(day))
        return len(pairs)

    def _looked_at(self, home: Home, code: str) -> bool:
        """Which households of the open year's general review were visited by now."""
        if code == ASKED:
            return True
        drawn = stream(self.seed, "visited", home.piece.name, home.number).random()
        if code == IN_THE_MIDST:
            return drawn < MIDST_SHARE
        before = home.class_in(OPEN_YEAR - 1)
        return NEITHER not in (before, home.class_in(OPEN_YEAR)) or (
            home.class_in(OPEN_YEAR) != before or drawn < OTHERS_SHARE
        )

    def _meet_and_ask(self, review: CommuneReview, day: date) -> None:
        """Every village meets, posts its list, and the commune asks the province for its opinion."""
        for part in review.villages.select_related("review", "village").order_by("pk"):
            drawn = stream(self.seed, "meeting", review.round.code, part.village_id)
            present = drawn.randint(38, 95)
            add_meeting(
                part=part,
                held_on=day,
                present=present,
                agreed=drawn.randint(round(present * 0.62), present),
                by=self.keeper,
                today=day,
                chair=f"Trưởng bản {MARK}",
                secretary=f"Thư ký {MARK}",
            )
            post_list(
                part=part,
                posted_from=day + timedelta(days=1),
                posted_to=day + timedelta(days=8),
                place=f"Nhà văn hóa bản {MARK}",
                by=self.keeper,
                today=day + timedelta(days=1),
            )
        asked = day + timedelta(days=20)
        paper = Papers(f"{200 + review.pk}/UBND-VHXH {MARK}", asked)
        ask_opinion(review=review, paper=paper, by=self.keeper, today=asked, at=_at(asked))

    def _close(self, review: CommuneReview, day: date) -> None:
        """The province's opinion, then the commune's recognition by name."""
        words = "Thống nhất kết quả rà soát."
        paper = Papers(f"{3000 + review.pk}/UBND-KGVX {MARK}", day)
        give_opinion(review=review, paper=paper, words=words, by=self.reviewer, today=day, at=_at(day))
        decided = day + timedelta(days=6)
        signed = Papers(f"{400 + review.pk}/QĐ-UBND {MARK}", decided, f"Chủ tịch UBND xã {MARK}")
        recognise(review=review, paper=signed, by=self.keeper, today=decided, at=_at(decided))


def load_aggregates(year: int, places: set[Key]) -> int:
    """Where no register is kept the year's figures go by the approved aggregate; its decision is kept."""
    day = date(year, 12, 31)
    of = ReviewRound.objects.get(code=str(year))
    there = set(CommuneReview.objects.filter(round=of).values_list("commune", flat=True))
    rows = [
        CommuneReview(
            round=of,
            commune=one,
            province_id=one.province_id or one.pk,
            source=Source.AGGREGATE,
            state=ReviewState.APPROVED if year < OPEN_YEAR else ReviewState.REVIEWING,
            decision_number=f"{500 + index}/QĐ-UBND {MARK}" if year < OPEN_YEAR else "",
            decided_on=date(year, 12, 8) if year < OPEN_YEAR else None,
            approval_number=f"{2400 + year % 100}/QĐ-UBND {MARK}" if year < OPEN_YEAR else "",
            approved_on=date(year, 12, 14) if year < OPEN_YEAR else None,
        )
        for index, one in enumerate(Unit.objects.in_force(day).filter(level=Level.COMMUNE).order_by("code"))
        if one.pk not in there and (one.code, one.valid_from) not in places
    ]
    return len(CommuneReview.objects.bulk_create(rows))


def _came_on(home: Home) -> date:
    return date(home.since, 6, 1) if home.since >= FIRST_YEAR else date(FIRST_YEAR, 1, 1)


def _arrival(home: Home) -> str:
    return Arrival.FORMED if home.since >= FIRST_YEAR else Arrival.FOUND


def _at(day: date, hour: int = 10) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, 20)))
