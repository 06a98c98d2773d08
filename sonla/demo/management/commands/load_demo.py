"""Load the demo: its people, six years of reports, and decisions. Once; a second run changes nothing."""

import gc
from datetime import date
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from communes.models import Unit, User, today
from programs.models import CriteriaSet, Observation, Through
from sonla.demo.generator.registers import draw_homes
from sonla.demo.generator.reports import draw_plans
from sonla.demo.generator.streams import SEED
from sonla.demo.generator.terms import Term
from sonla.demo.generator.world import World, draw_world
from sonla.demo.history import History, load_decisions
from sonla.demo.houses import load_houses
from sonla.demo.people import ADMIN, AUTHOR, PROVINCE, REVIEWER, load_people
from sonla.demo.registers import Registers, load_aggregates
from sonla.demo.sources import SET, asks_of_set, territory_of_register
from sonla.demo.villages import load_villages

# The periods of the houses' reports: the day on which they were counted, and on which they were accepted.
HOUSE_PERIODS: tuple[tuple[str, date, date | None], ...] = (
    ("2025-05-15", date(2025, 5, 16), date(2025, 5, 28)),
    ("2026-01-30", date(2026, 2, 2), date(2026, 2, 12)),
    ("2026-10", date(2026, 10, 22), date(2026, 10, 29)),
    ("2026-11", date(2026, 11, 20), None),
)


class Command(BaseCommand):
    help = "Nạp dữ liệu minh họa: người dùng, số liệu các năm và quyết định công nhận."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--password", default="", help="Mật khẩu chung của các tài khoản minh họa.")
        parser.add_argument("--seed", type=int, default=SEED, help="Hạt giống của số liệu minh họa.")

    @transaction.atomic
    def handle(self, *args: object, password: str, seed: int, **options: object) -> None:
        if not Unit.objects.filter(code=PROVINCE).exists():
            raise CommandError("Chưa có đơn vị hành chính: chạy load_register trước.")
        if not CriteriaSet.objects.filter(code=SET).exists():
            raise CommandError("Chưa có bộ tiêu chí: chạy load_programmes trước.")
        made, drawn = load_people(password or None, today())
        self._say(f"Người dùng minh họa: thêm {made}.")
        if Observation.objects.filter(through=Through.DEMO).exists():
            self._say("Số liệu minh họa đã có, giữ nguyên.")
        else:
            self._load_figures(seed)
        self._tell_logins(password, drawn)

    def _load_figures(self, seed: int) -> None:
        world = draw_world(territory_of_register(), asks_of_set(), seed)
        made = load_decisions(world.decisions)
        self._say(f"Quyết định công nhận: {made}.")
        admin = User.objects.get(username=ADMIN)
        made = load_villages(world.territory, world.bases, by=admin, today=today(), seed=seed)
        self._say(f"Thôn, bản minh họa: thêm {made}.")
        # Hundreds of thousands of small objects, none in a circle: looking for some is a sixth of the time.
        gc.disable()
        try:
            self._load_reports(world, seed)
        finally:
            gc.enable()

    def _load_reports(self, world: World, seed: int) -> None:
        reviewer = User.objects.get(username=REVIEWER)
        history = History(User.objects.get(username=AUTHOR), reviewer)
        homes = draw_homes(world.territory, world.bases, world.poverty, seed)
        registers = Registers(homes, reviewer, seed)
        for term, plans in draw_plans(world.figures, registers.places):
            history.load(term, plans, partial(self._load_year, registers, term) if term.is_year else None)
            figures = sum(len(plan.entries) for plan in plans)
            self._say(f"Kỳ {term.code}: {len(plans)} báo cáo, {figures} số liệu.")
        self._load_houses(world, history, seed)

    def _load_houses(self, world: World, history: History, seed: int) -> None:
        """The houses, which follow the registers; then what each of their periods counts."""
        made = load_houses(world.territory, world.poverty, by=history.author, today=today(), seed=seed)
        self._say(f"Nhà ở: {made} nhà.")
        for code, entered_on, accepted_on in HOUSE_PERIODS:
            figures = history.count_houses(code, entered_on, accepted_on=accepted_on)
            self._say(f"Kỳ {code}: {figures} số liệu nhà ở, tính từ từng nhà.")

    def _load_year(self, registers: Registers, term: Term) -> None:
        sheets = registers.load(term.base_year)
        load_aggregates(term.base_year, registers.places)
        self._say(f"Rà soát {term.code}: {sheets} phiếu của sáu xã có sổ hộ.")

    def _tell_logins(self, password: str, drawn: str | None) -> None:
        self._say("Tài khoản: admin, tinh, nhap.tinh, xem, xa.<mã xã> (ví dụ xa.03703);")
        self._say("ld.03703 (lãnh đạo xã), xa.03703.mt, xa.03703.vh (bộ phận của xã);")
        self._say("so.nnmt, so.gddt, so.yt, so.xd (sở của tỉnh).")
        if drawn:
            self._say(f"Mật khẩu chung của các tài khoản mới (chỉ hiện một lần): {drawn}")
        elif password:
            self._say("Mật khẩu chung: như đã cho.")
        else:
            self._say("Mật khẩu: giữ nguyên như lần trước.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        # A first load takes a while: each line is seen when it is true.
        self.stdout.flush()
