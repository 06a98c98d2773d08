"""The worked cases on the pages, as an official of the province sees them through the switch."""

import csv
import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communes.actions import refresh_register
from communes.models import Role
from programs.actions import Item
from programs.models import Recognition, RecognitionLevel
from tests.restating.world import (
    AFTER,
    BEFORE,
    CASE_1,
    CASE_7,
    CASE_9,
    JULY,
    PROVINCE,
    World,
    case_1,
    case_7,
    case_9,
    make_form,
)
from tests.support import make_member

pytestmark = pytest.mark.django_db
POOR, FORM = "ntm.xa.11.1", "ntm.xa"


@pytest.fixture(autouse=True)
def form(db: None) -> None:
    make_form()


def poor(figures: dict[str, tuple[int, int]]) -> dict[str, list[Item]]:
    return {key: [Item(POOR, above, below)] for key, (above, below) in figures.items()}


class Reader:
    """An official of the province, who reads pages as words."""

    def __init__(self, world: World) -> None:
        self.client = Client()
        self.client.force_login(world.official)

    def html(self, address: str, **asked: str) -> str:
        answer = self.client.get(address, {"state": "entered", **asked})
        assert answer.status_code == 200, answer.content.decode()[:2000]
        return answer.content.decode()

    def rows(self, address: str, **asked: str) -> dict[str, str]:
        """The rows of the page's tables in words, by the words of their head."""
        html = self.html(address, **asked)
        found = {}
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.DOTALL):
            head = re.search(r'<th scope="row">(.*?)</th>', row, re.DOTALL)
            if head:
                found[words(head[1])] = words(row[head.end() :])
        return found


