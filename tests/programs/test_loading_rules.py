"""Loading the programmes: the real numbers, a second start that changes nothing, mistakes named by row."""

import csv
import shutil
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from communes.models import Verification
from housing.models import ReviewRound
from programs.management.commands.load_programmes import DATA
from programs.models import (
    Assignment,
    CriteriaSet,
    Criterion,
    Indicator,
    Period,
    Report,
    ReportForm,
    Requirement,
    RevocationRule,
    RevokedTier,
)
from programs.queries.structure import structure_of
from sonla.demo.generator.terms import TERMS

pytestmark = pytest.mark.django_db
XA = "NTM_XA_2021_2025"


def load(folder: Path = DATA) -> str:
    out = StringIO()
    call_command("load_programmes", folder=folder, stdout=out)
    return out.getvalue()


def of_set(code: str) -> object:
    return Requirement.objects.filter(criterion__criteria_set__code=code)


class TestWhatIsThere:
    def test_the_commune_set_has_57_indicators_in_19_criteria_as_64_dated_rows(self) -> None:
        assert Criterion.objects.filter(criteria_set__code=XA).count() == 19
        assert of_set(XA).count() == 64
        assert of_set(XA).values("indicator__code").distinct().count() == 57
        for year in range(2021, 2027):
            assert of_set(XA).in_force(date(year, 12, 31)).count() == 57

    def test_marks_are_kept(self) -> None:
        marks = [row.mark for row in of_set(XA)]
        assert marks.count(Verification.VERIFIED) == 18
        assert marks.count(Verification.MEMORY) == 45
        assert marks.count(Verification.PROVISIONAL) == 1
        provisional = of_set(XA).get(mark=Verification.PROVISIONAL)
        assert (provisional.number, provisional.valid_from) == ("10.1", date(2026, 1, 1))

    def test_the_rules_of_revocation_name_the_key_criteria(self) -> None:
        for year in (2022, 2026):
            rule = RevocationRule.objects.in_force(date(year, 7, 1)).get(tier=RevokedTier.COMMUNE)
            assert (rule.bounds.lower, rule.bounds.upper) == (30, 50)
            assert [one.name for one in rule.key_criteria.order_by("number")] == [
                "Thu nhập",
                "Môi trường và an toàn thực phẩm",
                "Quốc phòng và An ninh",
            ]
            assert rule.is_provisional == (year == 2026)
        district = RevocationRule.objects.get(tier=RevokedTier.DISTRICT)
        assert (district.communes_share, district.valid_to) == (30, date(2026, 1, 1))

    def test_an_indicator_can_change_its_kind_inside_a_period(self) -> None:
        shapes = Indicator.objects.filter(code="ntm.xa.15.4").order_by("valid_from")
        assert [(one.kind, one.valid_from, one.valid_to) for one in shapes] == [
            ("percent", date(2021, 1, 1), date(2024, 3, 1)),
            ("boolean", date(2024, 3, 1), None),
        ]
        assert [row.indicator.kind for row in of_set(XA).filter(number="15.4").order_by("valid_from")] == [
            "percent",
            "boolean",
        ]

    def test_parts_belong_to_their_parents_and_piped_water_ends(self) -> None:
        assert Indicator.objects.exclude(parent=None).count() == 12
        women = Indicator.objects.get(code="ntm.xa.12.1.female")
        assert (women.parent.code, women.part, women.role) == ("ntm.xa.12.1", "female", "sum")
        piped = Indicator.objects.get(code="ntm.xa.17.1.piped")
        assert (piped.role, piped.valid_to) == ("of_which", date(2024, 3, 1))

    def test_income_is_dong_typed_in_millions_and_weighted_by_people(self) -> None:
        income = Indicator.objects.get(code="ntm.xa.10.1")
        assert (income.kind, income.decimals, income.entry_scale) == ("money", 0, 6)
        assert (income.over_units, income.weight_code) == ("weighted", "base.population")

    def test_sets_apply_to_communes_and_criteria_without_indicators_are_loaded(self) -> None:
        kinds = {
            one.code: sorted(one.kinds.values_list("code", flat=True)) for one in CriteriaSet.objects.all()
        }
        assert kinds[XA] == kinds["NTM_XA_NANG_CAO_2021_2025"] == kinds["NTM_XA_2026_2030"] == ["xa"]
        assert "xa" not in kinds["NTM_HUYEN_2021_2025"]
        assert Criterion.objects.filter(criteria_set__code="NTM_XA_2026_2030").count() == 10
        assert of_set("NTM_XA_2026_2030").count() == 0
        assert of_set("NTM_XA_NANG_CAO_2021_2025").count() == 75
        assert of_set("NTM_XA_NANG_CAO_2021_2025").filter(rule__isnull=True).count() > 0
        assert CriteriaSet.objects.get(code=XA).valid_to == date(2026, 1, 1)

    def test_totals_that_are_read_from_assessments_and_decisions(self) -> None:
        rows = [one for one in Indicator.objects.filter(derivation__isnull=False) if one.is_boolean]
        derived = {one.code: one.derivation for one in rows}
        assert len(derived) == 1 + 19 + 4
        assert derived["ntm.communes.met"] == {"assessment": "set"}
        assert derived["ntm.criterion.17.met"] == {"assessment": "criterion", "number": 17}
        assert derived["ntm.communes.recognised"] == {"recognition": "met"}

    def test_forms_and_whom_they_are_assigned_to(self) -> None:
        kinds = {
            (row.form.code, row.period_kind): sorted(row.unit_kinds.values_list("code", flat=True))
            for row in Assignment.objects.all()
        }
        assert kinds == {
            ("ntm.xa", "half_year"): ["xa"],
            ("ntm.xa", "year"): ["xa"],
            ("base", "year"): ["phuong", "thi_tran", "xa"],
            ("poverty", "year"): ["phuong", "thi_tran", "xa"],
            # By ethnic group: the communes that keep a register of households, named one by one.
            ("poverty.groups", "year"): [],
            ("housing", "month"): ["phuong", "thi_tran", "xa"],
            ("housing", "ad_hoc"): ["phuong", "thi_tran", "xa"],
        }
        year = Period.objects.get(code="2026")
        form = structure_of(ReportForm.objects.get(code="ntm.xa"), year)
        assert form.count == 57
        assert form.set_has_ended
        assert structure_of(ReportForm.objects.get(code="base"), year).count == 5

    def test_periods_and_their_deadlines_on_working_days(self) -> None:
        periods = Period.objects.filter(kind__in=["half_year", "year"]).order_by("ends_on")
        assert [period.code for period in periods] == [term.code for term in TERMS]
        for period, term in zip(periods, TERMS, strict=True):
            assert (period.ends_on, period.opens_on, period.deadline) == (
                term.last_day,
                term.opens_on,
                term.deadline,
            )
            assert period.deadline.weekday() < 5
        assert Period.objects.get(code="2026").name == "Năm 2026"

    def test_the_open_period_has_its_reports(self) -> None:
        owed = Report.objects.filter(period__code="2026")
        assert owed.filter(form__code="ntm.xa").count() == 67
        assert owed.filter(form__code="base").count() == 75


