"""A review through its pages: list, sheets, villages, papers; what is refused keeps what was typed."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client

from housing.models import CommuneReview, Household, PovertyReview, ReviewRound
from tests.housing.reviewing import conclude, fill, hold_villages, neither, poor, start
from tests.housing.world import HousingWorld, add, signed_in
from tests.paper import pdf, upload
from tests.support import TODAY

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 2)
POOR = {
    "b1": "135", "income": "1.400.000", "dep": ["employment", "water", "toilet"], "reason": ["no_land"],
    "persons": "4", "reviewed_on": "2026-11-02", "version": "0",
}  # fmt: skip


@pytest.fixture
def cadre(world: HousingWorld) -> Client:
    return signed_in(world.cadre)


@pytest.fixture
def review(world: HousingWorld) -> CommuneReview:
    """The general review of 2026, with two poor households and one that is not."""
    add(world.here, poverty_class="poor")
    add(world.here, poverty_class="poor", village=world.villages[1])
    add(world.here)
    return start(world.here, "2026", DAY)


def sheet_url(sheet: PovertyReview) -> str:
    return f"/reviews/{sheet.review_id}/sheets/{sheet.pk}/"


def test_cadre_starts_the_round_and_sees_how_far_it_is(world: HousingWorld, cadre: Client) -> None:
    add(world.here, poverty_class="poor")
    page = cadre.get("/reviews/").content.decode()
    assert "Tổng rà soát năm 2026" in page

    answer = cadre.post(f"/reviews/start/{world.commune.pk}/", {"round": "2026"}, follow=True)
    assert "1 hộ trong danh sách" in answer.content.decode()
    page = cadre.get("/reviews/").content.decode()
    assert "Đã rà soát 0/1 hộ" in page


def test_regular_round_lists_on_request_with_the_day_of_the_paper(world: HousingWorld, cadre: Client) -> None:
    home = add(world.here, "Lò Văn Giót")
    add(world.here, poverty_class="poor")
    cadre.post(f"/reviews/start/{world.commune.pk}/", {"round": "2026-11-TX"})
    review = CommuneReview.objects.get()
    assert review.sheets.count() == 0
    url = f"/reviews/{review.pk}/add/"

    found = cadre.post(url, {"q": "lo van giot"}).content.decode()
    assert "Lò Văn Giót" in found
    refused = cadre.post(url, {"q": "lo van giot", "household": home.pk})
    assert refused.status_code == 400
    assert "Ghi ngày nhận giấy đề nghị" in refused.content.decode()
    late = cadre.post(url, {"q": "lo van giot", "household": home.pk, "requested_on": "2026-12-30"})
    assert "không được sau hôm nay" in late.content.decode()
    cadre.post(url, {"household": home.pk, "requested_on": "2026-11-16"})
    assert review.sheets.get().requested_on == date(2026, 11, 16)
    assert "Quyết định trước ngày 30/11/2026" in cadre.get(f"/reviews/{review.pk}/").content.decode()


def test_overdue_regular_round_says_so(
    world: HousingWorld, cadre: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cadre.post(f"/reviews/start/{world.commune.pk}/", {"round": "2026-11-TX"})
    monkeypatch.setattr("housing.views.reviews.today", lambda: date(2026, 12, 1))
    assert "Quá hạn quyết định ngày 30/11/2026" in cadre.get("/reviews/").content.decode()
    assert "Mở đợt" not in cadre.get("/reviews/").content.decode()
    monkeypatch.setattr("housing.views.reviews.today", lambda: date(2026, 12, 16))
    assert "Rà soát thường xuyên tháng 12/2026" in cadre.get("/reviews/").content.decode()
    cadre.post(f"/reviews/start/{world.commune.pk}/", {"regular": "2026-12-15"})
    assert CommuneReview.objects.filter(round__code="2026-12-TX").exists()


def test_sheet_is_saved_explained_and_leads_to_the_next(review: CommuneReview, cadre: Client) -> None:
    first, second = review.sheets.order_by("village__search_name", "household__search_name")[:2]
    shown = cadre.get(sheet_url(first)).content.decode()
    assert "Nhà không bền chắc" in shown
    assert "Không thiếu hụt gì" in shown

    answer = cadre.post(sheet_url(first), {**POOR, "next": "open"}, follow=True)
    assert answer.redirect_chain[-1][0] == sheet_url(second)
    assert "Nông thôn: B1 135 ≤ 140, B2 30 ≥ 30 → hộ nghèo" in answer.content.decode()
    assert "thu nhập 1.400.000 ≤ 2.200.000, B2 30 ≥ 30 → hộ nghèo" in answer.content.decode()
    first.refresh_from_db()
    assert (first.poverty_class, first.next_class, first.b2_points, first.version) == ("poor", "poor", 30, 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": []}, "đánh dấu ít nhất một nguyên nhân"),
        ({"nothing": "1"}, "bỏ một trong hai"),
        ({"b1": "một trăm"}, "một trăm"),
        ({"persons": "0"}, "Số nhân khẩu từ 1 đến 60"),
        ({"persons": ""}, "Ghi số nhân khẩu"),
        ({"reviewed_on": "2026-11-30"}, "không được sau hôm nay"),
        ({"income": "-5"}, "-5"),
        ({"dep": ["employment", "gold"]}, "không thuộc chuẩn"),
        ({"reason": ["laziness"]}, "không có trong danh mục"),
    ],
)
def test_what_is_refused_comes_back_as_typed(
    review: CommuneReview, cadre: Client, change: dict[str, object], words: str
) -> None:
    sheet = review.sheets.first()
    answer = cadre.post(sheet_url(sheet), {**POOR, "note": "Nhà ở xa", **change})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert 'value="Nhà ở xa"' in page
    sheet.refresh_from_db()
    assert (sheet.version, sheet.poverty_class) == (0, "")


def test_nothing_ticked_is_not_the_same_as_deprived_of_nothing(review: CommuneReview, cadre: Client) -> None:
    sheet = review.sheets.first()
    cadre.post(sheet_url(sheet), {**POOR, "dep": [], "reason": []})
    sheet.refresh_from_db()
    assert (sheet.b2_done, sheet.poverty_class) == (False, "")
    cadre.post(sheet_url(sheet), {**POOR, "dep": [], "reason": [], "nothing": "1", "version": "1"})
    sheet.refresh_from_db()
    assert (sheet.b2_done, sheet.b2_points, sheet.poverty_class) == (True, 0, "near_poor")


def test_two_at_once_see_both_and_lose_nothing(review: CommuneReview, cadre: Client) -> None:
    sheet = review.sheets.first()
    cadre.post(sheet_url(sheet), POOR)
    answer = cadre.post(sheet_url(sheet), {**POOR, "b1": "150", "note": "của tôi"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "150" in page
    assert "135" in page
    assert 'value="của tôi"' in page
    answer = cadre.post(sheet_url(sheet), {**POOR, "b1": "150", "version": "1"})
    sheet.refresh_from_db()
    assert (sheet.b1_points, sheet.version) == (150, 2)
    assert sheet.changes.count() == 2


def test_household_of_another_commune_is_not_listed(
    world: HousingWorld, review: CommuneReview, cadre: Client
) -> None:
    theirs = add(world.there)
    url = f"/reviews/{review.pk}/add/"
    answer = cadre.post(url, {"household": theirs.pk, "requested_on": "2026-11-02"})
    assert answer.status_code == 400
    assert "không thuộc sổ hộ của xã này" in answer.content.decode()


def test_first_round_with_a_register_takes_openings_from_paper(world: HousingWorld, cadre: Client) -> None:
    home, beside = add(world.here), add(world.here)
    ReviewRound.objects.filter(code="2026").update(kind="yearly")
    review = start(world.here, "2026", DAY)
    assert review.sheets.count() == 0
    url = f"/reviews/{review.pk}/add/"
    assert "hộ nghèo đang quản lý" in cadre.post(url, {"q": "lo van"}).content.decode()
    cadre.post(url, {"household": home.pk, "listed": "poor"})
    cadre.post(url, {"household": beside.pk, "requested_on": "2026-11-02"})
    fill(review, home, neither(), world.cadre, DAY)
    fill(review, beside, poor(), world.cadre, DAY)
    page = cadre.get(f"/reviews/{review.pk}/ledger/").context["page"]
    assert (page.moved.poor.opening, page.moved.poor.out, page.moved.poor.arisen) == (1, 1, 1)
    assert page.moved.balances


def test_sheet_is_explained_in_english(review: CommuneReview, cadre: Client) -> None:
    sheet = review.sheets.first()
    cadre.post(sheet_url(sheet), POOR)
    cadre.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = cadre.get(sheet_url(sheet)).content.decode()
    assert "Sheet B1: income" in page
    assert "Rural: B1 135 ≤ 140, B2 30 ≥ 30" in page


def test_village_keeps_meetings_posting_and_complaints(
    world: HousingWorld, review: CommuneReview, cadre: Client
) -> None:
    part = review.villages.get(village=world.village)
    url = f"/reviews/{review.pk}/villages/{part.pk}/"
    meeting = {"do": "meeting", "held_on": "2026-11-03", "present": "62", "agreed": "30"}

    for change, words in [
        ({"held_on": "2026-11-30"}, "không được sau hôm nay"),
        ({"agreed": "63"}, "không được lớn hơn số người dự"),
        ({"present": ""}, "Ghi số người dự"),
    ]:
        answer = cadre.post(url, {**meeting, **change, "minutes": "Đã họp"})
        assert answer.status_code == 400
        assert words in answer.content.decode()
        assert "Đã họp" in answer.content.decode()
    page = cadre.post(url, meeting, follow=True).content.decode()
    assert "48,39%" in page
    assert "phải họp lại" in page
    early = cadre.post(url, {"do": "posting", "posted_from": "2026-11-04", "posted_to": "2026-11-09",
                             "place": "Nhà văn hóa"})  # fmt: skip
    assert "sau khi cuộc họp của bản thông qua" in early.content.decode()
    page = cadre.post(url, {**meeting, "held_on": "2026-11-05", "agreed": "31"}, follow=True).content.decode()
    assert "50,00%" in page
    assert "48,39%" in page
    cadre.post(url, {"do": "posting", "posted_from": "2026-11-06", "posted_to": "2026-11-12",
                     "place": "Nhà văn hóa"})  # fmt: skip
    cadre.post(url, {"do": "complaint", "received_on": "2026-11-07", "text": "Nhà ông A có xe mới"})
    assert "còn 1 ý kiến" in cadre.get(f"/reviews/{review.pk}/").content.decode()
    complaint = part.complaints.get()
    answer = {"do": "answer", "complaint": complaint.pk, "answer": "Đã xem lại", "answered_on": "2026-11-10"}
    assert cadre.post(url, answer).status_code == 400
    cadre.post(url, {**answer, "upheld": "no"})
    complaint.refresh_from_db()
    assert complaint.upheld is False


def test_what_is_missing_is_listed_and_stops_the_asking(review: CommuneReview, cadre: Client) -> None:
    page = cadre.get(f"/reviews/{review.pk}/").content.decode()
    assert "Còn 3 hộ chưa có kết quả phân loại" in page
    assert "Bản Phiêng Nèn: chưa họp dân" in page
    answer = cadre.post(f"/reviews/{review.pk}/ask/", {"number": "1/BC", "on": "2026-11-20"})
    assert answer.status_code == 400
    review.refresh_from_db()
    assert review.state == "reviewing"


def test_the_papers_follow_each_other(world: HousingWorld, review: CommuneReview, cadre: Client) -> None:
    for one in review.sheets.select_related("household"):
        fill(review, one.household, poor() if one.household.poverty_class else neither(), world.cadre, DAY)
    hold_villages(review, world.cadre, date(2026, 11, 3), date(2026, 11, 13))
    url = f"/reviews/{review.pk}/"
    answer = cadre.post(f"{url}ask/", {"number": "", "on": "2026-12-20"})
    assert "Ghi số, ký hiệu văn bản" in answer.content.decode()
    assert "không được sau hôm nay" in answer.content.decode()
    cadre.post(f"{url}ask/", {"number": "12/BC-UBND", "on": "2026-11-16"})
    frozen = cadre.post(sheet_url(review.sheets.first()), {**POOR, "version": "1"})
    assert "không sửa được trong lúc chờ" in frozen.content.decode()

    province, leader = signed_in(world.reviewer), signed_in(world.leader)
    assert leader.post(f"{url}recognise/", {"number": "1", "on": "2026-11-20"}).status_code == 400
    early = province.post(f"{url}opinion/", {"number": "88/UBND-VX", "on": "2026-11-10"})
    assert "không được trước ngày 16/11/2026" in early.content.decode()
    province.post(f"{url}opinion/", {"number": "88/UBND-VX", "on": "2026-11-18", "opinion": "Nhất trí"})
    decision = {"number": "45/QĐ-UBND", "on": "2026-11-17", "signatory": "Lò Văn Quý"}
    early = leader.post(f"{url}recognise/", decision)
    assert "không được trước ngày 18/11/2026" in early.content.decode()
    decision = {**decision, "on": "2026-11-19", "scan": upload(pdf(), "quyet-dinh.pdf")}
    leader.post(f"{url}recognise/", decision)
    review.refresh_from_db()
    assert (review.state, review.signatory) == ("recognised", "Lò Văn Quý")
    assert review.scan is not None
    homes = Household.objects.filter(commune=world.commune)
    assert sorted(homes.values_list("poverty_class", flat=True)) == ["neither", "poor", "poor"]

    refused = province.post("/reviews/approve/", {"round": "2026", "review": [review.pk], "number": "9/QĐ",
                                                  "on": "2026-11-01"})  # fmt: skip
    assert refused.status_code == 400
    province.post("/reviews/approve/", {"round": "2026", "review": [review.pk], "number": "9/QĐ-UBND",
                                        "on": "2026-11-23"})  # fmt: skip
    review.refresh_from_db()
    assert review.state == "approved"
    assert "Mở lại" not in cadre.get(url).content.decode()
    assert province.post(f"{url}reopen/", {"reason": ""}).status_code == 400
    province.post(f"{url}reopen/", {"reason": "Khiếu nại của bản Pá Uôn"})
    page = cadre.get(url).content.decode()
    assert "Khiếu nại của bản Pá Uôn" in page
    assert "45/QĐ-UBND" in page
    sheet = review.sheets.first()
    changed = {**POOR, "version": str(sheet.version), "b1": "130"}
    assert "ghi lý do sửa phiếu" in cadre.post(sheet_url(sheet), changed).content.decode()
    cadre.post(sheet_url(sheet), {**changed, "reason_text": "Phúc tra"})
    assert sheet.changes.first().reason == "Phúc tra"


def test_ledgers_add_up_and_show_their_households_to_the_communes_people_only(
    world: HousingWorld, cadre: Client
) -> None:
    home = add(world.here, "Lò Thị Inh", arrived_on=date(2021, 7, 1))
    last = start(world.here, "2025")
    fill(last, home, neither(), world.cadre, date(2025, 10, 1))
    conclude(last, world.here, world.reviewer, date(2025, 10, 1))
    review = start(world.here, "2026", DAY)
    fill(review, home, poor(), world.cadre, DAY)
    url = f"/reviews/{review.pk}/ledger/"

    page = cadre.get(url).content.decode()
    assert "Cộng khớp" in page
    behind = cadre.get(url, {"show": "newly_poor"}).content.decode()
    assert "Lò Thị Inh" in behind
    official = signed_in(world.official)
    assert official.get(url).status_code == 200
    assert "Lò Thị Inh" not in official.get(url).content.decode()
    assert official.get(url, {"show": "newly_poor"}).status_code == 403
    assert cadre.get(url, {"show": "nothing"}).status_code == 400


def test_officials_see_counts_and_no_names(world: HousingWorld, review: CommuneReview) -> None:
    official = signed_in(world.official)
    page = official.get("/reviews/").content.decode()
    assert world.commune.name in page
    assert official.get(f"/reviews/{review.pk}/").status_code == 200
    for one in review.sheets.select_related("household"):
        assert one.household.head_name not in official.get(f"/reviews/{review.pk}/").content.decode()
        assert official.get(sheet_url(one)).status_code == 403
    part = review.villages.first()
    assert official.get(f"/reviews/{review.pk}/villages/{part.pk}/").status_code == 403
    neighbour = signed_in(world.there.cadre)
    assert neighbour.get(f"/reviews/{review.pk}/").status_code == 404
    assert neighbour.get(sheet_url(review.sheets.first())).status_code == 404


def test_source_is_one_or_the_other_and_the_step_is_compared(
    world: HousingWorld, review: CommuneReview, cadre: Client
) -> None:
    url = f"/reviews/{review.pk}/source/"
    assert cadre.post(url, {"source": "aggregate"}).status_code == 400
    cadre.post(url, {"source": "aggregate", "number": "30/QĐ-UBND", "on": "2026-11-20"})
    review.refresh_from_db()
    assert (review.source, review.decision_number) == ("aggregate", "30/QĐ-UBND")
    cadre.post(url, {"source": "register"})
    page = cadre.get(f"/reviews/{review.pk}/").content.decode()
    assert "So sánh khi đổi nguồn số liệu" in page
    review.refresh_from_db()
    assert review.source == "register"


def test_household_listed_by_mistake_goes_off_again_with_a_reason(world: HousingWorld, cadre: Client) -> None:
    review = start(world.here, "2026-11-TX", TODAY)
    home = add(world.here)
    cadre.post(f"/reviews/{review.pk}/add/", {"household": home.pk, "requested_on": "2026-11-16"})
    sheet = review.sheets.get()
    cadre.post(f"{sheet_url(sheet)}unlist/", {"reason": ""})
    assert review.sheets.count() == 1
    cadre.post(f"{sheet_url(sheet)}unlist/", {"reason": "Nhầm hộ"})
    assert review.sheets.count() == 0
    assert "Nhầm hộ" in review.events.first().comment


def test_opinion_may_send_it_back(world: HousingWorld, cadre: Client) -> None:
    home = add(world.here, poverty_class="poor")
    review = start(world.here, "2026", DAY)
    fill(review, home, poor(), world.cadre, DAY)
    hold_villages(review, world.cadre, DAY, DAY + timedelta(days=10))
    cadre.post(f"/reviews/{review.pk}/ask/", {"number": "1/BC", "on": "2026-11-16"})
    province = signed_in(world.reviewer)
    back = {"number": "7/UBND", "on": "2026-11-17", "send_back": "1"}
    assert province.post(f"/reviews/{review.pk}/opinion/", back).status_code == 400
    province.post(f"/reviews/{review.pk}/opinion/", {**back, "opinion": "Xem lại bản Pá Uôn"})
    review.refresh_from_db()
    assert review.state == "reviewing"
    assert "Xem lại bản Pá Uôn" in cadre.get(f"/reviews/{review.pk}/").content.decode()
