"""The register of a commune: a cadre lists, searches, and writes households in."""

import unicodedata

import pytest
from django.test import Client

from housing.actions.register import DuplicatesFound, HouseholdData, add_household, add_households
from housing.models import Arrival, Household, HouseholdChange, Member
from housing.queries.register import search_register
from tests.housing.world import HousingWorld, add, add_person, signed_in, thai
from tests.support import TODAY

pytestmark = pytest.mark.django_db

URL = "/households/03703/"


@pytest.fixture
def cadre(world: HousingWorld) -> Client:
    return signed_in(world.cadre)


def typed(world: HousingWorld, **fields: object) -> dict[str, object]:
    """A household as the form sends it."""
    return {
        "village": world.village.pk,
        "head_name": "Lò Văn Páo",
        "head_sex": "male",
        "head_birth_year": "1975",
        "identity_number": "014075000123",
        "ethnic_group": thai().pk,
        "persons": "5",
        "arrival": "found",
        "on": "2026-11-01",
        **fields,
    }


def data(world: HousingWorld, **fields: object) -> HouseholdData:
    values: dict[str, object] = {"village_id": world.village.pk, "head_name": "Lò Văn Páo", "persons": 4}
    return HouseholdData(**{**values, **fields})  # type: ignore[arg-type]


# -- The story ---------------------------------------------------------------------------------------


def test_a_cadre_writes_a_household_in_and_finds_it_again(world: HousingWorld, cadre: Client) -> None:
    answer = cadre.post(f"{URL}new/", typed(world))

    one = Household.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"{URL}{one.pk}/"
    assert (one.code, one.commune, one.persons, one.version) == ("03703-00001", world.commune, 5, 1)
    page = cadre.get(f"{URL}{one.pk}/").content.decode()
    assert "Lò Văn Páo" in page
    assert "014075000123" not in page
    assert "0140…123" in page
    change = HouseholdChange.objects.get()
    assert (change.kind, change.by, change.through) == ("added", world.cadre, "form")

    listed = cadre.get(URL)
    assert [row.pk for row in listed.context["listed"].page.object_list] == [one.pk]
    assert "014075000123" not in listed.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        "Lo Van",
        "lò văn páo",
        "  LO   VAN ",
        unicodedata.normalize("NFD", "Lò Văn"),
        "pao",
        "014075000123",
        "014 075 000 123",
    ],
)
def test_a_search_finds_by_words_and_by_number(world: HousingWorld, cadre: Client, asked: str) -> None:
    one = add(world.here, "Lò Văn Páo", identity_number="014075000123")
    add(world.here, "Quàng Văn Long")
    add(world.there, "Lò Văn Páo")

    found = cadre.post(f"{URL}search/", {"q": asked}).context["found"]

    assert [row.pk for row in found.rows] == [one.pk]


def test_a_number_of_a_member_finds_the_household(world: HousingWorld) -> None:
    one = add(world.here)
    add_person(one, "Lò Thị Hoa", identity_number="014305000999")

    assert search_register(world.viewer, world.commune, "014305000999", TODAY).rows == [one]


def test_who_left_stands_after_those_who_live_here(world: HousingWorld) -> None:
    left = add(world.here, "Lò Văn An", departure="moved_out", ended_on=TODAY)
    here = add(world.here, "Lò Văn Bình")

    assert search_register(world.cadre, world.commune, "lo van", TODAY).rows == [here, left]


def test_nothing_is_found_for_nothing(world: HousingWorld, cadre: Client) -> None:
    add(world.here)
    for asked in ("", "   ", "\0", "%", "_"):
        assert cadre.post(f"{URL}search/", {"q": asked}).context["found"].rows == [], asked


def test_a_name_is_never_asked_for_in_an_address(world: HousingWorld, cadre: Client) -> None:
    assert cadre.get(URL, {"q": "Lo Van"}).status_code == 400
    assert cadre.get(f"{URL}search/").status_code == 405


# -- The list ----------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_village_class_group_and_state(world: HousingWorld, cadre: Client) -> None:
    poor = add(world.here, poverty_class="poor", village=world.villages[1])
    merit = add(world.here, merit=True)
    gone = add(world.here, departure="gone", ended_on=TODAY)

    def found(**query: object) -> list[int]:
        return [row.pk for row in cadre.get(URL, query).context["listed"].page.object_list]

    assert found() == [poor.pk, merit.pk]
    assert found(village=world.villages[1].pk) == [poor.pk]
    assert found(**{"class": "poor"}) == [poor.pk]
    assert found(group="merit") == [merit.pk]
    assert found(state="left") == [gone.pk]
    assert found(group="no_number", village=world.village.pk) == [merit.pk]


