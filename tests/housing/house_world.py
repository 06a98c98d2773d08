"""Houses for stories: proposing one, walking it along its way, and small pictures."""

import io
from datetime import date

from PIL import Image

from housing.actions.houses import Step, propose_house, take_step
from housing.models import BeneficiaryGroup, Household, HousingList, HousingProject, MoneySource, Stage
from programs.models import Through
from tests.housing.world import HousingWorld, add
from tests.support import TODAY

STEPS = {
    Stage.VOTED: Step(Stage.VOTED, date(2026, 3, 10), present=62, agreed=50),
    Stage.APPROVED: Step(Stage.APPROVED, date(2026, 4, 1), decision="12/QĐ-UBND"),
    Stage.STARTED: Step(Stage.STARTED, date(2026, 5, 5)),
    Stage.COMPLETED: Step(
        Stage.COMPLETED, date(2026, 8, 20), foundation=True, frame=True, roof=True, area_m2=42
    ),
    Stage.HANDED_OVER: Step(Stage.HANDED_OVER, date(2026, 9, 1)),
}


def second_list() -> HousingList:
    return HousingList.objects.get(code="2025-2")


def movement() -> BeneficiaryGroup:
    return BeneficiaryGroup.objects.get(code="phong-trao")


def source(code: str) -> MoneySource:
    return MoneySource.objects.get(code=code)


def propose(world: HousingWorld, household: Household | None = None, **given: object) -> HousingProject:
    """A house of the second list for a household of Quỳnh Nhai, proposed by its cadre."""
    values: dict[str, object] = {
        "house_list": second_list(),
        "group": movement(),
        "kind": "new",
        "on": date(2026, 3, 2),
        "by": world.cadre,
        "today": TODAY,
        "through": Through.FORM,
    }
    return propose_house(household=household or add(world.here), **{**values, **given})  # type: ignore[arg-type]


def walk(world: HousingWorld, house: HousingProject, to: str) -> HousingProject:
    """Take the house step by step to this stage, on the days of STEPS."""
    for stage, step in STEPS.items():
        if house.stage == to:
            break
        if getattr(house, f"{stage}_on") is None:
            house = take_step(
                house=house,
                version=house.version,
                step=step,
                by=world.cadre,
                today=TODAY,
                through=Through.FORM,
            )
    assert house.stage == to
    return house


def photo(size: tuple[int, int] = (64, 48), kind: str = "JPEG", **options: object) -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (120, 90, 60)).save(out, kind, **options)
    return out.getvalue()


def photo_with_place() -> bytes:
    """A picture whose camera wrote down where it was taken (21° 20' 6" N, 103° 54' 36" E) and its owner."""
    exif = Image.Exif()
    exif[0x010F] = "Máy ảnh của bà Lò Thị Dung"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (21.0, 20.0, 6.0)
    gps[3], gps[4] = "E", (103.0, 54.0, 36.0)
    exif[0x8825] = gps
    return photo(exif=exif)
