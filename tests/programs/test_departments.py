"""Departments of the province: what each confirms, on the page, in a table, and since when each exists."""

from collections import Counter
from datetime import date

import pytest
from django.core.management import call_command
from django.test import Client

from communes.models import Role, Unit, User, today
from programs.actions import Item, accept_report, submit_report
from programs.models import (
    Agency,
    CriterionAssessment,
    MembershipAgency,
    PeriodState,
    Report,
    ReportState,
    Result,
)
from programs.queries.departments import departments_page
from tests.support import TODAY, make_member, make_people, make_report, period, record, unit

pytestmark = pytest.mark.django_db

PLAN, WATER, HEALTH = "ntm.xa.1.1", "ntm.xa.17.1", "ntm.xa.15.1"


def of(code: str, username: str) -> User:
    """A reviewer in the name of a department of the real table."""
    person = make_member(username, unit("14"), Role.REVIEWER)
    agency = Agency.objects.on(today()).get(code=code)
    MembershipAgency.objects.create(membership=person.memberships.get(), agency=agency)
    return person


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def sent_report(code: str = "03703", by: User | None = None) -> Report:
    report = make_report(code, "2026")
    by = by or make_member(f"cadre-{code}", unit(code), Role.CADRE)
    record(report, by, [Item(PLAN, 1), Item(WATER, 2011, 6504)])
    return submit_report(report=report, by=by, today=TODAY, reason="từng phần")


@pytest.fixture
def environment() -> User:
    return of("so-nnmt", "so.nnmt")


def seen(report: Report) -> str:
    return report.sent_at.isoformat() if report.sent_at else ""


class TestTheTable:
    def test_departments_change_on_the_day_of_their_merger(self) -> None:
        before = set(Agency.objects.on(date(2025, 2, 28)).values_list("name", flat=True))
        after = set(Agency.objects.on(date(2025, 3, 1)).values_list("name", flat=True))
        assert {"Sở Giao thông vận tải", "Sở Tài nguyên và Môi trường", "Ban Dân tộc"} <= before - after
        assert {"Sở Nông nghiệp và Môi trường", "Sở Dân tộc và Tôn giáo"} <= after - before
        assert "Sở Y tế" in before & after

    def test_every_ended_department_has_a_successor_that_begins_or_goes_on_that_day(self) -> None:
        for ended in Agency.objects.exclude(valid_to=None):
            heirs = Agency.objects.filter(origins__predecessor=ended)
            assert heirs, ended
            assert all(heir.valid_from <= ended.valid_to and heir.valid_to is None for heir in heirs)

    @pytest.mark.parametrize("day", [date(2024, 12, 31), date(2026, 12, 31)])
    def test_each_criterion_of_the_commune_set_is_somebodys_on_each_day(self, day: date) -> None:
        covered = Counter(
            Agency.objects.on(day)
            .filter(criteria__criteria_set__code="NTM_XA_2021_2025")
            .values_list("criteria__number", flat=True)
        )
        assert sorted(covered) == list(range(1, 20))
        assert {number for number, count in covered.items() if count > 1} == {18, 19}

    def test_all_of_it_is_marked_as_from_memory_and_the_office_assembles(self) -> None:
        assert set(Agency.objects.values_list("mark", flat=True)) == {"memory"}
        assert Agency.objects.get(assembles=True).code == "vp-ntm"