def test_the_list_counts_households_and_persons_of_each_village(world: HousingWorld, cadre: Client) -> None:
    add(world.here, persons=3, poverty_class="poor")
    add(world.here, persons=5, village=world.villages[1], poverty_class="near_poor")
    add(world.here, persons=9, departure="gone", ended_on=TODAY)

    listed = cadre.get(URL).context["listed"]

    assert (listed.total, listed.persons, listed.poor, listed.near_poor) == (2, 8, 1, 1)
    counts = {one.village: (one.households, one.persons) for one in listed.villages}
    assert counts == {world.villages[0]: (1, 3), world.villages[1]: (1, 5), world.villages[2]: (0, 0)}


def test_a_page_holds_fifty_and_a_misspelt_filter_shows_nothing(world: HousingWorld, cadre: Client) -> None:
    for _each in range(51):
        add(world.here)
    assert len(cadre.get(URL).context["listed"].page.object_list) == 50
    assert len(cadre.get(URL, {"page": "2"}).context["listed"].page.object_list) == 1
    for query in ({"vilage": "1"}, {"village": "0"}, {"class": "rich"}, {"state": "x"}, {"page": "x"}):
        assert cadre.get(URL, query).status_code == 400, query
    foreign = world.there.village.pk
    assert cadre.get(URL, {"village": foreign}).status_code == 400


# -- Bad input, each at its field --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("identity_number", "12345", "12 chữ số"),
        ("identity_number", "01407500012x", "12 chữ số"),
        ("head_birth_year", "2027", "sau năm nay"),
        ("head_birth_year", "1875", "1900"),
        ("head_birth_year", "abc", "số nguyên"),
        ("head_name", " ", "Nhập họ và tên"),
        ("head_name", "Lò Văn 2", "bằng chữ"),
        ("head_name", "Lò " * 60, "120"),
        ("persons", "0", "từ 1 đến 60"),
        ("persons", "61", "từ 1 đến 60"),
        ("persons", "", "Nhập số nhân khẩu"),
        ("village", "", "Chọn thôn, bản"),
        ("ethnic_group", "999999", "Chọn một mục"),
        ("on", "2026-11-25", "chưa đến"),
        ("on", "31/2/2026", "Không có ngày này"),
        ("arrival", "split", "Chọn một mục"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    world: HousingWorld, cadre: Client, field: str, value: str, words: str
) -> None:
    answer = cadre.post(f"{URL}new/", typed(world, **{field: value}))

    assert answer.status_code == 400
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert words in str(form.errors[field])
    if field != "head_name":
        assert "Lò Văn Páo" in answer.content.decode()
    assert not Household.objects.exists()


def test_a_village_of_another_commune_is_refused(world: HousingWorld, cadre: Client) -> None:
    foreign = world.there.village.pk
    answer = cadre.post(f"{URL}new/", typed(world, village=foreign))
    assert "village" in answer.context["form"].errors

    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError) as refused:
        add_household(
            commune=world.commune,
            data=data(world, village_id=foreign),
            by=world.cadre,
            today=TODAY,
            through="form",
        )
    assert "không thuộc xã" in refused.value.message_dict["village"][0]


@pytest.mark.parametrize(
    ("number", "hints"),
    [
        ("014075000123", []),
        ("001075000123", []),  # given in Hà Nội: where a number was given says nothing
        ("014175000123", ["head_sex"]),
        ("014076000123", ["head_birth_year"]),
        ("123456789", ["identity_number"]),
        ("014 075 000.123", []),
    ],
)
def test_an_identity_number_is_compared_and_only_warned_about(
    world: HousingWorld, number: str, hints: list[str]
) -> None:
    saved = add_household(
        commune=world.commune,
        data=data(world, identity_number=number, head_sex="male", head_birth_year=1975),
        by=world.cadre,
        today=TODAY,
        through="form",
    )

    assert [one.field for one in saved.warnings] == hints
    assert saved.household.identity_number == number.replace(" ", "").replace(".", "")


def test_a_warning_stays_on_the_page_until_it_is_mended(world: HousingWorld, cadre: Client) -> None:
    one = add(world.here, persons=4, identity_number="123456789")
    add_person(one, "Lò Văn Một", "head")

    words = [hint.words for hint in cadre.get(f"{URL}{one.pk}/").context["hints"]]

    assert len(words) == 2
    assert "chứng minh nhân dân cũ" in words[0]
    assert "4 nhân khẩu" in words[1]
    assert "1 người" in words[1]


