"""Every list can be taken away: by name only by the commune's own people and written down; else as counts."""

import io

import openpyxl
import pytest

from housing.models import CommuneReview
from programs.models import ExportLog
from tests.housing.house_world import propose, second_list
from tests.housing.reviewing import during, fill, poor, start
from tests.housing.world import HousingWorld, add, signed_in

pytestmark = pytest.mark.django_db

NAME = "Quàng Thị Én"


def opened(content: bytes) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.values)


def reviewed(world: HousingWorld) -> CommuneReview:
    day = during("2025")
    review = start(world.here, "2025", day)
    fill(review, add(world.here, NAME), poor(), world.cadre, day)
    return review


def addresses(world: HousingWorld) -> dict[str, str]:
    """Each list by the kind it is written down as."""
    review = reviewed(world)
    propose(world, add(world.here, NAME))
    return {
        "house-list": f"/houses/{world.commune.code}/?list={second_list().code}",
        "review-list": f"/reviews/{review.pk}/?",
        "ledger-list": f"/reviews/{review.pk}/ledger/?show=poor.closing",
    }


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_communes_people_take_names_and_it_is_written_down(world: HousingWorld, form: str) -> None:
    for kind, url in addresses(world).items():
        answer = signed_in(world.viewer).get(f"{url}&format={form}")

        assert answer.status_code == 200, kind
        shown = str(opened(answer.content)) if form == "xlsx" else answer.content.decode()
        assert NAME in shown
        assert NAME not in answer["Content-Disposition"]
        log = ExportLog.objects.get(kind=kind)
        assert (log.by, log.unit, log.rows) == (world.viewer, world.commune, 1)


def test_above_there_are_counts_and_no_names(world: HousingWorld) -> None:
    urls = addresses(world)
    official = signed_in(world.official)

    for kind in ("house-list", "review-list"):
        answer = official.get(f"{urls[kind]}&format=csv")
        assert answer.status_code == 200
        assert NAME not in answer.content.decode()
    assert official.get(f"{urls['ledger-list']}&format=csv").status_code == 403
    for url in ("/reviews/?round=2025", "/houses/14/?", urls["ledger-list"].partition("?")[0] + "?"):
        answer = official.get(f"{url}&format=xlsx")
        assert answer.status_code == 200
        assert len(opened(answer.content)) > 1
    assert not ExportLog.objects.exists()


def test_next_door_and_an_unknown_format_get_nothing(world: HousingWorld) -> None:
    urls = addresses(world)

    for url in urls.values():
        assert signed_in(world.there.cadre).get(f"{url}&format=csv").status_code == 404
        assert signed_in(world.cadre).get(f"{url}&format=exe").status_code == 400
    assert not ExportLog.objects.exists()


def test_a_name_that_begins_like_a_formula_stays_text(world: HousingWorld) -> None:
    day = during("2025")
    review = start(world.here, "2025", day)
    fill(review, add(world.here, "=HYPERLINK(1)"), poor(), world.cadre, day)

    answer = signed_in(world.cadre).get(f"/reviews/{review.pk}/?format=csv").content.decode()

    assert "'=HYPERLINK(1)" in answer