class TestAReviewersPage:
    def test_a_department_acts_on_its_own_criteria_and_reads_the_others(self, environment: User) -> None:
        report = sent_report()
        page = browser(environment).get(f"/reports/{report.pk}/review/").content.decode()
        assert "Xác nhận phần của Sở NN&amp;MT" in page
        assert "Đã xác nhận 0/4 tiêu chí của Sở NN&amp;MT" in page
        assert 'name="chosen" value="17"' in page
        assert 'name="chosen" value="15"' not in page
        assert 'name="comment-15"' not in page
        assert "chờ Sở Y tế" in page
        assert "Xác nhận cả báo cáo" not in page

    def test_one_click_confirms_the_own_part_and_nothing_else(self, environment: User) -> None:
        report, client = sent_report(), browser(environment)
        answer = client.post(f"/reports/{report.pk}/accept/", {"seen": seen(report)}, follow=True)
        assert "Đã xác nhận phần của bạn" in answer.content.decode()
        numbers = set(report.reviews.values_list("criterion__number", flat=True))
        assert numbers == {3, 11, 13, 17}
        assert set(report.reviews.values_list("agency__code", flat=True)) == {"so-nnmt"}
        again = client.post(f"/reports/{report.pk}/accept/", {"seen": seen(report)}, follow=True)
        assert "không có gì thay đổi" in again.content.decode()
        health = of("so-yt", "so.yt")
        page = browser(health).get(f"/reports/{report.pk}/review/").content.decode()
        assert "đã xác nhận, so.nnmt, Sở NN&amp;MT" in page

    def test_another_departments_criterion_by_post_is_refused(self, environment: User) -> None:
        report, client = sent_report(), browser(environment)
        sent = {"seen": seen(report), "only": "chosen", "chosen": "15"}
        assert client.post(f"/reports/{report.pk}/accept/", sent).status_code == 403
        sent = {"seen": seen(report), "comment-15": "Xem lại", "return": "15"}
        assert client.post(f"/reports/{report.pk}/return/", sent).status_code == 403
        # A word on it beside the own part is not taken either.
        client.post(f"/reports/{report.pk}/accept/", {"seen": seen(report), "note-15": "Tốt", "nearly": "15"})
        assert not report.reviews.filter(criterion__number=15).exists()

    def test_nearly_met_is_a_comment_beside_the_confirmation(self, environment: User) -> None:
        report = sent_report()
        sent = {"seen": seen(report), "note-17": "Cơ bản đạt, còn 17.8", "nearly": "17"}
        answer = browser(environment).post(f"/reports/{report.pk}/accept/", sent, follow=True)
        review = report.reviews.get(criterion__number=17)
        assert (review.nearly, review.comment) == (True, "Cơ bản đạt, còn 17.8")
        assert "không tính là đạt" in answer.content.decode()
        judged = CriterionAssessment.objects.get(unit=report.unit, period=report.period, criterion__number=17)
        assert judged.result != Result.MET

    def test_what_was_written_for_the_other_button_is_not_lost(self, environment: User) -> None:
        report = sent_report()
        sent = {"seen": seen(report), "note-17": "Ghi nhầm chỗ", "comment-3": "Xem lại", "return": "3"}
        answer = browser(environment).post(f"/reports/{report.pk}/return/", sent)
        assert answer.status_code == 400
        assert "Ghi nhầm chỗ" in answer.content.decode()
        assert not report.reviews.exists()

    def test_the_office_sees_whom_it_waits_for_and_keeps_their_word(self, environment: User) -> None:
        people, report = make_people(), sent_report()
        office = browser(people.reviewer)
        page = office.get(f"/reports/{report.pk}/review/").content.decode()
        assert "Sở Y tế (TC 15)" in page
        assert "Sở NN&amp;MT (TC 3, 11, 13, 17)" in page
        accept_report(report=report, by=environment, today=TODAY)
        page = office.get(f"/reports/{report.pk}/review/").content.decode()
        assert "Sở NN&amp;MT (TC" not in page
        office.post(f"/reports/{report.pk}/accept/", {"seen": seen(report), "note-15": "Đã rõ"})
        report.refresh_from_db()
        assert report.state == ReportState.ACCEPTED
        assert report.reviews.get(criterion__number=17).by == environment
        assert report.reviews.get(criterion__number=15).comment == "Đã rõ"

    def test_a_department_without_criteria_confirms_nothing(self) -> None:
        report, finance = sent_report(), of("so-tc", "so.tc")
        client = browser(finance)
        assert "Xác nhận phần của" not in client.get(f"/reports/{report.pk}/review/").content.decode()
        client.post(f"/reports/{report.pk}/accept/", {"seen": seen(report)})
        assert not report.reviews.exists()

    def test_the_assembling_office_confirms_everything(self) -> None:
        report, office = sent_report(), of("vp-ntm", "vp.ntm")
        browser(office).post(f"/reports/{report.pk}/accept/", {"seen": seen(report)})
        report.refresh_from_db()
        assert report.state == ReportState.ACCEPTED


