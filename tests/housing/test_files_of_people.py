"""Files that bear names or show where a family lives: only their own pages serve them, to whom they may."""

import pytest

from housing.actions.photos import add_photo
from housing.actions.reviews import Papers, recognise
from housing.models import CommuneReview, ProjectPhoto
from programs.actions.imports import start_import
from programs.models import StoredFile, Through
from programs.queries.files import key_of
from tests.housing.house_world import photo, propose
from tests.housing.reviewing import acting, during, fill, poor, start, to_opinion
from tests.housing.world import HousingWorld, add, signed_in
from tests.paper import jpeg, upload
from tests.support import TODAY
from tests.workbooks import plain_list

pytestmark = pytest.mark.django_db


def common_address(file: StoredFile) -> str:
    return f"/files/{file.pk}/{key_of(file)}/"


def everybody(world: HousingWorld) -> dict[str, object]:
    return {
        "cadre": world.cadre,
        "leader": world.leader,
        "viewer": world.viewer,
        "next door": world.there.cadre,
        "reviewer": world.reviewer,
        "official": world.official,
        "keeper": world.keeper,
        "root": world.root,
    }


def answers(world: HousingWorld, url: str) -> dict[str, int]:
    return {name: signed_in(who).get(url).status_code for name, who in everybody(world).items()}


def decided(world: HousingWorld) -> CommuneReview:
    """A review that was recognised with its signed decision."""
    day = during("2025")
    review = start(world.here, "2025", day)
    fill(review, add(world.here), poor(), world.cadre, day)
    after = to_opinion(review, world.here, world.reviewer, day)
    paper = Papers("45/QĐ-UBND", after, "Lò Văn Quý", upload(jpeg(), "quyết định.jpg"))
    return recognise(review=review, paper=paper, by=world.leader, today=acting(after))


def pictured(world: HousingWorld) -> ProjectPhoto:
    return add_photo(
        house=propose(world), upload=upload(photo()), moment="before", taken_on=TODAY,
        keep_place=False, by=world.cadre, today=TODAY, through=Through.FORM,
    )  # fmt: skip


def test_the_signed_decision_is_for_the_communes_people_at_its_own_address(world: HousingWorld) -> None:
    review = decided(world)
    assert review.scan is not None

    assert set(answers(world, common_address(review.scan)).values()) == {404}
    found = answers(world, f"/reviews/{review.pk}/scan/")
    assert {name for name, status in found.items() if status == 200} == {"cadre", "leader", "viewer"}
    assert found["next door"] == 404
    assert found["official"] == found["reviewer"] == 403
    assert (
        f'href="/reviews/{review.pk}/scan/"'
        in signed_in(world.cadre).get(f"/reviews/{review.pk}/").content.decode()
    )


def test_a_picture_of_a_house_has_no_common_address(world: HousingWorld) -> None:
    kept = pictured(world)

    assert set(answers(world, common_address(kept.file)).values()) == {404}
    found = answers(world, f"/houses/{world.commune.code}/{kept.project_id}/photos/{kept.pk}/")
    assert {name for name, status in found.items() if status == 200} == {"cadre", "leader", "viewer"}


def test_a_workbook_that_was_read_in_is_nobodys_download(world: HousingWorld) -> None:
    book = upload(plain_list([["Họ và tên chủ hộ"], ["Lò Văn Tâm"]]), "sổ hộ.xlsx")
    job = start_import(kind="households", unit=world.commune, upload=book, by=world.cadre, options={})

    assert set(answers(world, common_address(job.file)).values()) == {404}