class TestASecondStart:
    def test_adds_nothing_and_leaves_corrections(self) -> None:
        threshold = of_set(XA).get(number="2.1")
        threshold.rule = {"op": ">=", "value": 85}
        threshold.valid_from = date(2021, 6, 1)
        threshold.save()
        Period.objects.filter(code="2026").update(deadline=date(2026, 12, 31))
        Assignment.objects.filter(period_kind="half_year").delete()
        left = Assignment.objects.count()
        assert "thêm 0 dòng" in load()
        kept = of_set(XA).get(number="2.1")
        assert (kept.rule, kept.valid_from) == ({"op": ">=", "value": 85}, date(2021, 6, 1))
        assert Period.objects.get(code="2026").deadline == date(2026, 12, 31)
        assert Assignment.objects.count() == left


Change = Callable[[dict[str, str]], None]


def with_change(tmp_path: Path, file: str, change: Change, line: int = 2) -> Path:
    """A copy of the data folder in which one row (as an editor counts) of one file is changed."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    with (folder / file).open(encoding="utf-8", newline="") as source:
        reader = csv.DictReader(source)
        rows = list(reader)
    change(rows[line - 2])
    with (folder / file).open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, reader.fieldnames or [])
        writer.writeheader()
        writer.writerows(rows)
    return folder


class TestMistakesInTheFiles:
    @pytest.fixture(autouse=True)
    def nothing_loaded(self) -> None:
        for model in (ReviewRound, Report, Period, ReportForm, CriteriaSet):
            model.objects.all().delete()
        Indicator.objects.exclude(parent=None).delete()
        Indicator.objects.all().delete()

    @pytest.mark.parametrize(
        ("file", "column", "text", "said"),
        [
            ("indicators.csv", "kind", "phần trăm", "kind"),
            ("indicators.csv", "decimals", "hai", "cần số nguyên"),
            ("indicators.csv", "cumulative", "không", "cần 'yes' hoặc 'no'"),
            ("indicators.csv", "first_day", "1/1/2021", "cần ngày dạng"),
            ("indicators.csv", "mark", "chắc chắn", "mức xác minh"),
            ("criteria_sets.csv", "kinds", "xa lang", "loại đơn vị 'lang' chưa có"),
            ("criteria.csv", "set", "NTM", "bộ tiêu chí 'NTM' chưa có"),
            ("requirements.csv", "criterion", "20", "không có tiêu chí số 20"),
            ("requirements.csv", "indicator", "ntm.xa.99", "chưa có vào ngày"),
            ("requirements.csv", "rule", "{op: 1}", "không phải JSON"),
            ("requirements.csv", "rule", '{"op": "~", "value": 1}', "unknown_op"),
            ("requirements.csv", "rule", '{"part": "nam", "op": ">=", "value": 1}', "unknown_part"),
            ("form_fields.csv", "form", "khac", "biểu mẫu 'khac' chưa có"),
            ("assignments.csv", "kinds", "lang", "loại đơn vị"),
            ("periods.csv", "kind", "tuần", "kind"),
        ],
    )
    def test_file_and_row_are_named(
        self, tmp_path: Path, file: str, column: str, text: str, said: str
    ) -> None:
        folder = with_change(tmp_path, file, lambda row: row.update({column: text}))
        with pytest.raises(CommandError, match=rf"{file}, dòng 2: .*{said}"):
            load(folder)
        assert not CriteriaSet.objects.exists()

    def test_the_same_requirement_twice_is_a_mistake_not_a_silent_choice(self, tmp_path: Path) -> None:
        folder = with_change(tmp_path, "requirements.csv", lambda row: row.update(number="1.2"))
        with pytest.raises(CommandError, match=r"requirements.csv, dòng 3: trùng"):
            load(folder)

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match=r"indicators\.csv"):
            load(tmp_path)

    def test_the_files_as_they_are_load_again_from_nothing(self) -> None:
        assert "139 mức yêu cầu" in load()
