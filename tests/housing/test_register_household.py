"""One household: corrected by two people at once, its members, its numbers, its history."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from housing.actions.members import MemberData, member_left, save_member
from housing.actions.register import HouseholdData, add_household, edit_household, edit_households
from housing.actions.stale import StaleRecord
from housing.models import CommuneReview, Household, HouseholdChange, Member, ReviewRound, Source
from housing.views.household import data_of
from programs.models import ExportLog
from tests.housing.world import HousingWorld, add, add_person, signed_in
from tests.support import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def cadre(world: HousingWorld) -> Client:
    return signed_in(world.cadre)


def url(one: Household, end: str = "") -> str:
    return f"/households/{one.commune.code}/{one.pk}/{end}"


def form_of(one: Household, **fields: object) -> dict[str, object]:
    """What the page of correcting would send back unchanged."""
    return {
        "version": one.version,
        "village": one.village_id,
        "head_name": one.head_name,
        "head_sex": one.head_sex,
        "head_birth_year": one.head_birth_year or "",
        "identity_number": one.identity_number,
        "ethnic_group": one.ethnic_group_id or "",
        "persons": one.persons,
        "address": one.address,
        "note": one.note,
        **fields,
    }


def person(**fields: object) -> dict[str, object]:
    return {"name": "Lò Thị Hoa", "relation": "child", "do": "save", **fields}


# -- Correcting --------------------------------------------------------------------------------------


def test_a_correction_says_who_when_and_what(world: HousingWorld, cadre: Client) -> None:
    one = add(world.here, "Lò Văn Páo", identity_number="014070000001")

    cadre.post(url(one, "edit/"), form_of(one, persons=6, identity_number="014070000002", merit="on"))

    one.refresh_from_db()
    assert (one.persons, one.merit, one.version, one.updated_by) == (6, True, 2, world.cadre)
    (change,) = one.changes.all()
    assert (change.kind, change.version, change.by) == ("edited", 2, world.cadre)
    assert change.fields["persons"] == [4, 6]
    page = cadre.get(url(one)).content.decode()
    assert "số nhân khẩu: <s>4</s> → 6" in page
    assert "0140…001" in page
    assert "014070000001" not in page


def test_equal_values_change_nothing(world: HousingWorld, cadre: Client) -> None:
    one = add(world.here)
    cadre.post(url(one, "edit/"), form_of(one))
    one.refresh_from_db()
    assert one.version == 1
    assert not one.changes.exists()


def test_two_people_at_once_lose_neither_word(world: HousingWorld, cadre: Client) -> None:
    one = add(world.here, "Lò Văn Páo")
    stale = form_of(one, persons=7, address="Gần trường")
    edit_household(
        household=one,
        version=1,
        data=HouseholdData(village_id=one.village_id, head_name="Lò Văn Páo", persons=5),
        by=world.cadre,
        today=TODAY,
        through="api",
    )

    answer = cadre.post(url(one, "edit/"), stale)

    assert answer.status_code == 409
    differences = {label: (theirs, mine) for label, theirs, mine in answer.context["theirs"]}
    assert differences["Số nhân khẩu"] == ("5", "7")
    assert differences["Địa chỉ, nếu cần"] == ("—", "Gần trường")
    one.refresh_from_db()
    assert one.persons == 5

    again = {**stale, "version": answer.context["household"].version}
    assert cadre.post(url(one, "edit/"), again).status_code == 302
    one.refresh_from_db()
    assert (one.persons, one.address) == (7, "Gần trường")


def test_many_corrections_are_made_together_or_none(world: HousingWorld) -> None:
    first, second = add(world.here), add(world.here)
    said = {"by": world.cadre, "today": TODAY, "through": "import"}

    def renamed(one: Household, name: str) -> HouseholdData:
        return HouseholdData(village_id=one.village_id, head_name=name, persons=one.persons)

    rows = [(first, 1, renamed(first, "Lò Văn Mới")), (second, 1, data_of(second))]
    assert edit_households(commune=world.commune, rows=rows, **said) == [first]
    first.refresh_from_db()
    assert (first.search_name, first.version) == ("lo van moi", 2)

    with pytest.raises(StaleRecord):
        edit_households(
            commune=world.commune,
            rows=[(second, 1, renamed(second, "Hai")), (first, 1, renamed(first, "Một"))],
            **said,
        )
    second.refresh_from_db()
    assert second.version == 1
    foreign = add(world.there)
    with pytest.raises(PermissionDenied):
        edit_households(commune=world.commune, rows=[(foreign, 1, data_of(foreign))], **said)


def test_what_left_the_register_is_not_corrected(world: HousingWorld, cadre: Client) -> None:
    one = add(world.here, departure="gone", ended_on=TODAY)
    answer = cadre.post(url(one, "edit/"), form_of(one, persons=6))
    assert answer.status_code == 400
    assert "Đưa lại vào sổ" in answer.content.decode()


# -- Members -----------------------------------------------------------------------------------------


def test_the_first_member_is_the_head_as_the_register_has_it(world: HousingWorld, cadre: Client) -> None:
    one = add(world.here, "Lò Văn Páo", identity_number="014070000001")
    form = cadre.get(url(one, "members/new/")).context["form"]
    assert (form["name"].value(), form["relation"].value()) == ("Lò Văn Páo", "head")

    typed = person(name="Lò Văn Páo", relation="head", version=1, birth_year=1970, insured="yes")
    assert cadre.post(url(one, "members/new/"), typed).status_code == 302

    member = Member.objects.get()
    assert (member.relation, member.insured, member.search_name) == ("head", True, "lo van pao")
    one.refresh_from_db()
    assert (one.version, one.persons) == (2, 4)


def test_persons_follow_the_members_once_all_are_listed(world: HousingWorld, cadre: Client) -> None:
    one = add(world.here, persons=1)
    add_person(one, "Lò Văn A", "head")

    cadre.post(url(one, "members/new/"), person(version=1))
    one.refresh_from_db()
    assert one.persons == 2

    child = one.members.get(relation="child")
    left = {"do": "left", "version": one.version, "left-on": "2026-11-20", "left-why": "lấy chồng"}
    cadre.post(url(one, f"members/{child.pk}/"), left)
    one.refresh_from_db()
    assert one.persons == 1
    page = cadre.get(url(one)).content.decode()
    assert "“lấy chồng”" in page
    assert "Không còn trong hộ (1)" in page


def test_the_last_one_does_not_leave_quietly(world: HousingWorld, cadre: Client) -> None:
    one = add(world.here, persons=1)
    head = add_person(one, "Lò Văn A", "head")
    answer = cadre.post(
        url(one, f"members/{head.pk}/"), {"do": "left", "version": 1, "left-on": "2026-11-20"}
    )
    assert answer.status_code == 400
    assert "người cuối cùng" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("birth_date", "2026-11-25", "sau hôm nay"),
        ("birth_date", "1850-01-01", "1900"),
        ("birth_year", "2027", "sau năm nay"),
        ("identity_number", "12", "12 chữ số"),
        ("name", "", "Nhập họ và tên"),
        ("relation", "", "Chọn quan hệ"),
        ("relation", "head", "đã có chủ hộ"),
        ("sex", "x", "Chọn một mục"),
    ],
)
def test_what_is_wrong_with_a_member_is_said_at_its_field(
    world: HousingWorld, cadre: Client, field: str, value: str, words: str
) -> None:
    one = add(world.here)
    add_person(one, "Lò Văn A", "head")

    answer = cadre.post(url(one, "members/new/"), person(version=1, **{field: value}))

    assert answer.status_code == 400
    assert words in str(answer.context["form"].errors[field])
    assert one.members.count() == 1


def test_a_number_that_stands_elsewhere_is_warned_about(world: HousingWorld, cadre: Client) -> None:
    add(world.there, "Quàng Thị Dung", identity_number="014305000999")
    one = add(world.here)

    saved = save_member(
        household=one,
        version=1,
        data=MemberData(name="Lò Thị Hoa", relation="child", identity_number="014305000999", sex="male"),
        by=world.cadre,
        today=TODAY,
        through="form",
    )

    assert [hint.field for hint in saved.warnings] == ["sex", "identity_number", "persons"]
    assert "Xã Mường Chiên" in saved.warnings[1].words
    assert "Dung" not in saved.warnings[1].words


def test_a_stale_member_is_not_saved(world: HousingWorld, cadre: Client) -> None:
    one = add(world.here)
    member = add_person(one, "Lò Văn A", "head")
    answer = cadre.post(url(one, f"members/{member.pk}/"), person(relation="head", version=9))
    assert answer.status_code == 409
    assert 'value="Lò Thị Hoa"' in answer.content.decode()
    member.refresh_from_db()
    assert member.name == "Lò Văn A"


def test_a_member_of_another_household_is_not_found(world: HousingWorld, cadre: Client) -> None:
    one, other = add(world.here), add(world.here)
    member = add_person(other, "Lò Văn A", "head")
    assert cadre.get(url(one, f"members/{member.pk}/")).status_code == 404
    with pytest.raises(PermissionDenied):
        save_member(
            household=one,
            version=1,
            data=MemberData(name="B", relation="child"),
            by=world.cadre,
            today=TODAY,
            through="form",
            member=member,
        )


def test_when_the_head_leaves_a_new_one_is_asked_for(world: HousingWorld) -> None:
    one = add(world.here, persons=2)
    head = add_person(one, "Lò Văn A", "head")
    add_person(one, "Lò Thị B", "spouse")
    saved = member_left(member=head, version=1, on=TODAY, by=world.cadre, today=TODAY, through="form")
    assert "chủ hộ mới" in saved.warnings[-1].words
    with pytest.raises(ValidationError):
        member_left(
            member=one.members.here().get(), version=2, on=TODAY, by=world.cadre, today=TODAY, through="form"
        )


# -- Numbers on request ------------------------------------------------------------------------------


def test_numbers_are_shown_on_request_and_that_is_written_down(world: HousingWorld) -> None:
    one = add(world.here, identity_number="014070000001")
    add_person(one, "Lò Thị Hoa", identity_number="014305000999")
    viewer = signed_in(world.viewer)

    page = viewer.post(url(one, "numbers/")).content.decode()

    assert "014070000001" in page
    assert "014305000999" in page
    (log,) = ExportLog.objects.all()
    assert (log.kind, log.unit, log.rows, log.by, log.note) == (
        "household-numbers", world.commune, 2, world.viewer, one.code,
    )  # fmt: skip
    assert "xem số định danh" in viewer.get("/exports/").content.decode()
    assert viewer.get(url(one, "numbers/")).status_code == 405


def test_a_household_says_its_code_and_never_its_name(world: HousingWorld) -> None:
    one = add(world.here, "Lò Văn Páo")
    member = add_person(one, "Lò Thị Hoa")
    change = HouseholdChange(household=one, kind="added")
    assert "Páo" not in f"{one} {one!r} {member} {member!r} {change}"


# -- Figures -----------------------------------------------------------------------------------------


def test_the_open_review_of_a_register_counts_anew(
    world: HousingWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[CommuneReview] = []
    monkeypatch.setattr(
        "housing.actions.register.refresh_poverty", lambda review, *, by, today: counted.append(review)
    )
    rounds = {one.code: one for one in ReviewRound.objects.all()}

    def review(code: str, state: str = "reviewing", source: str = Source.REGISTER) -> CommuneReview:
        return CommuneReview.objects.create(
            round=rounds[code],
            commune=world.commune,
            province_id=world.commune.province_id,
            source=source,
            state=state,
        )

    open_one = review("2026")
    review("2025", "recognised")
    review("2024", source=Source.AGGREGATE)
    review("2026-11-TX")

    add_household(
        commune=world.commune,
        data=HouseholdData(village_id=world.village.pk, head_name="Lò Văn Páo", persons=4),
        by=world.cadre,
        today=TODAY,
        through="form",
    )

    assert counted == [open_one]
