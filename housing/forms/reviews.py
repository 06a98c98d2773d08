"""What is typed about a review, as typed: nothing is lost when something in it is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from communes.rules.text import composed, normalise
from housing.actions.reviews import Papers
from housing.actions.sheets import SheetData
from housing.queries.sheets import Answers, Questions
from programs.queries.reading import number_words
from programs.rules.numbers import NumberError, parse_form_number


@dataclass
class Typed:
    """The texts of a form and what is wrong at each; `all` stands above them."""

    texts: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Any, *names: str) -> "Typed":
        return cls({name: composed(data.get(name, "")).replace("\0", "") for name in names})

    def refuse(self, refused: ValidationError) -> None:
        """Put what an action refused at its field, or above all of them."""
        if hasattr(refused, "error_dict"):
            self.errors |= {name: " ".join(texts) for name, texts in refused.message_dict.items()}
        else:
            self.errors["all"] = " ".join(refused.messages)

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    def day(self, name: str) -> date | None:
        """A day as the browser sends it (2026-11-24) or as people write it (24/11/2026); None when empty."""
        text = self.text(name)
        if not text:
            return None
        found = read_day(text)
        if found is None:
            self.errors[name] = _("Ghi ngày theo dạng 24/11/2026.")
        return found

    def count(self, name: str) -> int | None:
        """A whole number of people or points; None when empty."""
        text = self.text(name)
        if not text:
            return None
        try:
            return parse_form_number(text, decimals=0)
        except NumberError as error:
            self.errors[name] = number_words(error)
            return None


def read_day(text: str) -> date | None:
    parts = text.split("/")
    if len(parts) == 3 and all(part.strip().isascii() and part.strip().isdecimal() for part in parts):
        day, month, year = (part.strip() for part in parts)
        text = f"{year.zfill(4)}-{month.zfill(2)}-{day.zfill(2)}"
    try:
        return parse_date(text)
    except ValueError:
        return None


def read_paper(data: Any, files: Any, *, more: tuple[str, ...] = ()) -> tuple[Typed, Papers]:
    """A paper of a step: number, day, signatory and scan."""
    typed = Typed.of(data, "number", "on", "signatory", *more)
    day = typed.day("on")
    paper = Papers(
        normalise(typed.text("number")), day, normalise(typed.text("signatory")), files.get("scan")
    )
    return typed, paper


def read_version(data: Any) -> int:
    """The version that the screen was based on; -1, which nothing has, when it is not sent."""
    text = str(data.get("version", ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def read_sheet(data: Any, asked: Questions) -> tuple[Answers, SheetData]:
    """A household's sheets as the screen sends them; the answers carry what is wrong with the texts."""
    typed = Typed.of(data, "b1", "income", "persons", "reviewed_on", "note")
    errors = typed.errors
    ticked = frozenset(data.getlist("dep"))
    nothing = data.get("nothing") == "1"
    if nothing and ticked:
        errors["deprivations"] = _("Vừa đánh dấu thiếu hụt vừa chọn 'không thiếu hụt gì': bỏ một trong hai.")
    items = read_ids(data.getlist("item"))
    b1, income, persons, day = (
        typed.count("b1"), typed.count("income"), typed.count("persons"), typed.day("reviewed_on")
    )  # fmt: skip
    if not typed.text("persons"):
        errors["persons"] = _("Ghi số nhân khẩu.")
    for name, given in (("b1", b1), ("income", income)):
        if given is not None and given < 0:
            errors[name] = _("Không được nhỏ hơn 0.")
    values = SheetData(
        b1_points=None if asked.items else b1,
        b1_items=tuple(sorted(items)) if asked.items else (),
        income=income,
        deprivations=ticked if ticked or nothing else None,
        reasons=frozenset(data.getlist("reason")),
        reviewed_on=day,
        persons=1 if persons is None else persons,
        no_labour=data.get("no_labour") == "1",
        note=typed.text("note"),
    )
    answers = Answers(
        b1=typed.text("b1"),
        items=items,
        income=typed.text("income"),
        deprivations=ticked,
        nothing=nothing,
        reasons=values.reasons,
        reviewed_on=typed.text("reviewed_on"),
        persons=typed.text("persons"),
        no_labour=values.no_labour,
        note=typed.text("note"),
        errors=errors,
    )
    return answers, values


def field_errors(refused: ValidationError) -> Mapping[str, str]:
    """What the action refused, by the screen's fields."""
    names = {"b1_points": "b1"}
    if not hasattr(refused, "error_dict"):
        return {"all": " ".join(refused.messages)}
    return {names.get(name, name): " ".join(texts) for name, texts in refused.message_dict.items()}


def read_ids(texts: Iterable[str]) -> frozenset[int]:
    """The ids among these texts; what no row can bear is left out."""
    return frozenset(int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19)