# -- Likely duplicates -------------------------------------------------------------------------------


def test_the_same_number_is_shown_side_by_side_before_saving(world: HousingWorld, cadre: Client) -> None:
    one = add(world.here, "Lò Văn Pao", identity_number="014075000123")

    answer = cadre.post(f"{URL}new/", typed(world))

    assert answer.status_code == 409
    assert [found.household for found in answer.context["duplicates"]] == [one]
    page = answer.content.decode()
    assert "Lò Văn Pao" in page
    assert f"{URL}{one.pk}/" in page
    assert Household.objects.count() == 1

    seen = answer.context["seen"]
    assert cadre.post(f"{URL}new/", typed(world, seen=seen)).status_code == 302
    assert Household.objects.count() == 2


def test_a_duplicate_that_was_not_seen_yet_is_shown_again(world: HousingWorld, cadre: Client) -> None:
    first = add(world.here, identity_number="014075000123")
    seen = cadre.post(f"{URL}new/", typed(world)).context["seen"]
    second = add(world.here, "Lo Van Pao", head_birth_year=1975)

    answer = cadre.post(f"{URL}new/", typed(world, seen=seen))

    assert answer.status_code == 409
    assert {found.household for found in answer.context["duplicates"]} == {first, second}


@pytest.mark.parametrize(
    ("other", "is_alike"),
    [
        ({"head_name": "Lo Van Pao", "head_birth_year": 1975}, True),
        ({"head_name": "Lò Văn Páo", "head_birth_year": None}, True),
        ({"head_name": "Lò Văn Páo", "head_birth_year": 1976}, False),
        ({"head_name": "Lò Văn Páo Em", "head_birth_year": 1975}, False),
    ],
)
def test_the_same_name_year_and_village_may_be_the_same_household(
    world: HousingWorld, other: dict[str, object], is_alike: bool
) -> None:
    name = str(other.pop("head_name"))
    add(world.here, name, **other)

    def try_adding(**fields: object) -> None:
        add_household(
            commune=world.commune,
            data=data(world, head_birth_year=1975, **fields),
            by=world.cadre,
            today=TODAY,
            through="form",
        )

    if is_alike:
        with pytest.raises(DuplicatesFound):
            try_adding()
    try_adding(village_id=world.villages[1].pk)


def test_of_another_commune_only_its_name_is_told(world: HousingWorld, cadre: Client) -> None:
    add(world.there, "Quàng Thị Dung", identity_number="014075000123", head_birth_year=1961)

    answer = cadre.post(f"{URL}new/", typed(world))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "đang có ở Xã Mường Chiên" in page
    assert "Quàng Thị Dung" not in page
    assert "1961" not in page


def test_a_member_of_another_household_is_noticed(world: HousingWorld) -> None:
    one = add(world.here)
    add_person(one, "Lò Văn Páo", identity_number="014075000123")

    with pytest.raises(DuplicatesFound) as found:
        add_household(
            commune=world.commune,
            data=data(world, identity_number="014075000123"),
            by=world.cadre,
            today=TODAY,
            through="form",
        )
    assert [row.household for row in found.value.duplicates] == [one]
    assert Member.objects.count() == 1


# -- Many at once ------------------------------------------------------------------------------------


def test_many_are_written_in_together_or_none(world: HousingWorld) -> None:
    from django.core.exceptions import ValidationError

    good = data(world)
    rows = [(good, TODAY, Arrival.FOUND), (data(world, head_name="Lò Thị Ó"), TODAY, Arrival.FORMED)]

    made = add_households(commune=world.commune, rows=rows, by=world.cadre, today=TODAY, through="import")

    assert [one.code for one in made] == ["03703-00001", "03703-00002"]
    assert [one.search_name for one in Household.objects.order_by("pk")] == ["lo van pao", "lo thi o"]
    assert HouseholdChange.objects.count() == 2

    with pytest.raises(ValidationError) as refused:
        add_households(
            commune=world.commune,
            rows=[rows[0], (data(world, persons=0), TODAY, Arrival.FOUND)],
            by=world.cadre,
            today=TODAY,
            through="import",
        )
    assert refused.value.message_dict["persons"][0].startswith("Dòng 2:")
    assert Household.objects.count() == 2
