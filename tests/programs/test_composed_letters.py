"""Vietnamese keyboards send decomposed letters too: what is kept is written in one way, and can be found."""

import unicodedata

from programs.actions import Item, return_report, submit_report
from programs.models import CriterionReview, ObservationChange, ReportEvent
from tests.support import TODAY, figure, make_people, make_report, record

SAID = "Thủy lợi đã hóa, chờ Sở"
TYPED = unicodedata.normalize("NFD", f" {SAID}\n dòng hai ")
KEPT = f"{SAID}\n dòng hai"


def test_notes_reasons_and_comments_are_kept_in_composed_letters(db: None) -> None:
    people = make_people()
    report = make_report("03703", "2026")
    record(report, people.cadre, [Item("ntm.xa.1.1", 1, note=TYPED, reason=TYPED)])
    assert figure(report, "ntm.xa.1.1").note == KEPT
    change = ObservationChange.objects.get(indicator__code="ntm.xa.1.1", unit=report.unit)
    assert (change.note, change.reason) == (KEPT, KEPT)

    report = submit_report(report=report, by=people.cadre, today=TODAY, reason=TYPED)
    assert report.incomplete_reason == KEPT

    return_report(report=report, by=people.reviewer, today=TODAY, comments={1: TYPED}, comment=TYPED)
    assert CriterionReview.objects.get(report=report, criterion__number=1).comment == KEPT
    assert not ReportEvent.objects.filter(report=report, comment__contains="\u0323").exists()
