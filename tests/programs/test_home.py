"""The first page: a cadre's tasks and the commune's standing; others are led to theirs."""

from datetime import date, timedelta

import pytest

from communes.models import Role, Unit
from housing.models import ReviewRound
from programs.actions import Item, return_report, submit_report
from programs.models import Recognition, RecognitionEnd, Report
from tests.support import TODAY, make_member, make_people, make_report, make_user, period, record, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(monkeypatch):
    """The day of the story; a test may move it."""
    now = {"day": TODAY}
    monkeypatch.setattr("programs.views.home.today", lambda: now["day"])
    return now


@pytest.fixture
def people(today):
    return make_people()


@pytest.fixture
def cadre(client, people):
    client.force_login(people.cadre)
    return client


@pytest.fixture
def report():
    return make_report("03703", "2026")


def home(client, query="") -> str:
    answer = client.get("/" + query)
    assert answer.status_code == 200
    return answer.content.decode()


def sent_back(people, report, comments=None, comment=""):
    record(report, people.cadre, [Item("ntm.xa.4.1", 1)])
    submit_report(report=report, by=people.cadre, today=TODAY, reason="thiếu")
    return_report(report=report, by=people.reviewer, today=TODAY, comments=comments, comment=comment)


# -- Việc cần làm ------------------------------------------------------------------------------------


def test_what_is_due_with_how_far_and_how_long(cadre, people, report):
    record(report, people.cadre, [Item("ntm.xa.4.1", 1), Item("ntm.xa.17.1", 2011, 6504)])

    html = home(cadre)

    assert f'href="/reports/{report.pk}/"' in html
    assert "Đã nhập 2/57 chỉ tiêu · hạn 15/12, còn 21 ngày" in html
    assert '<progress class="progress" value="2" max="57"' in html


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 15), "hạn hôm nay, 15/12"),
        (date(2026, 12, 18), "quá hạn 3 ngày"),
        (date(2026, 12, 14), "hạn 15/12, còn 1 ngày"),
    ],
)
def test_the_deadline_in_words(cadre, report, today, day, words):
    today["day"] = day

    assert words in home(cadre)


def test_what_came_back_stands_first_with_who_said_what(cadre, people, report):
    make_report("03703", "2026", form="base")
    sent_back(people, report, {17: "17.6 tăng 41 điểm %", 4: "kèm minh chứng"})

    html = home(cadre)

    urgent = html.index("task-urgent")
    assert "Cần chỉnh sửa 2 tiêu chí" in html[urgent : urgent + 300]
    assert html.index("Số liệu nền") > urgent
    assert "<b>reviewer</b> góp ý TC 17: “17.6 tăng 41 điểm %”" in html


def test_a_return_without_criteria_says_its_words(cadre, people, report):
    sent_back(people, report, comment="Thiếu chữ ký")

    assert "<b>reviewer</b> góp ý: “Thiếu chữ ký”" in home(cadre)


def test_a_closed_periods_returned_report_is_still_a_task(cadre, people):
    last = make_report("03703", "2026-H1")
    sent_back(people, last, comment="xem lại")
    period("2026-H1", state="closed")

    html = home(cadre)

    assert f'href="/reports/{last.pk}/?show=returned"' in html


def test_nothing_to_do_is_said(cadre, people):
    period("2026", state="closed")
    period("2026-11", state="closed")
    # A round of review that runs and was not started is something to do.
    ReviewRound.objects.filter(ends_on__gte=TODAY).delete()

    assert "Không có báo cáo nào đang chờ." in home(cadre)


def test_what_is_counted_from_records_is_one_quiet_line(cadre, people):
    period("2026", state="closed")
    ReviewRound.objects.filter(ends_on__gte=TODAY).delete()
    houses = make_report("03703", "2026-11", form="housing")

    html = home(cadre)

    assert "1 báo cáo tính từ hồ sơ, không phải nhập · hạn 25/11, còn 1 ngày" in html
    assert f'href="/reports/{houses.pk}/"' in html
    assert "chỉ tiêu · hạn" not in html
    assert "Không có báo cáo nào đang chờ." not in html

    # What came back needs somebody all the same.
    Report.objects.filter(pk=houses.pk).update(state="returned")
    assert "task-urgent" in home(cadre)


# -- Kết quả của xã ----------------------------------------------------------------------------------


