"""The papers of a review print what it holds, by name for the commune's own people."""

import pytest

from housing.models import CommuneReview
from programs.models import ExportLog
from tests.housing import reviewing
from tests.housing.world import HousingWorld, add, make_housing_world, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> HousingWorld:
    return make_housing_world()


@pytest.fixture
def review(world: HousingWorld) -> CommuneReview:
    """The open year's review with one household of each kind filled in."""
    homes = [
        add(world.here, "Lò Văn Nghèo", poverty_class="poor", identity_number="014070123456"),
        add(world.here, "Cà Thị Cận", poverty_class="near_poor"),
        add(world.here, "Quàng Văn Khá", poverty_class="poor"),
    ]
    started = reviewing.start(world.here, "2026")
    for home, kind in zip(homes, ("poor", "near_poor", "neither"), strict=True):
        values = reviewing.MADE[kind]()
        reviewing.fill(started, home, values, world.cadre, reviewing.during("2026"))
    return started


def printed(world: HousingWorld, review: CommuneReview, kind: str) -> str:
    answer = signed_in(world.cadre).get(f"/reviews/{review.pk}/papers/{kind}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_blank_sheets_carry_names_and_what_is_asked(world: HousingWorld, review: CommuneReview) -> None:
    text = printed(world, review, "sheets")
    assert text.count("paper-page") == 3
    assert "Lò Văn Nghèo" in text
    assert "Tổng điểm B1" in text
    assert "Nguồn nước sinh hoạt (10)" in text


def test_the_posting_has_the_least_data(world: HousingWorld, review: CommuneReview) -> None:
    text = printed(world, review, "posting")
    assert "hộ nghèo" in text
    assert "thoát nghèo" not in text.split("Quàng Văn Khá")[0].split("Cà Thị Cận")[-1]
    assert "0140" not in text
    assert "B1" not in text.split("<table")[1]


def test_a_decision_is_a_draft_until_it_is_signed(world: HousingWorld, review: CommuneReview) -> None:
    text = printed(world, review, "decision")
    assert "(dự thảo)" in text
    assert "Công nhận 1 hộ nghèo, 1 hộ cận nghèo, 1 hộ thoát nghèo" in text


def test_a_certificate_masks_the_identity_number(world: HousingWorld, review: CommuneReview) -> None:
    text = printed(world, review, "certificates")
    assert "0140…456" in text
    assert "014070123456" not in text
    assert "Quàng Văn Khá" not in text


def test_papers_as_pdf_are_written_down(world: HousingWorld, review: CommuneReview) -> None:
    client = signed_in(world.cadre)
    village = world.village.pk
    answer = client.get(f"/reviews/{review.pk}/papers/posting.pdf", {"village": village})
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    log = ExportLog.objects.get(kind="review-paper")
    assert (log.rows, log.note, log.unit) == (3, "posting", world.commune)
    other = world.there.village.pk
    assert client.get(f"/reviews/{review.pk}/papers/posting/", {"village": other}).status_code == 404


def test_names_are_for_the_communes_own_people(world: HousingWorld, review: CommuneReview) -> None:
    address = f"/reviews/{review.pk}/papers/posting/"
    assert signed_in(world.official).get(address).status_code == 403
    assert signed_in(world.there.cadre).get(address).status_code == 404
    assert signed_in(world.viewer).get(address).status_code == 200
    assert signed_in(world.cadre).get(f"/reviews/{review.pk}/papers/other/").status_code == 404
