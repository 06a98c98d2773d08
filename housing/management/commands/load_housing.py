"""Load poverty standards, review rounds, house lists and short lists from the data folder.

Once, or again without harm: what is already there is left as an administrator corrected it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction

from housing.models import (
    BeneficiaryGroup,
    CountedRatio,
    Deprivation,
    EthnicGroup,
    HousingList,
    MoneySource,
    PovertyLine,
    PovertyReason,
    PovertyStandard,
    ReviewRound,
    StandardDeprivation,
    SupportNorm,
)
from programs.management.reading import DataError, DataRow, read_rows
from programs.models import Period

DATA = Path(__file__).resolve().parents[2] / "data"
One = TypeVar("One", bound=models.Model)


class Command(BaseCommand):
    help = "Nạp chuẩn nghèo, đợt rà soát, danh sách nhà ở và các danh mục của sổ hộ."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--folder", type=Path, default=DATA)

    def handle(self, *args: object, folder: Path, **options: object) -> None:
        self.folder = folder
        self.made = 0
        if not Period.objects.exists():
            raise CommandError("Chưa có kỳ báo cáo: chạy load_programmes trước.")
        try:
            with transaction.atomic():
                self._load_names()
                self._load_standards()
                self._load_rounds()
                self._load_lists()
                self._load_ratios()
        except DataError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Hộ và nhà ở: thêm {self.made} dòng; hiện có {PovertyStandard.objects.count()} chuẩn nghèo, "
            f"{ReviewRound.objects.count()} đợt rà soát, {HousingList.objects.count()} danh sách nhà ở, "
            f"{EthnicGroup.objects.count()} dân tộc."
        )

    def _keep(self, row: DataRow, model: type[One], key: Mapping[str, object], /, **values: object) -> One:
        """The row with this key, made when it is not there yet."""
        found = model._default_manager.filter(**key).first()
        if found is not None:
            return found
        one = model(**key, **values)
        ties = [field.name for field in one._meta.fields if field.is_relation]
        try:
            one.clean_fields(exclude=ties)
        except ValidationError as error:
            raise row.error(str(error)) from error
        one.save()
        self.made += 1
        return one

    def _named(self, row: DataRow) -> dict[str, object]:
        return {
            "name": row.text("name"),
            "name_en": row.text("name_en"),
            "order": row.number("order"),
            "mark": row.mark(),
        }

    def _load_names(self) -> None:
        for row in read_rows(self.folder / "ethnic_groups.csv"):
            self._keep(row, EthnicGroup, {"code": row.text("code")}, **self._named(row))
        for row in read_rows(self.folder / "deprivations.csv"):
            services = {"service": row.text("service"), "service_en": row.text("service_en")}
            values = self._named(row) | services | {"bit": row.number("bit")}
            self._keep(row, Deprivation, {"code": row.text("code")}, **values)
        for row in read_rows(self.folder / "reasons.csv"):
            values = self._named(row) | {"bit": row.number("bit")}
            self._keep(row, PovertyReason, {"code": row.text("code")}, **values)
        for row in read_rows(self.folder / "groups.csv"):
            values = self._named(row) | {"figures": row.text("figures")}
            self._keep(row, BeneficiaryGroup, {"code": row.text("code")}, **values)
        for row in read_rows(self.folder / "sources.csv"):
            values = self._named(row) | {"is_state": row.flag("is_state"), "ceiling": row.number("ceiling")}
            self._keep(row, MoneySource, {"code": row.text("code")}, **values)

    def _load_standards(self) -> None:
        for row in read_rows(self.folder / "standards.csv"):
            self._keep(
                row,
                PovertyStandard,
                {"code": row.text("code")},
                name=row.text("name"),
                name_en=row.text("name_en"),
                decision=row.text("decision"),
                valid_from=row.day("first_day"),
                valid_to=row.after("last_day"),
                cutoff=row.number("cutoff"),
                mark=row.mark(),
                note=row.text("note"),
            )
        self.standards = {one.code: one for one in PovertyStandard.objects.all()}
        deprivations = {one.code: one for one in Deprivation.objects.all()}
        for row in read_rows(self.folder / "lines.csv"):
            key = {"standard": self._standard(row), "area": row.text("area")}
            self._keep(row, PovertyLine, key, income=row.number("income"), points=row.whole("points"))
        for row in read_rows(self.folder / "standard_deprivations.csv"):
            deprivation = row.one_of(deprivations, "deprivation", "chỉ số thiếu hụt")
            self._keep(
                row,
                StandardDeprivation,
                {"standard": self._standard(row), "deprivation": deprivation},
                order=row.number("order"),
                points=row.number("points"),
                definition=row.text("definition"),
                mark=row.mark(),
            )

    def _standard(self, row: DataRow) -> PovertyStandard:
        return row.one_of(self.standards, "standard", "chuẩn nghèo")

    def _load_rounds(self) -> None:
        periods = {one.code: one for one in Period.objects.all()}
        for row in read_rows(self.folder / "rounds.csv"):
            later = row.text("next_standard")
            self._keep(
                row,
                ReviewRound,
                {"code": row.text("code")},
                name=row.text("name"),
                name_en=row.text("name_en"),
                kind=row.text("kind"),
                standard=self._standard(row),
                next_standard=row.one_of(self.standards, "next_standard", "chuẩn nghèo") if later else None,
                period=row.one_of(periods, "period", "kỳ báo cáo") if row.text("period") else None,
                starts_on=row.day("first_day"),
                ends_on=row.day("last_day"),
                decide_within=row.whole("decide_within"),
            )

    def _load_lists(self) -> None:
        for row in read_rows(self.folder / "lists.csv"):
            self._keep(
                row,
                HousingList,
                {"code": row.text("code")},
                **self._named(row),
                first_day=row.day("first_day"),
                last_day=row.day("last_day") if row.text("last_day") else None,
                decision=row.text("decision"),
                figures=row.text("figures"),
                slow_after=row.number("slow_after"),
            )
        lists = {one.code: one for one in HousingList.objects.all()}
        for row in read_rows(self.folder / "norms.csv"):
            key = {"list": row.one_of(lists, "list", "danh sách nhà ở"), "kind": row.text("kind")}
            values = {"amount": row.number("amount"), "decision": row.text("decision"), "mark": row.mark()}
            self._keep(row, SupportNorm, key, **values)

    def _load_ratios(self) -> None:
        for row in read_rows(self.folder / "ratios.csv"):
            values = {name: row.text(name) for name in ("numerator", "denominator", "note")}
            key = {"indicator_code": row.text("indicator")}
            self._keep(row, CountedRatio, key, **values, mark=row.mark())
