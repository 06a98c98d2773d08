"""Marks that turn the direction of text never reach what is kept: a note must read as it was written."""

import pytest
from django.core.exceptions import ValidationError

from communes.rules.text import TURNS, composed, normalise
from programs.actions import Item, accept_report, ask_extension, return_report, submit_report
from programs.models import ObservationChange
from tests.support import TODAY, figure, make_people, make_report, record

OVERRIDE = "\u202e"
TYPED = f"15%{OVERRIDE} đạt\u2066 chuẩn\u2069\u200f"


@pytest.mark.parametrize("mark", [chr(code) for code in TURNS])
def test_no_turning_mark_is_kept(mark: str) -> None:
    assert composed(f"a{mark}b\nc") == "ab\nc"
    assert normalise(f"a{mark}b  c") == "ab c"


def test_joiners_that_words_need_stay() -> None:
    assert composed("a\u200db") == "a\u200db"


def test_notes_reasons_and_comments_are_kept_without_them(db: None) -> None:
    people, report = make_people(), make_report()
    record(report, people.cadre, [Item("ntm.xa.1.1", 1, note=TYPED, reason=TYPED)])
    assert figure(report, "ntm.xa.1.1").note == "15% đạt chuẩn"
    change = ObservationChange.objects.get(indicator__code="ntm.xa.1.1", unit=report.unit)
    assert (change.note, change.reason) == ("15% đạt chuẩn", "15% đạt chuẩn")

    report = submit_report(report=report, by=people.cadre, today=TODAY, reason=TYPED)
    assert report.incomplete_reason == "15% đạt chuẩn"
    accept_report(report=report, by=people.reviewer, today=TODAY, criteria=[1], comments={1: TYPED})
    assert report.reviews.get().comment == "15% đạt chuẩn"


def test_a_word_of_turning_marks_only_is_no_word(db: None) -> None:
    people, report = make_people(), make_report()
    record(report, people.cadre, [Item("ntm.xa.1.1", 1)])
    with pytest.raises(ValidationError):
        submit_report(report=report, by=people.cadre, today=TODAY, reason=OVERRIDE)
    with pytest.raises(ValidationError):
        ask_extension(report=report, by=people.cadre, today=TODAY, until=report.due_on, reason=OVERRIDE)
    with pytest.raises(ValidationError):
        record(report, people.cadre, [Item("ntm.xa.13.4", not_applicable=True, note=OVERRIDE)])

    sent = submit_report(report=report, by=people.cadre, today=TODAY, reason="từng phần")
    with pytest.raises(ValidationError):
        return_report(report=sent, by=people.reviewer, today=TODAY, comments={1: OVERRIDE})
