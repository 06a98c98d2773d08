"""The reviewer's page: what stands beside each figure, what is odd, confirming and sending back."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from communes.models import Role
from programs.actions import Item, submit_report
from programs.models import FigureState, ReportState, ReviewVerdict
from programs.queries.review import review_page
from tests.support import TODAY, figure, make_member, make_people, make_report, period, record

pytestmark = pytest.mark.django_db

WATER = "ntm.xa.17.1"
YES = 1
MORNING = datetime(2026, 11, 24, 1, 12, tzinfo=UTC)
PRODUCTION = [Item(f"ntm.xa.13.{n}", YES) for n in (1, 2, 3, 5)]
NO_CRAFT = Item("ntm.xa.13.4", not_applicable=True, note="xã không có làng nghề")


@pytest.fixture(autouse=True)
def day(monkeypatch) -> None:
    """The pages' own today: the day on which the tests' people work."""
    for view in ("review", "history", "entry", "home"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY)


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def last(people):
    """The half-year before: water met, one school road."""
    half = make_report("03703", "2026-H1")
    record(half, people.cadre, [Item(WATER, 2200, 6400), Item("ntm.xa.1.1", YES), Item("ntm.xa.9.1", 2)])
    return half


@pytest.fixture
def sent(people, last):
    made = make_report("03703", "2026")
    record(
        made,
        people.cadre,
        [
            Item(WATER, 1751, 6504),
            Item("ntm.xa.1.1", YES),
            Item("ntm.xa.9.1", 12, note="rà soát lại sau bão"),
            Item("ntm.xa.12.1.male", 680, 1000),
            Item("ntm.xa.12.1.female", 540, 1000),
            *PRODUCTION,
            NO_CRAFT,
        ],
    )
    return submit_report(report=made, by=people.cadre, today=TODAY, reason="chờ số của trạm y tế", at=MORNING)


def rows_of(report, reader):
    return {row.code: row for row in review_page(report, reader=reader, today=TODAY).rows}


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def form(report, **words):
    return {"seen": report.sent_at.isoformat(), **words}


# -- reading -----------------------------------------------------------------------------------------


def test_each_figure_stands_beside_the_last_one_with_what_it_lacks(people, sent):
    water = rows_of(sent, people.reviewer)[WATER]

    assert (water.own.value.main, water.own.value.detail) == ("26,92%", "1.751/6.504 hộ")
    assert "34,38%" in water.own.before
    assert water.own.change.words == "giảm 7,46 điểm %"
    assert water.shortfalls == ["thiếu 3,08 điểm %"]
    assert water.verdict_words == "trước đạt, nay chưa đạt"


def test_a_number_that_jumps_says_by_how_much_and_its_note_is_beside_it(people, sent):
    houses = rows_of(sent, people.reviewer)["ntm.xa.9.1"]

    assert houses.own.change.words == "tăng 10 nhà (500%)"
    assert houses.jumps
    assert houses.shortfalls == ["vượt 12 nhà"]
    assert houses.own.note == "rà soát lại sau bão"


def test_men_and_women_are_read_apart_and_the_short_half_is_named(people, sent):
    labour = rows_of(sent, people.reviewer)["ntm.xa.12.1"]

    assert labour.own.value.main == "61,00%"
    assert {line.name: line.value.main for line in labour.parts} == {"Nam": "68,00%", "Nữ": "54,00%"}
    assert labour.shortfalls == ["Nữ: thiếu 6,00 điểm %"]


def test_a_criterion_without_craft_villages_is_met_by_those_that_apply(people, client, sent):
    page = review_page(sent, reader=people.reviewer, today=TODAY)
    (production,) = (one for one in page.sections if one.number == 13)
    assert production.count_words == "đạt 4/4 chỉ tiêu áp dụng"

    client.force_login(people.reviewer)
    said = text_of(client.get(reverse("report_review", args=[sent.pk])))

    assert "đạt 4/4 chỉ tiêu áp dụng" in said
    assert "xã không có làng nghề" in said
    assert "chờ xác nhận" in said


def test_a_full_report_with_one_that_does_not_apply_counts_56_of_56(people):
    full = make_report("03703", "2026")
    structure = review_page(full, reader=people.reviewer, today=TODAY).structure
    items = [NO_CRAFT]
    for row in structure:
        if row.number == "13.4":
            continue
        for one in row.typed:
            value = {"percent": Item(one.code, 90, 100), "boolean": Item(one.code, 1)}.get(one.kind)
            items.append(value or Item(one.code, 50))
    record(full, people.cadre, items)
    full.refresh_from_db()

    page = review_page(full, reader=people.reviewer, today=TODAY)

    assert page.entered_words == "56/56 chỉ tiêu, 1 không áp dụng"


def test_the_odd_ones_come_first_and_the_rest_waits_behind_one_tap(people, client, sent):
    client.force_login(people.reviewer)

    answer = client.get(reverse("report_review", args=[sent.pk]), {"order": "unusual"})

    first = answer.context["sections"][0]
    assert first.section.number == 17
    assert first.rows[0].code == WATER
    production = next(one for one in answer.context["sections"] if one.section.number == 13)
    assert [row.code for row in production.quiet] == [
        item.indicator for item in [*PRODUCTION[:3], NO_CRAFT, PRODUCTION[3]]
    ]


@pytest.mark.parametrize(
    ("show", "codes"), [("changed", ["ntm.xa.9.1"]), ("not_met", ["ntm.xa.9.1", "ntm.xa.12.1", WATER])]
)
def test_filters_keep_only_their_rows(people, client, sent, show, codes):
    client.force_login(people.reviewer)

    answer = client.get(reverse("report_review", args=[sent.pk]), {"show": show})

    assert [row.code for shown in answer.context["sections"] for row in shown.rows] == codes


def test_the_head_says_when_by_whom_and_whether_in_time(people, client, sent):
    client.force_login(people.reviewer)

    said = text_of(client.get(reverse("report_review", args=[sent.pk])))

    assert "24/11/2026 08:12, cadre · đúng hạn (hạn 15/12/2026)" in said
    assert "chờ số của trạm y tế" in said
    assert "8/56 chỉ tiêu, 1 không áp dụng" in said
    assert "đã hết giai đoạn" in said


def test_two_bases_in_one_report_are_pointed_out(people, client, sent):
    client.force_login(people.reviewer)
    sent.state = ReportState.RETURNED
    sent.save()
    record(sent, people.cadre, [Item("ntm.xa.4.2", 6000, 6540)])

    said = text_of(client.get(reverse("report_review", args=[sent.pk])))

    assert "Mẫu số 6.540 khác mẫu số 6.504" in said


def test_of_predecessors_counts_are_added_and_scores_are_not(people):
    for code in ("03703", "03694"):
        former = make_report(code, "2025-H1")
        record(
            former,
            make_member(f"cadre-{code}", former.unit, Role.CADRE),
            [Item("ntm.xa.1.1", YES), Item("ntm.xa.3.2.score", 61), Item("ntm.xa.3.2.required_items", YES)],
        )
    rows = rows_of(make_report("03703", "2025"), people.reviewer)

    assert "xã đạt" in rows["ntm.xa.1.1"].own.before
    score = next(line for line in rows["ntm.xa.3.2"].parts if line.part == "score")
    assert (score.previous, score.change) == (None, None)


# -- who ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"), [("reviewer", 200), ("official", 200), ("cadre", 200), ("neighbour", 404)]
)
def test_who_reads_it(people, client, sent, name, status):
    client.force_login(getattr(people, name))

    answer = client.get(reverse("report_review", args=[sent.pk]))

    assert answer.status_code == status
    if status == 200:
        assert ("Xác nhận cả báo cáo" in answer.content.decode()) == (name == "reviewer")


@pytest.mark.parametrize("act", ["report_accept", "report_return"])
@pytest.mark.parametrize(("name", "status"), [("official", 403), ("cadre", 403), ("neighbour", 404)])
def test_who_may_not_act_changes_nothing(people, client, sent, name, status, act):
    client.force_login(getattr(people, name))

    answer = client.post(
        reverse(act, args=[sent.pk]), form(sent, **{"comment-17": "?"} if "return" in act else {})
    )

    assert answer.status_code == status
    sent.refresh_from_db()
    assert (sent.state, sent.reviews.count()) == (ReportState.SENT, 0)


def test_an_unknown_filter_is_refused_by_name(people, client, sent):
    client.force_login(people.reviewer)

    for query in ("ordr=unusual", "order=odd", "show=everything"):
        answer = client.get(reverse("report_review", args=[sent.pk]) + "?" + query)
        assert answer.status_code == 400
        assert query.split("=")[0] in answer.content.decode()


# -- acting ------------------------------------------------------------------------------------------


def test_confirming_the_whole_report_twice_is_once(people, client, sent):
    client.force_login(people.reviewer)
    url = reverse("report_accept", args=[sent.pk])

    first = client.post(url, form(sent), follow=True)
    second = client.post(url, form(sent), follow=True)

    sent.refresh_from_db()
    assert sent.state == ReportState.ACCEPTED
    assert "Đã xác nhận báo cáo của Xã Quỳnh Nhai" in first.content.decode()
    assert "đã được xác nhận từ trước" in second.content.decode()
    assert sent.events.filter(to_state=ReportState.ACCEPTED).count() == 1
    assert figure(sent, WATER).state == FigureState.ACCEPTED


def test_confirming_what_is_ticked_confirms_only_that(people, client, sent):
    client.force_login(people.reviewer)

    answer = client.post(
        reverse("report_accept", args=[sent.pk]), form(sent, only="chosen", chosen=["13", "1"]), follow=True
    )

    assert "Đã xác nhận tiêu chí 1, 13 của Xã Quỳnh Nhai" in answer.content.decode()
    assert "Xác nhận tiêu chí 1, 13" in text_of(answer)
    sent.refresh_from_db()
    assert sent.state == ReportState.SENT
    assert figure(sent, "ntm.xa.13.1").state == FigureState.ACCEPTED
    assert figure(sent, WATER).state == FigureState.SUBMITTED
    again = client.post(
        reverse("report_accept", args=[sent.pk]), form(sent, only="chosen", chosen=["13"]), follow=True
    )
    assert "từ trước" in again.content.decode()
    assert sent.events.count() == 2


def test_nothing_ticked_is_said_and_nothing_happens(people, client, sent):
    client.force_login(people.reviewer)

    answer = client.post(reverse("report_accept", args=[sent.pk]), form(sent, only="chosen"))

    assert answer.status_code == 400
    assert "Chưa chọn tiêu chí nào" in answer.content.decode()


def test_returning_a_criterion_with_a_comment(people, client, sent):
    client.force_login(people.reviewer)

    answer = client.post(
        reverse("report_return", args=[sent.pk]),
        form(sent, **{"return": "17", "comment-17": "17.1 giảm nhiều, đề nghị kèm minh chứng"}),
        follow=True,
    )

    assert "Đã trả lại báo cáo của Xã Quỳnh Nhai để chỉnh sửa." in answer.content.decode()
    sent.refresh_from_db()
    assert sent.state == ReportState.RETURNED
    review = sent.reviews.get()
    assert (review.criterion.number, review.verdict) == (17, ReviewVerdict.RETURNED)
    assert "đề nghị kèm minh chứng" in text_of(answer)
    again = client.post(
        reverse("report_return", args=[sent.pk]), form(sent, **{"comment-17": "17.1 giảm"}), follow=True
    )
    assert "đã được trả lại từ trước" in again.content.decode()
    assert sent.events.filter(to_state=ReportState.RETURNED).count() == 1


def test_a_tick_without_a_word_is_asked_for_and_the_other_comment_is_kept(people, client, sent):
    client.force_login(people.reviewer)

    answer = client.post(
        reverse("report_return", args=[sent.pk]),
        form(sent, **{"return": ["17", "9"], "comment-17": "xem lại nước sạch", "comment": "chung"}),
    )

    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Còn 1 tiêu chí trả lại chưa có ý kiến." in page
    assert 'id="error-9"' in page
    assert ">xem lại nước sạch</textarea>" in page
    assert ">chung</textarea>" in page
    sent.refresh_from_db()
    assert sent.state == ReportState.SENT


def test_confirming_while_a_comment_is_written_asks_which_was_meant(people, client, sent):
    client.force_login(people.reviewer)

    answer = client.post(reverse("report_accept", args=[sent.pk]), form(sent, **{"comment-17": "xem lại"}))

    assert answer.status_code == 400
    assert "Bạn đang ghi ý kiến trả lại" in answer.content.decode()
    assert ">xem lại</textarea>" in answer.content.decode()
    sent.refresh_from_db()
    assert sent.state == ReportState.SENT


def test_a_report_sent_anew_meanwhile_is_not_confirmed_unseen(people, client, sent):
    client.force_login(people.reviewer)
    seen = form(sent)
    client.post(reverse("report_return", args=[sent.pk]), form(sent, **{"comment-17": "xem lại"}))
    sent.refresh_from_db()
    record(sent, people.cadre, [Item(WATER, 6000, 6504, version=1)])
    submit_report(report=sent, by=people.cadre, today=TODAY, reason="đã sửa")

    answer = client.post(reverse("report_accept", args=[sent.pk]), seen)

    assert answer.status_code == 400
    assert "gửi lại báo cáo sau khi bạn mở trang" in answer.content.decode()
    sent.refresh_from_db()
    assert sent.state == ReportState.SENT


def test_a_locked_period_offers_no_buttons_and_says_why(people, client, sent):
    period("2026", state="locked")
    client.force_login(people.reviewer)

    page = client.get(reverse("report_review", args=[sent.pk])).content.decode()

    assert "đã khóa, không xác nhận hay trả lại được" in page
    assert "Xác nhận cả báo cáo" not in page


def test_the_next_sent_report_is_one_link_away_and_the_round_ends(people, client, sent):
    client.force_login(people.reviewer)
    assert "data-next" not in client.get(reverse("report_review", args=[sent.pk])).content.decode()
    other = make_report("03688", "2026")
    record(other, people.neighbour, [Item("ntm.xa.1.1", 1)])
    submit_report(report=other, by=people.neighbour, today=TODAY, reason="x")

    page = client.get(reverse("report_review", args=[sent.pk]))

    assert page.context["page"].following == other
    assert reverse("report_review", args=[other.pk]) in page.content.decode()


def test_an_empty_report_is_read_without_a_word_too_many(people, client):
    empty = make_report("03703", "2026")
    client.force_login(people.reviewer)

    said = text_of(client.get(reverse("report_review", args=[empty.pk])))

    assert "Xã chưa gửi báo cáo này" in said
    assert "0/57 chỉ tiêu" in said


def test_the_page_asks_some_twenty_questions_however_much_it_holds(
    people, client, sent, django_assert_max_num_queries
):
    client.force_login(people.reviewer)
    client.get(reverse("report_review", args=[sent.pk]))

    with django_assert_max_num_queries(22) as asked:
        client.get(reverse("report_review", args=[sent.pk]))
    assert len(asked) > 5
