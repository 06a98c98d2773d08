"""Villages: listed for who reads the commune, brought in from a list with a verdict for every row."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from communes.actions import refresh_register
from communes.actions.villages import NewVillage, Stay, add_villages
from communes.models import Act, Ancestry, Level, Lineage, Role, Succession, Unit, User
from programs.models import ImportJob, ImportState
from tests.support import TODAY, People, make_member, make_people, unit
from tests.workbooks import edited, opened, plain_list, sent

pytestmark = pytest.mark.django_db

HEAD = ["Mã xã", "Tên xã", "Tên bản, tiểu khu, tổ dân phố", "Loại", "Từ ngày", "Số hộ (nếu biết)"]
FIRST = date(2025, 7, 1)


@pytest.fixture(autouse=True)
def day(monkeypatch) -> None:
    for view in ("imports", "villages"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def keeper() -> User:
    return make_member("keeper", unit("14"), Role.ADMINISTRATOR)


@pytest.fixture
def office(keeper: User, client: Client) -> Client:
    client.force_login(keeper)
    return client


def upload(client: Client, content: bytes, code: str = "14") -> ImportJob:
    response = client.post(f"/units/{code}/villages/import/", {"file": sent(content)})
    assert response.status_code == 302, response.content.decode()
    return ImportJob.objects.latest("pk")


def apply(client: Client, job: ImportJob) -> ImportJob:
    page = client.get(f"/imports/{job.pk}/").context["page"]
    client.post(f"/imports/{job.pk}/", {"do": "apply", "reading": page.reading})
    job.refresh_from_db()
    return job


def villages() -> list[Unit]:
    return list(Unit.objects.filter(level=Level.VILLAGE).order_by("code"))


def verdicts(job: ImportJob) -> list[tuple[str, str]]:
    return [(row.verdict, row.message) for row in job.rows.order_by("order")]


def test_a_list_becomes_villages_under_their_communes(office: Client, people: People) -> None:
    content = plain_list(
        [
            HEAD,
            ["03703", "Xã Quỳnh Nhai", "Bản Pá Ngà", "bản", None, None],
            [3703, None, "Tiểu khu 2", "Tiểu khu", date(2026, 1, 1), 120],
            [None, "Mường Chiên", "Bản Hua Sáng", "Bản", "1/3/2026", None],
        ]
    )
    job = upload(office, content)
    assert job.counts == {"new": 3}
    assert villages() == []
    assert apply(office, job).state == ImportState.APPLIED

    found = villages()
    assert [one.code for one in found] == ["03688-1", "03703-1", "03703-2"]
    assert [one.name for one in found] == ["Bản Hua Sáng", "Bản Pá Ngà", "Tiểu khu 2"]
    assert [one.valid_from for one in found] == [date(2026, 3, 1), FIRST, date(2026, 1, 1)]
    assert [one.kind_id for one in found] == ["ban", "ban", "tieu_khu"]
    above = Ancestry.objects.on(TODAY).filter(unit=found[1]).order_by("depth")
    assert [row.ancestor.code for row in above] == ["03703-1", "03703", "14"]
    assert "03703-1" in {one.code for one in Unit.objects.readable_by(people.cadre, TODAY)}

    again = upload(office, content)
    assert again.counts == {"unchanged": 3}


def test_the_derived_tables_are_those_of_a_full_refresh(office: Client) -> None:
    apply(office, upload(office, plain_list([HEAD, ["03703", "", "Bản Pá Ngà", "bản"]])))

    def rows() -> list[tuple]:
        return sorted(
            Ancestry.objects.values_list("unit", "ancestor", "tie", "depth", "valid_from", "valid_to"),
            key=str,
        )

    before = rows()
    refresh_register()
    assert rows() == before


def test_every_row_has_its_verdict(office: Client) -> None:
    content = plain_list(
        [
            ["DANH SÁCH THÔN, BẢN"],
            ["Mã xã", "Xã", "Thôn, bản", "Loại", "Từ ngày", "Số hộ"],
            ["99999", "", "Bản A", "bản"],
            ["03703", "Mường Chiên", "Bản B", "bản"],
            ["", "", "Bản C", "bản"],
            ["03703", "", "", "bản"],
            ["03703", "", "Bản D", "làng"],
            ["03703", "", "Bản E", "bản", "31/2/2026"],
            ["03703", "", "Bản F", "bản", "1/1/2030"],
            ["03703", "", "Bản G", "bản", None, "nhiều"],
            ["03703", "", "=1+1", "bản"],
            ["03703", "", "Bản H", "bản", "1/1/1990"],
            ["03703", "", "Bản H", "bản"],
        ]
    )
    words = [
        "Không có xã mã 99999",
        "là Xã Quỳnh Nhai, không phải Mường Chiên",
        "Thiếu mã xã",
        "Tên phải có",
        "Loại là một trong",
        "không phải ngày",
        "chưa đến",
        "Số hộ phải là số",
        "công thức",
        "Tính từ 01/07/2025",
        "Trùng tên",
    ]
    found = verdicts(upload(office, content))

    assert [verdict for verdict, _message in found] == ["error"] * 9 + ["new"] * 2
    for word, (_verdict, message) in zip(words, found, strict=True):
        assert word in message


def test_two_may_bear_one_name_and_a_kind_can_be_corrected(office: Client) -> None:
    content = plain_list([HEAD, *[["03703", "", "Bản Nà Sản", "bản"]] * 2])
    apply(office, upload(office, content))
    assert [one.name for one in villages()] == ["Bản Nà Sản"] * 2
    assert upload(office, content).counts == {"unchanged": 2}

    other = upload(office, plain_list([HEAD, ["03703", "", "bản na san", "tiểu khu"]]))
    row = other.rows.get()
    assert (row.verdict, row.old, row.new) == ("changed", "bản", "tiểu khu")
    assert "Bản Nà Sản" in row.message
    apply(office, other)
    assert [one.kind_id for one in villages()] == ["tieu_khu", "ban"]


def test_a_list_that_moved_on_is_read_again(office: Client, keeper: User) -> None:
    content = plain_list([HEAD, ["03703", "", "Bản Pá Ngà", "bản"]])
    job = upload(office, content)
    stay = Stay(unit("03703"), FIRST)
    add_villages(villages=[NewVillage("Bản Pá Ngà", "ban", (stay,))], by=keeper, today=TODAY)
    job = apply(office, job)

    assert (job.state, job.counts) == (ImportState.READY, {"unchanged": 1})
    assert len(villages()) == 1


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["a", "b"], ["c", "d"]], "Không thấy dòng tiêu đề"),
        ([["Mã xã", "Loại"], ["03703", "bản"]], "Không thấy dòng tiêu đề"),
    ],
)
def test_what_is_no_list(office: Client, rows: list, words: str) -> None:
    job = upload(office, plain_list(rows))

    assert job.state == ImportState.FAILED
    assert words in job.problem


def test_merged_cells_below_the_heading_are_refused(office: Client) -> None:
    content = plain_list([HEAD, ["03703", "", "Bản A", "bản"], ["", "", "Bản B", "bản"]])
    merged = edited(content, lambda book: book["Danh sách"].merge_cells("A2:A3"))

    assert "ô bị trộn (A2:A3)" in upload(office, merged).problem


def test_the_template_holds_what_stands_and_comes_back_unchanged(office: Client) -> None:
    apply(office, upload(office, plain_list([HEAD, ["03703", "", "Bản Pá Ngà", "bản"]])))
    content = office.get("/units/14/villages/template/").content
    book = opened(content)

    assert [cell.value for cell in book["Danh sách"][1]] == HEAD
    assert [cell.value for cell in book["Danh sách"][2]][:4] == [
        "03703",
        "Xã Quỳnh Nhai",
        "Bản Pá Ngà",
        "bản",
    ]
    assert book["Mã xã"].max_row == 75
    assert upload(office, content).counts == {"unchanged": 1}


def test_a_commune_keeps_its_own_list_only(client: Client, people: People) -> None:
    client.force_login(make_member("own", unit("03703"), Role.ADMINISTRATOR))
    rows = [HEAD, ["03703", "", "Bản A", "bản"], ["03688", "", "Bản B", "bản"]]
    job = upload(client, plain_list(rows), "03703")

    assert job.counts == {"new": 1, "error": 1}
    assert client.get("/units/03688/villages/import/").status_code == 404
    for person, status in ((people.cadre, 403), (people.official, 403), (people.neighbour, 404)):
        client.force_login(person)
        assert client.get("/units/03703/villages/import/").status_code == status
        assert client.get("/units/03703/villages/template/").status_code == status


def test_the_list_is_read_by_who_reads_the_commune(office: Client, client: Client, people: People) -> None:
    apply(office, upload(office, plain_list([HEAD, ["03703", "", "Bản Pá Ngà", "bản"]])))
    client.force_login(people.cadre)
    page = client.get("/units/03703/villages/").content.decode()
    assert "Bản Pá Ngà" in page
    assert "Nạp danh sách" not in page
    client.force_login(people.neighbour)
    assert client.get("/units/03703/villages/").status_code == 404
    client.force_login(people.official)
    assert "Xã Quỳnh Nhai" in client.get("/units/14/villages/").content.decode()
    assert client.get("/units/03703-1/villages/").status_code == 404


def test_who_does_not_administer_registers_nothing(people: People) -> None:
    new = NewVillage("Bản A", "ban", (Stay(unit("03703"), FIRST),))
    with pytest.raises(PermissionDenied):
        add_villages(villages=[new], by=people.cadre, today=TODAY)
    assert villages() == []


def test_villages_are_merged_by_acts_of_their_own(keeper: User) -> None:
    """Two bản become one by the province's council, on its own date."""
    stay = Stay(unit("03703"), FIRST, date(2026, 6, 1))
    after = Stay(unit("03703"), date(2026, 6, 1))
    first, second = add_villages(
        villages=[NewVillage(name, "ban", (stay,)) for name in ("Bản A", "Bản B")], by=keeper, today=TODAY
    )
    (heir,) = add_villages(villages=[NewVillage("Bản A B", "ban", (after,))], by=keeper, today=TODAY)
    act = Act.objects.create(
        number="1/NQ-HĐND", title="Sáp nhập bản", in_force_on=after.valid_from, operative_on=after.valid_from
    )
    for one in (first, second):
        Succession.objects.create(act=act, predecessor=one, successor=heir)
    refresh_register()

    assert set(Lineage.objects.filter(unit=heir).values_list("predecessor", flat=True)) == {
        first.pk,
        second.pk,
    }
    assert [one.code for one in (first, second, heir)] == ["03703-1", "03703-2", "03703-3"]
    assert set(Unit.objects.territory_of(unit("03703"), TODAY).filter(level=Level.VILLAGE)) == {heir}
