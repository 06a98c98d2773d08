"""A register goes out as a workbook, is filled in offline and comes back: looked at, then whole or not."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl.workbook import Workbook

from housing.models import CommuneReview, Household, ReviewRound, Source
from programs.models import ExportLog, ImportJob, ImportRow, Observation
from tests.housing.world import HousingWorld, add, make_housing_world, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> HousingWorld:
    return make_housing_world()


@pytest.fixture
def cadre(world: HousingWorld) -> Client:
    return signed_in(world.cadre)


def downloaded(client: Client, world: HousingWorld) -> Workbook:
    answer = client.get(f"/households/{world.commune.code}/workbook/")
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def send(client: Client, world: HousingWorld, book: Workbook) -> ImportJob:
    stream = io.BytesIO()
    book.save(stream)
    upload = SimpleUploadedFile("so-ho.xlsx", stream.getvalue())
    answer = client.post(f"/households/{world.commune.code}/import/", {"file": upload})
    assert answer.status_code == 302, answer.content.decode()
    return ImportJob.objects.latest("pk")


def apply(client: Client, job: ImportJob) -> ImportJob:
    reading = job.options["reading"]
    client.post(f"/imports/{job.pk}/", {"do": "apply", "reading": reading})
    return ImportJob.objects.get(pk=job.pk)


def fill(book: Workbook, row: int, **cells: object) -> None:
    """Type into a row by what the heading says."""
    sheet = book["Sổ hộ"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for name, value in cells.items():
        sheet.cell(row, columns[HEADS[name]], value)


HEADS = {
    "code": "Mã hộ",
    "village": "Thôn, bản",
    "name": "Họ và tên chủ hộ",
    "sex": "Giới tính",
    "born": "Năm sinh",
    "number": "Số định danh",
    "group": "Dân tộc",
    "persons": "Số nhân khẩu",
    "no_labour": "Không có khả năng lao động",
}


def verdicts(job: ImportJob) -> dict[str, int]:
    return {name: count for name, count in job.counts.items() if count}


def test_new_changed_and_unchanged_rows_are_told_apart_and_applied_together(
    world: HousingWorld, cadre: Client
) -> None:
    first, second = add(world.here, "Lò Văn Ánh"), add(world.here, "Lò Văn Bình")
    CommuneReview.objects.create(
        round=ReviewRound.objects.get(code="2026"),
        commune=world.commune,
        province_id=world.commune.province_id,
        source=Source.REGISTER,
    )
    book = downloaded(cadre, world)
    fill(book, 2, persons=7)
    fill(book, 4, village="Bản Pá Uôn", name="Cà Thị Dung", sex="Nữ", born=1985, group="Thái", persons=3)

    job = send(cadre, world, book)

    assert verdicts(job) == {"new": 1, "changed": 1, "unchanged": 1}
    changed = ImportRow.objects.get(job=job, verdict="changed")
    assert (changed.old, changed.new) == ("số nhân khẩu: 4", "số nhân khẩu: 7")
    assert not Household.objects.filter(head_name="Cà Thị Dung").exists()

    assert apply(cadre, job).state == "applied"

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.persons, second.version) == (7, 1)
    made = Household.objects.get(head_name="Cà Thị Dung")
    assert (made.village.name, made.persons, made.head_sex) == ("Bản Pá Uôn", 3, "female")
    # The commune's figures follow in the same step.
    counted = Observation.objects.get(unit=world.commune, indicator__code="base.population")
    assert (counted.value, counted.from_records) == (7 + 4 + 3, True)


def test_the_same_file_twice_changes_nothing(world: HousingWorld, cadre: Client) -> None:
    add(world.here)
    book = downloaded(cadre, world)
    fill(book, 2, persons=6)
    apply(cadre, send(cadre, world, book))

    again = send(cadre, world, book)

    assert verdicts(again) == {"unchanged": 1}


def test_bad_cells_are_named_and_the_file_comes_back_with_them_marked(
    world: HousingWorld, cadre: Client
) -> None:
    add(world.here, "Lò Văn Ánh", identity_number="014070000001")
    book = downloaded(cadre, world)
    fill(book, 3, village="Bản Hua Sáng", name="Lò Văn Én", persons=2)
    fill(book, 4, village="Bản Nà Hừa", name="Lò Văn Giang", persons="ba")
    fill(book, 5, village="Bản Nà Hừa", name="Lò Văn Hặc", persons=3, number="12345")
    fill(book, 6, village="Bản Nà Hừa", name="Lò Văn Inh", persons=3, number="014070000001")
    fill(book, 7, code="03688-00001", village="Bản Nà Hừa", name="Lò Văn Khăm", persons=3)
    fill(book, 8, village="Bản Nà Hừa", name="Lò Văn Long", persons=4, born=2999)

    job = send(cadre, world, book)

    assert verdicts(job) == {"unchanged": 1, "error": 6}
    said = {row.place: row.message for row in ImportRow.objects.filter(job=job, verdict="error")}
    assert "không có trong xã" in said["B3"]
    assert "số nguyên" in said["I4"]
    assert "12 chữ số" in said["C5"]
    assert "Trùng với dòng 2" in said["C6"]
    assert "Không có hộ mã này" in said["C7"]
    assert "sau năm nay" in said["C8"]
    assert not any("Lò Văn" in words or "0140" in words for words in said.values())

    marked = cadre.get(f"/imports/{job.pk}/marked/")
    assert marked.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(marked.content))["Sổ hộ"]
    assert "không có trong xã" in sheet["B3"].comment.text


def test_what_changed_meanwhile_is_read_again(world: HousingWorld, cadre: Client) -> None:
    one = add(world.here)
    book = downloaded(cadre, world)
    fill(book, 2, persons=6)
    job = send(cadre, world, book)
    Household.objects.filter(pk=one.pk).update(version=2, persons=5)

    done = apply(cadre, job)

    assert done.state == "ready"
    assert "thay đổi" in done.problem
    one.refresh_from_db()
    assert one.persons == 5


def test_a_workbook_of_another_commune_is_refused_whole(world: HousingWorld, cadre: Client) -> None:
    other = downloaded(signed_in(world.there.cadre), HousingWorld(
        here=world.there, there=world.here, reviewer=world.reviewer, official=world.official,
        keeper=world.keeper, root=world.root,
    ))  # fmt: skip
    job = send(cadre, world, other)
    assert job.state == "failed"
    assert "của xã khác" in job.problem


def test_columns_that_were_moved_are_refused(world: HousingWorld, cadre: Client) -> None:
    book = downloaded(cadre, world)
    book["Sổ hộ"]["B1"] = "Họ và tên chủ hộ"
    assert "đổi chỗ" in send(cadre, world, book).problem


def test_who_took_the_list_is_written_down_and_a_viewer_may_not_send(world: HousingWorld) -> None:
    add(world.here)
    viewer = signed_in(world.viewer)
    assert viewer.get(f"/households/{world.commune.code}/workbook/").status_code == 200
    log = ExportLog.objects.get()
    assert (log.kind, log.rows, log.by, log.unit) == ("household-list", 1, world.viewer, world.commune)
    assert viewer.get(f"/households/{world.commune.code}/import/").status_code == 403
    assert signed_in(world.official).get(f"/households/{world.commune.code}/workbook/").status_code == 403
    assert signed_in(world.there.cadre).get(f"/households/{world.commune.code}/workbook/").status_code == 404


def test_a_formula_in_a_name_stays_a_text_when_officials_open_it(world: HousingWorld, cadre: Client) -> None:
    add(world.here, note="=HYPERLINK(A1)", arrived_on=date(2025, 8, 1))
    sheet = downloaded(cadre, world)["Sổ hộ"]
    assert sheet.cell(2, 13).data_type != "f"