def words(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def indicator(unit: str = PROVINCE) -> str:
    return f"/units/{unit}/indicators/{POOR}/"


class TestTheSwitch:
    def test_every_page_of_figures_has_it_in_plain_words(self) -> None:
        world = case_1()
        world.enter(BEFORE, poor(CASE_1), FORM)
        reader = Reader(world)
        for address in ("", "heatmap/", "series/", "criteria/11/", f"indicators/{POOR}/"):
            html = reader.html(f"/units/{PROVINCE}/{address}", period=BEFORE, boundaries="today")
            assert "theo đơn vị tại kỳ báo cáo" in html
            assert re.search(r'value="today" selected>quy đổi theo đơn vị hiện nay', html)
            assert "Cách quy đổi" in html
            as_was = reader.html(f"/units/{PROVINCE}/{address}", period=BEFORE)
            assert re.search(r'value="as-was" selected', as_was)
            assert "Cách quy đổi" not in as_was

    def test_it_stays_in_the_addresses_of_the_page(self) -> None:
        world = case_1()
        world.enter(BEFORE, poor(CASE_1), FORM)
        html = Reader(world).html(f"/units/{PROVINCE}/", period=BEFORE, boundaries="2025-07-01")
        onward = re.findall(r'href="(/units/97[^"]*)"', html)
        asked = [one for one in onward if "boundaries=2025-07-01" in one]
        assert any("/series/" in one for one in asked)
        assert any("/criteria/11/" in one for one in asked)
        assert any("/units/97001/" in one for one in asked)

    def test_a_day_is_chosen_beside_the_switch(self) -> None:
        world = case_1()
        html = Reader(world).html(f"/units/{PROVINCE}/", period=BEFORE, boundaries="date", on="2025-07-01")
        assert 'name="on" value="2025-07-01"' in html
        html = Reader(world).html(f"/units/{PROVINCE}/", period=BEFORE, boundaries="date")
        assert 'name="on" value="2025-12-31"' in html, "the last year's end, until a day is chosen"

    @pytest.mark.parametrize(
        ("name", "wrong"),
        [("boundaries", "now"), ("boundaries", "2020-12-31"), ("boundaries", "20250701"), ("on", "x")],
    )
    def test_what_is_no_day_is_refused(self, name: str, wrong: str) -> None:
        world = case_1()
        client = Client()
        client.force_login(world.official)
        asked = {"boundaries": "date", name: wrong}
        assert client.get(f"/units/{PROVINCE}/", asked).status_code == 400

    def test_where_nothing_was_reorganised_the_page_is_the_same(self) -> None:
        world = case_1()
        world.enter(AFTER, {"New": [Item(POOR, 425, 2500)]}, FORM)
        html = Reader(world).html(f"/units/{PROVINCE}/", period=AFTER, boundaries="today")
        assert "Mức của các xã" in html


class TestCase1:
    def test_the_merged_commune_has_the_ratio_of_sums_and_what_its_predecessors_were(self) -> None:
        world = case_1()
        world.enter(BEFORE, poor(CASE_1), FORM)
        rows = Reader(world).rows(indicator(), period=BEFORE, boundaries="today")
        assert "17,00%" in rows["Xã New"]
        assert "chưa đạt" in rows["Xã New"]
        assert rows["Xã New"].endswith("1/2 —"), "1 of 2 met it; C does not owe it"
        assert "ước tính" not in rows["Xã New"]

    def test_its_own_page_shows_the_years_before_it_was(self) -> None:
        world = case_1()
        world.enter(BEFORE, poor(CASE_1), FORM)
        world.enter("2025-H1", poor(CASE_1), FORM)
        world.enter(AFTER, {"New": [Item(POOR, 400, 2500)]}, FORM)
        reader = Reader(world)
        html = reader.html(indicator("97001"), period=AFTER, boundaries="today")
        rows = reader.rows(indicator("97001"), period=AFTER, boundaries="today")
        assert rows["Năm 2024"].startswith("17,00%")
        assert rows["Năm 2025"].startswith("16,00%")
        assert "Sắp xếp đơn vị hành chính 1/7/2025: số các kỳ đã quy đổi về cùng đơn vị" in html
        assert 'class="series-break"' in html
        assert rows["Xã New"].endswith("17,00%"), "compared with the period before, across the act"

    def test_a_missing_predecessor_is_named(self) -> None:
        world = case_1()
        world.enter(BEFORE, poor({key: CASE_1[key] for key in "AB"}), FORM)
        rows = Reader(world).rows(indicator(), period=BEFORE, boundaries="today")
        assert "2/3 đơn vị có số liệu, thiếu Thị trấn C" in rows["Xã New"]
        assert "%" not in rows["Xã New"].split("2/3")[0]

    def test_recognition_is_counted_never_averaged(self) -> None:
        world = case_1()
        world.enter(BEFORE, poor(CASE_1), FORM)
        Recognition.objects.create(
            unit=world.units["B"],
            level=RecognitionLevel.MET,
            decision="1/QĐ-UBND",
            decided_on=date(2024, 1, 1),
            valid_from=date(2024, 1, 1),
        )
        reader = Reader(world)
        rows = reader.rows(f"/units/{PROVINCE}/", period=BEFORE, boundaries="today")
        assert rows["Xã New"].split()[:3] == ["0/1", "1/2", "2/2"]
        assert "Xã A" in rows["Xã New"]
        assert "Thị trấn C" in rows["Xã New"]
        assert rows["11 Nghèo đa chiều"] == "1/2"
        heat = reader.rows(f"/units/{PROVINCE}/heatmap/", period=BEFORE, boundaries="today")
        assert "1/2" in heat["Xã New"]

    def test_an_old_district_is_looked_at_in_a_later_period(self) -> None:
        world = case_1()
        world.enter(AFTER, {"New": [Item(POOR, 400, 2500)]}, FORM)
        # The district's own map of 2024: its three communes of that time, together.
        rows = Reader(world).rows(indicator("970"), period=AFTER, boundaries="2024-12-31")
        assert rows["Năm 2025"].startswith("16,00%")
        assert "chưa rõ tỷ lệ chia của Xã New" in rows["Xã A"]

    def test_districts_are_former_only_where_they_had_ended(self) -> None:
        world = case_1()
        world.enter(BEFORE, poor(CASE_1), FORM)
        html = Reader(world).html(f"/units/{PROVINCE}/", period=BEFORE, boundaries="today")
        assert "Theo huyện, thành phố, thị xã" in html, "this district lives on"

    def test_the_file_carries_the_same(self) -> None:
        world = case_1()
        world.enter(BEFORE, poor(CASE_1), FORM)
        text = Reader(world).html(f"/units/{PROVINCE}/table.csv", period=BEFORE, boundaries="today")
        head, line = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
        found = dict(zip(head, line, strict=True))
        assert found["Đơn vị"] == "Xã New"
        assert found["Hợp thành từ"] == "Xã A; Xã B; Thị trấn C"
        assert (found["TC 11: số đạt"], found["TC 11: trên"]) == ("1", "2")


class TestCase7:
    def test_villages_move_exactly_and_without_a_mark(self) -> None:
        world = case_7()
        world.enter(AFTER, poor(CASE_7 | {"X": (60, 300), "Y": (15, 300)}), FORM)
        reader = Reader(world)
        was = reader.rows(indicator(), period=AFTER)
        assert "20,00%" in was["Xã X"]
        now = reader.rows(indicator(), period=AFTER, boundaries="today")
        assert "14,00%" in now["Xã X"]
        assert "35 trên 250 hộ" in now["Xã X"]
        assert "11,43%" in now["Xã Y"]
        assert "ước tính" not in now["Xã X"] + now["Xã Y"]
        assert now["Năm 2025"].startswith("12,50%")
        assert was["Năm 2025"].startswith("12,50%")


class TestCase9:
    def test_two_steps_marked_with_the_way_they_were_divided(self) -> None:
        world = case_9()
        world.enter(BEFORE, poor(CASE_9), FORM)
        reader = Reader(world)
        rows = reader.rows(indicator(), period=BEFORE, boundaries="2025-07-01")
        assert (
            rows["Xã Phù Yên"].split()[:4] == ["▽", "chưa", "đạt", "4,26%"] or "4,26%" in rows["Xã Phù Yên"]
        )
        assert "(ước tính)" in rows["Xã Phù Yên"]
        assert "179 trên 4.200 hộ" in rows["Xã Phù Yên"]
        assert "18,92%" in rows["Xã Suối Tọ 3"]
        html = reader.html(indicator(), period=BEFORE, boundaries="2025-07-01")
        assert 'href="#uoc-tinh"' in html
        assert 'id="uoc-tinh"' in html
        assert "Trên trang này: chia theo tỷ lệ dân số ghi trong văn bản sắp xếp." in html

    def test_the_criterions_page_says_the_same(self) -> None:
        world = case_9()
        world.enter(BEFORE, poor(CASE_9), FORM)
        rows = Reader(world).rows(f"/units/{PROVINCE}/criteria/11/", period=BEFORE, boundaries="2025-07-01")
        assert "4,26% (ước tính)" in rows["Xã Phù Yên"]
        assert "18,92% (ước tính)" in rows["Xã Suối Tọ 3"]

    def test_without_the_share_the_parts_say_so(self) -> None:
        world = case_9(quang_huy=(None, None))
        world.enter(BEFORE, poor(CASE_9), FORM)
        rows = Reader(world).rows(indicator(), period=BEFORE, boundaries="2025-07-01")
        for name in ("Xã Phù Yên", "Xã Suối Tọ 3"):
            assert "chưa rõ tỷ lệ chia của Xã Quang Huy" in rows[name]
            assert "%" not in rows[name].split("chưa rõ")[0].replace("≥", "")

    def test_the_total_is_the_same_on_every_map(self) -> None:
        world = case_9()
        world.enter(BEFORE, poor(CASE_9), FORM)
        reader = Reader(world)
        totals = {
            reader.rows(indicator(), period=BEFORE, **asked)["Năm 2024"].split()[0]
            for asked in (
                {},
                {"boundaries": "2025-01-01"},
                {"boundaries": "2025-07-01"},
                {"boundaries": "today"},
            )
        }
        assert totals == {"9,22%"}, "of the four xã; the town does not owe it"


class TestWhoReads:
    def test_a_cadre_sees_the_own_commune_only(self) -> None:
        world = case_1()
        world.enter(BEFORE, poor(CASE_1), FORM)
        cadre = make_member("cadre97", world.units["New"], Role.CADRE)
        client = Client()
        client.force_login(cadre)
        asked = {"period": BEFORE, "boundaries": "today", "state": "entered"}
        assert client.get(indicator("97001"), asked).status_code == 200
        assert client.get(indicator(), asked).status_code == 404

    def test_a_former_cadre_reads_nothing_of_the_successor(self) -> None:
        world = case_1()
        world.enter(AFTER, {"New": [Item(POOR, 400, 2500)]}, FORM)
        former = make_member("former97", world.units["B"], Role.VIEWER)
        client = Client()
        client.force_login(former)
        asked = {"period": AFTER, "boundaries": "2024-12-31", "state": "entered"}
        for address in ("/units/97002/", indicator("97002")):
            html = client.get(address, asked).content.decode()
            assert "16,00" not in html
            assert "Xã New" not in html


@pytest.mark.parametrize("address", ["", "heatmap/", "series/", "criteria/11/", f"indicators/{POOR}/"])
def test_statements_do_not_grow_with_units(address: str) -> None:
    world = case_9()
    world.enter(BEFORE, poor(CASE_9), FORM)
    reader = Reader(world)
    asked = {"period": BEFORE, "boundaries": JULY.isoformat()}

    def count() -> int:
        reader.html(f"/units/{PROVINCE}/{address}", **asked)
        with CaptureQueriesContext(connection) as found:
            reader.html(f"/units/{PROVINCE}/{address}", **asked)
        return len(found)

    few = count()
    for number in range(20):
        world.commune(f"M {number}", f"98{number:03}", end=JULY)
        world.commune(f"N {number}", f"99{number:03}", start=JULY, under="province", former="district")
        world.goes(f"M {number}", f"N {number}")
    refresh_register()
    world.enter(BEFORE, poor({f"M {number}": (number, 100) for number in range(20)}), FORM)
    assert count() == few <= 21
