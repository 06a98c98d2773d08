"""Load indicators, criteria sets, forms and periods from the data folder: once, or again without harm.

What is already there is left as it is, so an administrator's correction outlives every start: an indicator,
a requirement or an assignment that exists in any version is not touched, and no version is added to it.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, models, transaction

from communes.models import Level, UnitKind, Verification
from programs.actions import move_deadlines, open_reports
from programs.management.agencies import load_agencies
from programs.management.reading import DataError, DataRow, read_rows
from programs.models import (
    Agency,
    Assignment,
    CriteriaSet,
    Criterion,
    FormField,
    Holiday,
    Indicator,
    Period,
    PeriodState,
    ReportForm,
    Requirement,
    RevocationRule,
    Rulebook,
)
from programs.rules.verdicts import check_rule

DATA = Path(__file__).resolve().parents[2] / "data"


class Command(BaseCommand):
    help = "Nạp chỉ tiêu, bộ tiêu chí, mức yêu cầu, biểu mẫu và kỳ báo cáo từ thư mục dữ liệu."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--folder", type=Path, default=DATA)

    def handle(self, *args: object, folder: Path, **options: object) -> None:
        self.folder = folder
        self.made = 0
        self.kinds = {kind.code: kind for kind in UnitKind.objects.all()}
        if not self.kinds:
            raise CommandError("Chưa có loại đơn vị hành chính: chạy load_register trước.")
        try:
            with transaction.atomic():
                self._load_indicators()
                self._load_sets()
                self._load_criteria()
                self._load_requirements()
                self._load_revocation_rules()
                self._load_guidance()
                load_agencies(self.folder, self._save)
                self._load_holidays()
                made = self._load_periods()
                self._load_forms()
                self._open(made)
        except DataError as error:
            raise CommandError(str(error)) from error
        self._report()

    def _report(self) -> None:
        counts = [
            (Indicator.objects.count(), "chỉ tiêu và số liệu nền"),
            (CriteriaSet.objects.count(), "bộ tiêu chí"),
            (Criterion.objects.count(), "tiêu chí"),
            (Requirement.objects.count(), "mức yêu cầu"),
            (ReportForm.objects.count(), "biểu mẫu"),
            (Period.objects.count(), "kỳ báo cáo"),
            (Holiday.objects.count(), "ngày nghỉ lễ"),
            (Agency.objects.filter(unit__level=Level.PROVINCE).count(), "sở, ban, ngành"),
        ]
        held = ", ".join(f"{count} {name}" for count, name in counts)
        self.stdout.write(f"Chương trình: thêm {self.made} dòng; hiện có {held}.")

    def _save(self, row: DataRow, one: models.Model) -> None:
        """Store a new row; what the model refuses is told with file and line."""
        ties = [field.name for field in one._meta.fields if field.is_relation]
        try:
            one.clean_fields(exclude=ties)
            one.save(force_insert=True)
        except ValidationError as error:
            said = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
            raise row.error(said) from error
        except IntegrityError as error:
            raise row.error(f"trùng hoặc mâu thuẫn với dòng khác ({error}).") from error
        self.made += 1

    def _load_indicators(self) -> None:
        known = set(Indicator.objects.values_list("code", flat=True))
        for row in read_rows(self.folder / "indicators.csv"):
            if row.text("code") not in known:
                self._save(row, self._indicator(row))

    def _indicator(self, row: DataRow) -> Indicator:
        same = ["code", "name", "name_en", "kind", "unit", "over_units", "over_time", "direction"]
        same += ["base_code", "weight_code", "part", "role", "source"]
        values: dict[str, Any] = {name: row.text(name) for name in same}
        if (jump := row.whole("jump_percent")) is not None:
            values["jump_percent"] = jump
        return Indicator(
            **values,
            valid_from=row.day("first_day"),
            valid_to=row.after("last_day"),
            decimals=row.number("decimals"),
            entry_scale=row.number("entry_scale"),
            numerator_name=row.text("numerator"),
            denominator_name=row.text("denominator"),
            parent=self._measure(row, "parent") if row.text("parent") else None,
            cumulative=row.flag("cumulative"),
            minimum=row.whole("minimum"),
            maximum=row.whole("maximum"),
            derivation=row.json("derivation"),
            mark=row.mark(),
        )

    def _measure(self, row: DataRow, column: str) -> Indicator:
        """The indicator that a cell names, in the shape it has on the row's first day."""
        found = Indicator.objects.measured_on(row.day("first_day")).filter(code=row.text(column)).first()
        if found is None:
            raise row.error(f"chỉ tiêu '{row.text(column)}' chưa có vào ngày {row.text('first_day')}.")
        return found

    def _load_sets(self) -> None:
        known = set(CriteriaSet.objects.values_list("code", flat=True))
        for row in read_rows(self.folder / "criteria_sets.csv"):
            if row.text("code") in known:
                continue
            same = ["code", "name", "name_en", "level", "decision", "note"]
            made = CriteriaSet(
                **{name: row.text(name) for name in same},
                valid_from=row.day("first_day"),
                valid_to=row.after("last_day"),
                mark=row.mark(),
            )
            self._save(row, made)
            made.kinds.set(row.each_of(self.kinds, "kinds", "loại đơn vị"))
        self.sets = {one.code: one for one in CriteriaSet.objects.all()}

    def _load_criteria(self) -> None:
        known = set(Criterion.objects.values_list("criteria_set__code", "number"))
        for row in read_rows(self.folder / "criteria.csv"):
            if (row.text("set"), row.whole("number")) in known:
                continue
            same = ["name", "name_en", "group", "group_en", "source"]
            self._save(
                row,
                Criterion(
                    **{name: row.text(name) for name in same},
                    criteria_set=row.one_of(self.sets, "set", "bộ tiêu chí"),
                    number=row.number("number"),
                    mark=row.mark(),
                ),
            )

    def _load_revocation_rules(self) -> None:
        known = {(one.tier, one.valid_from) for one in RevocationRule.objects.all()}
        for row in read_rows(self.folder / "revocation_rules.csv"):
            if (row.text("tier"), row.day("first_day")) in known:
                continue
            made = RevocationRule(
                **{name: row.text(name) for name in ("tier", "decision", "note")},
                lower_share=row.number("lower_share"),
                upper_share=row.number("upper_share"),
                communes_share=row.whole("communes_share"),
                valid_from=row.day("first_day"),
                valid_to=row.after("last_day"),
                mark=row.mark(),
            )
            self._save(row, made)
            if row.text("set"):
                criteria_set = row.one_of(self.sets, "set", "bộ tiêu chí")
                numbered = {str(one.number): one for one in criteria_set.criteria.all()}
                made.key_criteria.set(row.each_of(numbered, "key_criteria", "tiêu chí"))

    def _load_requirements(self) -> None:
        criteria = {
            (one.criteria_set.code, one.number): one
            for one in Criterion.objects.select_related("criteria_set")
        }
        known = set(Requirement.objects.values_list("criterion", "number"))
        for row in read_rows(self.folder / "requirements.csv"):
            criterion = criteria.get((row.text("set"), row.whole("criterion") or 0))
            if criterion is None:
                raise row.error(
                    f"bộ tiêu chí '{row.text('set')}' không có tiêu chí số {row.text('criterion')}."
                )
            if (criterion.pk, row.text("number")) in known:
                continue
            indicator = self._measure(row, "indicator")
            same = ["number", "wording", "wording_en", "confidence", "source", "note"]
            self._save(
                row,
                Requirement(
                    **{name: row.text(name) for name in same},
                    criterion=criterion,
                    order=row.number("order"),
                    indicator=indicator,
                    rule=self._rule(row, indicator),
                    may_not_apply=row.flag("may_not_apply"),
                    delegated=row.flag("delegated"),
                    valid_from=row.day("first_day"),
                    valid_to=row.after("last_day"),
                    mark=row.mark(),
                ),
            )

    def _rule(self, row: DataRow, indicator: Indicator) -> Any:
        rule = row.json("rule")
        kinds = {"": indicator.kind}
        kinds |= {part.part: part.kind for part in indicator.parts.measured_on(row.day("first_day"))}
        wrong = check_rule(rule, kinds) if rule is not None else []
        if wrong:
            raise row.error(f"quy tắc không dùng được: {'; '.join(wrong)}.")
        return rule

    def _load_guidance(self) -> None:
        """How a figure is computed and what evidence it needs, for requirements that say nothing yet."""
        silent: dict[tuple[str, str], list[int]] = {}
        filled = 0
        rows = Requirement.objects.filter(method="", evidence_hint="", guidance="")
        for pk, code, number in rows.values_list("pk", "criterion__criteria_set__code", "number"):
            silent.setdefault((code, number), []).append(pk)
        for row in read_rows(self.folder / "guidance.csv"):
            found = silent.get((row.text("set"), row.text("number")))
            if found:
                hint = row.text("evidence_hint")
                if row.mark() != Verification.VERIFIED:
                    hint = f"{hint}\nChưa đối chiếu văn bản."
                filled += Requirement.objects.filter(pk__in=found).update(
                    method=row.text("method"), evidence_hint=hint, guidance=row.text("guidance")
                )
        if filled:
            Rulebook.touch()

    def _load_forms(self) -> None:
        known = set(ReportForm.objects.values_list("code", flat=True))
        for row in read_rows(self.folder / "forms.csv"):
            if row.text("code") not in known:
                same = ["code", "name", "name_en", "note"]
                values = {name: row.text(name) for name in same}
                flags = {name: row.flag(name) for name in ("leader_step", "from_records")}
                self._save(row, ReportForm(**values, **flags))
        forms = {form.code: form for form in ReportForm.objects.all()}
        for row in read_rows(self.folder / "form_fields.csv"):
            if row.text("form") in known:
                continue
            indicator = Indicator.objects.filter(code=row.text("indicator")).last()
            if indicator is None:
                raise row.error(f"chỉ tiêu '{row.text('indicator')}' chưa có.")
            form = row.one_of(forms, "form", "biểu mẫu")
            self._save(row, FormField(form=form, indicator=indicator, order=row.number("order")))
        for row in read_rows(self.folder / "assignments.csv"):
            if row.text("form") not in known:
                self._assign(row, row.one_of(forms, "form", "biểu mẫu"))

    def _assign(self, row: DataRow, form: ReportForm) -> None:
        made = Assignment(
            form=form,
            criteria_set=row.one_of(self.sets, "set", "bộ tiêu chí") if row.text("set") else None,
            period_kind=row.text("period_kind"),
            valid_from=row.day("first_day"),
            valid_to=row.after("last_day"),
            period=row.one_of(self.periods, "period", "kỳ báo cáo") if row.text("period") else None,
        )
        self._save(row, made)
        # Without kinds nobody owes it until units are named one by one.
        if row.text("kinds"):
            made.unit_kinds.set(row.each_of(self.kinds, "kinds", "loại đơn vị"))

    def _load_holidays(self) -> None:
        """The days off of years that have none yet: what an administrator struck out does not come back."""
        known = set(Holiday.objects.values_list("day__year", flat=True))
        made = 0
        for row in read_rows(self.folder / "holidays.csv"):
            first, last = row.day("first_day"), row.day("last_day")
            if last < first:
                raise row.error("ngày cuối trước ngày đầu.")
            name = row.text("name") if row.flag("certain") else f"{row.text('name')} (chưa đối chiếu)"
            for number in range((last - first).days + 1):
                day = first + timedelta(days=number)
                if day.year not in known:
                    self._save(row, Holiday(day=day, name=name))
                    made += 1
        if made:
            move_deadlines()

    def _load_periods(self) -> list[Period]:
        """The periods that are new here."""
        new = []
        known = set(Period.objects.values_list("code", flat=True))
        for row in read_rows(self.folder / "periods.csv"):
            if row.text("code") in known:
                continue
            made = Period(
                **{name: row.text(name) for name in ["code", "name", "name_en", "kind", "state"]},
                starts_on=row.day("first_day"),
                ends_on=row.day("last_day"),
                opens_on=row.day("opens_on"),
                deadline=row.day("deadline"),
                review_deadline=row.day("review_deadline"),
                **_window_of(row),
            )
            self._save(row, made)
            new.append(made)
        self.periods = {one.code: one for one in Period.objects.all()}
        return new

    def _open(self, periods: list[Period]) -> None:
        for period in periods:
            if period.state == PeriodState.OPEN:
                self.made += open_reports(period=period)


def _window_of(row: DataRow) -> dict[str, date | None]:
    """From which to which day a period's figures are; a mistaken mark refuses the row."""
    row.mark("data_mark")
    names = ("data_from", "data_to")
    return {name: row.day(name) if row.text(name) else None for name in names}
