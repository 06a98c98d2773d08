"""Keeping the standard: who fell below, since when, what the rule proposes. A person decides, by number."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from communes.models import Role, User
from programs.actions.recognitions import revoke_recognition
from programs.models import Criterion, Recognition, RecognitionEnd, RevocationRule
from programs.rules.revocation import Ground
from tests.dashboards.conftest import answers, structure
from tests.support import TODAY, People, make_member, unit

Enter = Callable[..., list]
DECISION = "12/QĐ-UBND"


@pytest.fixture
def recognised(db: None) -> Recognition:
    return Recognition.objects.create(
        unit=unit("03703"),
        level="met",
        decision="900/QĐ-UBND",
        decided_on=date(2025, 8, 1),
        valid_from=date(2025, 8, 1),
    )


def failing(enter: Enter, period: str, criteria: list[int]) -> None:
    """The commune meets everything in the period but these criteria."""
    form = structure(period)
    fails = [section.rows[0].number for section in form.sections if section.criterion.number in set(criteria)]
    enter(period, {"03703": answers(form, fails=fails).values()}, send=True)


def revoke(row: Recognition, by: User, **given: object) -> Recognition:
    asked = {"decision": DECISION, "decided_on": date(2026, 11, 20), "reason": "Không giữ được tiêu chí"}
    return revoke_recognition(recognition=row, by=by, today=TODAY, **{**asked, **given})


@pytest.mark.parametrize(
    ("criteria", "share", "ground"),
    [
        ([1, 2, 3, 4, 17], "26,32%", None),
        ([1, 2, 3, 4, 7, 17], "31,58%", Ground.KEY),
        ([1, 2, 3, 4, 7, 8], "31,58%", None),
        ([1, 2, 3, 4, 7, 8, 9, 11, 12], "47,37%", None),
        ([1, 2, 3, 4, 7, 8, 9, 11, 12, 14], "52,63%", Ground.MANY),
    ],
)
def test_the_worked_case_on_the_page(
    enter: Enter,
    people: People,
    client: Client,
    recognised: Recognition,
    criteria: list[int],
    share: str,
    ground: Ground | None,
) -> None:
    failing(enter, "2026", criteria)
    client.force_login(people.reviewer)

    answer = client.get("/units/14/standing/?period=2026")

    (row,) = answer.context["page"].fallen
    assert [one.number for one in row.fallen] == criteria
    assert row.proposal.ground == ground
    html = answer.content.decode()
    assert share in html
    assert ("Đề nghị xem xét thu hồi:" in html) == (ground is not None)
    assert f"/recognitions/{recognised.pk}/revoke/" in html
    recognised.refresh_from_db()
    assert recognised.valid_to is None, "nothing is revoked by itself"
    own = client.get("/units/03703/?period=2026").content.decode()
    assert "Đã công nhận, không còn đủ tiêu chí" in own
    assert ("Đề nghị xem xét thu hồi:" in own) == (ground is not None)


def test_it_says_since_when_a_criterion_fell(
    enter: Enter, people: People, client: Client, recognised: Recognition
) -> None:
    failing(enter, "2025", [])
    failing(enter, "2026-H1", [8])
    failing(enter, "2026", [8, 9])
    client.force_login(people.official)

    (row,) = client.get("/units/14/standing/?period=2026").context["page"].fallen

    assert [(one.number, one.since.code, one.was_met) for one in row.fallen] == [
        (8, "2026-H1", True),
        (9, "2026", True),
    ]
    assert row.since.code == "2026-H1"
    html = client.get("/units/14/standing/?period=2026").content.decode()
    assert "không còn đạt từ 6 tháng đầu năm 2026" in html
    assert "/revoke/" not in html, "who only reads is offered nothing"


def test_an_amended_rule_is_what_counts(
    enter: Enter, people: People, client: Client, recognised: Recognition
) -> None:
    failing(enter, "2026", [1, 2, 3, 4, 8])
    rule = RevocationRule.objects.in_force(TODAY).get(tier="commune")
    rule.lower_share = 25
    rule.save()
    rule.key_criteria.set(Criterion.objects.filter(criteria_set__code="NTM_XA_2021_2025", number=8))
    client.force_login(people.reviewer)

    (row,) = client.get("/units/14/standing/?period=2026").context["page"].proposed

    assert row.proposal.key_failed == (8,)
    assert row.is_provisional, "the rule after 2025 is provisional"


def test_a_decision_revokes_and_only_another_one_recognises_again(
    people: People, recognised: Recognition
) -> None:
    done = revoke(recognised, people.reviewer)

    assert (done.valid_to, done.end_reason) == (date(2026, 11, 20), RecognitionEnd.REVOKED)
    assert (done.end_decision, done.ended_by) == (DECISION, people.reviewer)
    assert not Recognition.objects.in_force(TODAY).filter(unit=recognised.unit).exists()
    with pytest.raises(ValidationError) as again:
        revoke(recognised, people.reviewer)
    assert again.value.code == "ended"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"decision": "  "}, "decision"),
        ({"decision": "1" * 81}, "decision"),
        ({"reason": ""}, "reason"),
        ({"decided_on": date(2026, 11, 25)}, "decided_on"),
        ({"decided_on": date(2025, 8, 1)}, "decided_on"),
    ],
)
def test_a_revocation_needs_number_day_and_reason(
    people: People, recognised: Recognition, given: dict, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        revoke(recognised, people.reviewer, **given)
    assert list(refused.value.message_dict) == [field]


def test_only_the_province_revokes(people: People, recognised: Recognition) -> None:
    keeper = make_member("keeper", unit("03703"), Role.ADMINISTRATOR)
    for other in (people.cadre, people.official, keeper, people.deactivated):
        with pytest.raises(PermissionDenied):
            revoke(recognised, other)


def test_the_page_records_the_decision(people: People, client: Client, recognised: Recognition) -> None:
    address = f"/recognitions/{recognised.pk}/revoke/"
    client.force_login(people.neighbour)
    assert client.get(address).status_code == 404
    client.force_login(people.cadre)
    assert client.post(address).status_code == 403
    client.force_login(people.reviewer)
    assert client.get(address).status_code == 200
    wrong = client.post(address, {"decision": DECISION, "decided_on": "31/31/2026", "reason": "x"})
    assert wrong.status_code == 400
    assert DECISION in wrong.content.decode()

    given = {"decision": DECISION, "decided_on": "2026-11-20", "reason": "Không giữ được tiêu chí"}
    listed = client.post(address, given, follow=True)

    html = listed.content.decode()
    assert "Đã thu hồi" in html
    assert DECISION in html
    assert "bị thu hồi" in client.get("/units/03703/").content.decode()
    assert client.post(address, given).status_code == 400


def test_the_administration_has_no_second_door(
    people: People, client: Client, recognised: Recognition
) -> None:
    client.force_login(User.objects.create_superuser("root", password="mật-khẩu-thử"))
    address = f"/admin/programs/recognition/{recognised.pk}/change/"
    assert 'value="revoked"' not in client.get(address).content.decode()
    revoke(recognised, people.reviewer)
    html = client.get(address).content.decode()
    assert DECISION in html
    assert 'name="valid_to"' not in html
