"""The demo's people and a second start: nothing is lost, nothing doubled, no password changed unasked."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from communes.models import Level, Membership, Unit, User, Verification
from programs.models import (
    CriteriaSet,
    Criterion,
    Observation,
    ObservationChange,
    Recognition,
    Report,
    ReportState,
    covered_criteria,
)
from programs.queries.imports import may_fill
from sonla.demo.people import AUTHOR
from sonla.demo.registers import KEEPER
from tests.demo.conftest import PASSWORD

TODAY = date(2026, 11, 24)


def load_again(**options: str) -> str:
    out = StringIO()
    call_command("load_demo", stdout=out, **options)
    return out.getvalue()


@pytest.mark.usefixtures("demo_db")
class TestLoaded:
    def test_everybody_has_the_one_password_hashed_once(self) -> None:
        people = User.objects.exclude(username__startswith="minh-hoa")
        assert people.count() == 4 + 75 + 7
        assert people.values("password").distinct().count() == 1
        assert User.objects.get(username="xa.03703").check_password(PASSWORD)
        assert all(user.full_name.endswith("(minh họa)") for user in User.objects.all())

    def test_who_may_do_what(self) -> None:
        admin = User.objects.get(username="admin")
        assert admin.is_superuser
        assert admin.is_staff
        held = Membership.objects.exclude(role="cadre").exclude(user__username__startswith="minh-hoa")
        roles = dict(held.values_list("user__username", "role"))
        departments = dict.fromkeys(["so.nnmt", "so.gddt", "so.yt", "so.xd"], "reviewer")
        assert roles == {"tinh": "reviewer", "xem": "viewer", "ld.03703": "leader", **departments}
        typist = User.objects.get(username="nhap.tinh")
        assert typist.memberships.get().unit.level == Level.PROVINCE
        assert may_fill(typist.memberships.get().unit, typist, TODAY)
        cadre = User.objects.get(username="xa.03703")
        writable = Unit.objects.held_by(cadre, TODAY, "cadre").exclude(level=Level.VILLAGE)
        assert [unit.name for unit in writable] == ["Xã Quỳnh Nhai"]
        assert Unit.objects.readable_by(cadre, TODAY).count() > 4

    def test_one_commune_has_desks_and_departments_have_their_criteria(self) -> None:
        def numbers(login: str) -> set[int] | None:
            criteria_set = CriteriaSet.objects.get(code="NTM_XA_2021_2025")
            roles = Membership.objects.filter(user__username=login)
            part = covered_criteria(roles, criteria_set)
            rows = Criterion.objects.filter(pk__in=part or ())
            return set(rows.values_list("number", flat=True)) if part is not None else None

        assert numbers("xa.03703.mt") == {17}
        assert numbers("xa.03703.vh") == {5, 6, 14, 16}
        assert numbers("so.nnmt") == {3, 11, 13, 17}
        assert numbers("xa.03703") is None
        assert numbers("tinh") is None

    def test_villages_live_on_across_the_merger_and_are_marked(self) -> None:
        villages = Unit.objects.filter(level=Level.VILLAGE)
        assert 2_000 < villages.count() < 2_600
        assert not villages.exclude(name__endswith="(minh họa)", name_mark=Verification.DEMO).exists()
        one = villages.filter(code__startswith="03688-").order_by("pk").first()
        assert one is not None
        for day in (date(2024, 6, 30), TODAY):
            above = one.ancestors.on(day).filter(depth=1).get()
            assert above.ancestor.code == "03688"
            assert above.ancestor.lives_on(day)

    @pytest.mark.parametrize("login", [AUTHOR, KEEPER])
    def test_nobody_logs_in_as_the_author_of_the_history(self, login: str) -> None:
        author = User.objects.get(username=login)
        assert not author.has_usable_password()
        assert not author.is_staff

    def test_figures_come_through_the_one_door_with_their_history(self) -> None:
        typed = Observation.objects.filter(from_records=False)
        assert typed.exclude(through="demo").count() == 0
        assert Observation.objects.filter(from_records=True).exclude(through="records").count() == 0
        assert Observation.objects.count() > 80_000
        assert ObservationChange.objects.count() >= Observation.objects.count()
        assert not Recognition.objects.exclude(mark=Verification.DEMO).exists()

    def test_reports_of_the_open_and_the_last_closed_period(self) -> None:
        def states(period: str) -> dict[str, int]:
            rows = Report.objects.filter(period__code=period, form__code="ntm.xa")
            return {state: rows.filter(state=state).count() for state in ReportState.values}

        assert states("2026-H1") | {"locked": 0, "waiting": 0} == {
            "entering": 2, "sent": 8, "returned": 2, "accepted": 55, "locked": 0, "waiting": 0,
        }  # fmt: skip
        assert states("2026") | {"locked": 0, "waiting": 0} == {
            "entering": 39, "sent": 20, "returned": 3, "accepted": 5, "locked": 0, "waiting": 0,
        }  # fmt: skip
        assert Report.objects.filter(period__code="2026", form__code="ntm.xa", entered=0).count() == 6

    def test_returned_reports_say_why_by_criterion(self) -> None:
        for report in Report.objects.filter(state="returned"):
            reviews = report.reviews.filter(verdict="returned")
            assert reviews.count() == 2
            assert all(review.comment for review in reviews)

    def test_some_were_late_some_have_gaps_some_figures_do_not_apply(self) -> None:
        sent = Report.objects.exclude(sent_at=None).select_related("period")
        assert any(not report.is_on_time for report in sent.filter(period__code="2025-H1"))
        assert sent.exclude(incomplete_reason="").count() > 10
        assert Observation.objects.filter(not_applicable=True).exclude(note="").count() > 100

    def test_a_second_run_changes_nothing(self) -> None:
        def counts() -> list[int]:
            models = (User, Membership, Observation, ObservationChange, Report, Recognition)
            return [model.objects.count() for model in models]

        cadre = User.objects.get(username="xa.03703")
        cadre.set_password("mat-khau-rieng")
        cadre.save()
        before = counts()
        said = load_again()
        assert counts() == before
        assert "giữ nguyên" in said
        assert "chỉ hiện một lần" not in said
        cadre.refresh_from_db()
        assert cadre.check_password("mat-khau-rieng")

    def test_somebody_new_gets_a_password_of_their_own(self) -> None:
        admin = User.objects.get(username="admin")
        admin.set_password("mat-khau-rieng")
        admin.save()
        User.objects.get(username="xem").delete()
        said = load_again()
        (drawn,) = [line.rsplit(": ", 1)[1] for line in said.splitlines() if "chỉ hiện một lần" in line]
        new = User.objects.get(username="xem")
        assert new.check_password(drawn)
        assert new.memberships.get().role == "viewer"
        assert User.objects.get(username="admin").check_password("mat-khau-rieng")

    def test_a_password_that_is_given_is_everybodys(self) -> None:
        load_again(password="mat-khau-moi-2026")
        assert User.objects.get(username="tinh").check_password("mat-khau-moi-2026")
        for login in (AUTHOR, KEEPER):
            assert not User.objects.get(username=login).has_usable_password()


@pytest.mark.django_db
def test_without_register_or_programmes_it_says_what_to_run_first() -> None:
    Unit.objects.filter(code="14").update(code="99")
    with pytest.raises(CommandError, match="load_register"):
        call_command("load_demo")
    Unit.objects.filter(code="99").update(code="14")
    CriteriaSet.objects.filter(code="NTM_XA_2021_2025").update(code="KHAC")
    with pytest.raises(CommandError, match="load_programmes"):
        call_command("load_demo")
    assert not User.objects.exists()