def test_the_result_counts_what_is_met_and_names_what_is_not(cadre, people, report):
    record(
        report, people.cadre, [Item("ntm.xa.4.1", 1), Item("ntm.xa.4.2", 6400, 6504), Item("ntm.xa.1.1", 0)]
    )

    html = home(cadre)

    assert '<b class="answer-figure">1/19</b>' in html
    assert "Năm 2026 · đang nhập" in html
    assert "TC&nbsp;1 Quy hoạch" in html[html.index("Chưa đạt:") :]
    assert html.count('class="cell cell-') == 19


def test_the_difference_counts_only_what_both_periods_judged(cadre, people, report):
    last = make_report("03703", "2026-H1")
    record(last, people.cadre, [Item("ntm.xa.9.1", 3), Item("ntm.xa.11.1", 500, 6504), Item("ntm.xa.1.1", 0)])
    record(
        report, people.cadre, [Item("ntm.xa.9.1", 0), Item("ntm.xa.9.2", 6000, 6504), Item("ntm.xa.1.1", 0)]
    )

    assert "thêm 1 so với 6 tháng đầu năm 2026" in home(cadre)


def test_what_rests_on_a_provisional_threshold_says_so(cadre, people, report):
    record(report, people.cadre, [Item("ntm.xa.10.1", 30_000_000)])

    html = home(cadre)

    assert ">tạm</a>" in html
    assert "TC&nbsp;10 Thu nhập (tạm)" in html


def test_without_figures_it_says_there_are_too_few(cadre, report):
    assert "Chưa đủ số liệu để đánh giá." in home(cadre)


def test_a_merged_commune_awaits_a_decision_and_names_what_it_was_made_of(cadre, report):
    for code in ("03700", "03706"):
        recognised(unit(code, date(2025, 6, 30)), "met", until=date(2025, 7, 1))

    html = home(cadre)

    assert "chờ đánh giá lại sau sắp xếp" in html
    assert "Nhập từ 4 đơn vị cũ: 2/3 xã đã đạt chuẩn, thị trấn Mường Giàng không thuộc đối tượng." in html


def test_a_decision_in_force_is_its_level(cadre, report):
    recognised(unit("03703"), "met")
    recognised(unit("03703"), "advanced")

    html = home(cadre)

    assert "chip-advanced" in html
    assert "chờ đánh giá lại" not in html


def recognised(one: Unit, level: str, until: date | None = None):
    Recognition.objects.create(
        unit=one,
        level=level,
        decision=f"QĐ {level}",
        decided_on=one.valid_from,
        valid_from=one.valid_from,
        valid_to=until,
        end_reason=RecognitionEnd.MERGED if until else "",
    )


def test_a_ward_is_told_that_the_sets_do_not_apply(client, people):
    ward = Unit.objects.in_force(TODAY).filter(kind="phuong").first()
    client.force_login(make_member("ward", ward, Role.CADRE))
    base = make_report(ward.code, "2026", form="base")

    html = home(client)

    assert "Các bộ tiêu chí nông thôn mới không áp dụng cho phường" in html
    assert f"/reports/{base.pk}/" in html


# -- Past reports, other people ----------------------------------------------------------------------


def test_past_reports_stand_below_the_others_one_tap_away(cadre, people):
    for code, owners in (("2024", ("03700", "03703", "03706", "03718")), ("2025", ("03703",))):
        for owner in owners:
            make_report(owner, code)
        period(code, state="locked")
    make_report("03703", "2026-H1")
    period("2026-H1", state="closed")

    html = home(cadre)

    assert "còn 1 báo cáo" in html
    assert home(cadre, "?all").count("past-reports") == 1
    assert "còn 1 báo cáo" not in home(cadre, "?all")


def test_the_province_is_led_to_its_own_page(client, people):
    client.force_login(people.official)

    answer = client.get("/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/units/14/")


def test_without_a_membership_it_says_whom_to_ask(client, today):
    client.force_login(make_user("nobody"))

    assert "Bạn chưa được phân công đơn vị nào" in home(client)


def test_an_ended_membership_is_none(client, today):
    yesterday = TODAY - timedelta(days=1)
    client.force_login(make_member("was", unit("03703"), Role.CADRE, valid_to=yesterday))

    assert "Bạn chưa được phân công đơn vị nào" in home(client)


def test_the_number_of_queries_does_not_grow(cadre, people, report, django_assert_max_num_queries):
    with django_assert_max_num_queries(28):
        home(cadre)
    sent_back(people, report, {17: "xem lại", 4: "xem lại"})
    make_report("03703", "2026", form="base")
    record(make_report("03703", "2026-H1"), people.cadre, [Item("ntm.xa.9.1", 3)])
    with django_assert_max_num_queries(32):
        home(cadre)