class TestTheDepartmentsPage:
    def test_each_department_with_what_it_did_and_what_waits(self, environment: User) -> None:
        first, second = sent_report("03703"), sent_report("03688")
        accept_report(report=first, by=environment, today=TODAY)
        make_report("03670", "2026")
        page = departments_page(unit("14"), environment, TODAY, period="2026")
        assert page is not None
        rows = {row.agency.code: row for row in page.rows}
        own = rows["so-nnmt"]
        assert (own.confirmed, own.waiting, own.returned) == ([first], [second], [])
        assert {len(rows["so-yt"].waiting), len(rows["so-yt"].unsent)} >= {2}
        assert page.unassigned == ()
        text = browser(environment).get("/units/14/departments/?period=2026&agency=so-nnmt").content.decode()
        assert f"/reports/{second.pk}/review/#tc-3" in text

    def test_a_past_period_shows_the_departments_of_its_time(self, environment: User) -> None:
        make_report("03703", "2024")
        period("2024", state=PeriodState.LOCKED)
        page = departments_page(unit("14"), environment, TODAY, period="2024")
        assert page is not None
        assert "so-gtvt" in {row.agency.code for row in page.rows}

    @pytest.mark.parametrize("query", ["period=1999", "form=none", "perod=2026"])
    def test_a_question_that_is_not_understood_is_refused(self, environment: User, query: str) -> None:
        assert browser(environment).get(f"/units/14/departments/?{query}").status_code == 400

    def test_a_cadre_sees_the_own_commune_and_not_the_province(self) -> None:
        cadre = browser(make_people().cadre)
        assert cadre.get("/units/14/departments/").status_code == 404
        assert cadre.get("/units/03703/departments/?period=2026").status_code == 200

    def test_the_page_costs_the_same_for_one_report_and_for_thirty(
        self, environment: User, django_assert_max_num_queries
    ) -> None:
        sent_report()
        client = browser(environment)
        client.get("/units/14/departments/?period=2026")
        for one in Unit.objects.filter(level="commune", valid_to=None, kind="xa")[:30]:
            make_report(one.code, "2026")
        with django_assert_max_num_queries(14):
            client.get("/units/14/departments/?period=2026")


def test_an_administrator_gives_a_department_another_criterion() -> None:
    root = User.objects.create_superuser("root")
    health = Agency.objects.get(code="so-yt")
    food = health.criteria.model.objects.get(criteria_set__code="NTM_XA_2021_2025", number=17)
    form = {
        "code": health.code, "name": health.name, "short_name": health.short_name, "name_en": health.name_en,
        "unit": health.unit_id, "valid_from": health.valid_from.isoformat(), "valid_to": "",
        "mark": "verified", "source": "Quyết định của UBND tỉnh",
    }  # fmt: skip
    page = browser(root).get(f"/admin/programs/agency/{health.pk}/change/")
    criteria, *others = [one.formset for one in page.context["inline_admin_formsets"]]
    row = criteria.initial_forms[0].instance
    sent = form | {
        f"{criteria.prefix}-TOTAL_FORMS": 2,
        f"{criteria.prefix}-INITIAL_FORMS": 1,
        f"{criteria.prefix}-0-id": row.pk,
        f"{criteria.prefix}-0-agency": health.pk,
        f"{criteria.prefix}-0-criterion": row.criterion_id,
        f"{criteria.prefix}-1-agency": health.pk,
        f"{criteria.prefix}-1-criterion": food.pk,
    }
    for formset in others:
        sent |= {
            f"{formset.prefix}-TOTAL_FORMS": 0,
            f"{formset.prefix}-INITIAL_FORMS": 0,
        }
    assert browser(root).post(f"/admin/programs/agency/{health.pk}/change/", sent).status_code == 302
    assert set(health.criteria.values_list("number", flat=True)) == {15, 17}


def test_a_second_start_leaves_an_administrators_correction() -> None:
    health = Agency.objects.get(code="so-yt")
    Agency.objects.filter(pk=health.pk).update(name="Sở Y tế tỉnh")
    health.criteria.clear()
    call_command("load_programmes", verbosity=0)
    health.refresh_from_db()
    assert health.name == "Sở Y tế tỉnh"
    assert not health.criteria.exists()


def test_a_form_without_criteria_is_the_offices_to_confirm(environment: User) -> None:
    people = make_people()
    base = make_report("03703", "2026", form="base")
    record(base, people.cadre, [Item("base.population", 9000)])
    base = submit_report(report=base, by=people.cadre, today=TODAY, reason="từng phần")
    client = browser(environment)
    page = client.get(f"/reports/{base.pk}/review/").content.decode()
    assert "không có phần nào do cơ quan của bạn xác nhận" in page
    assert client.post(f"/reports/{base.pk}/accept/", {"seen": seen(base)}).status_code == 403
    base.refresh_from_db()
    assert base.state == ReportState.SENT
    browser(people.reviewer).post(f"/reports/{base.pk}/accept/", {"seen": seen(base)})
    base.refresh_from_db()
    assert base.state == ReportState.ACCEPTED
