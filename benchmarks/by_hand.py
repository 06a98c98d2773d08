"""The province dashboard's answer without Django: what a good author of SQL would send for that page.

Everything the page shows rests on these eight statements: the periods to choose from, the criteria, the
communes with their district on the three days that matter, what stands per commune and criterion now and in
the last period, the last verdicts, decisions, reports, households. `check` compares with what the page read.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from communes.models import User
from programs.models import Result
from sonla.dashboards.queries.communes import Province, province_of
from sonla.dashboards.queries.question import Question, bearers, calendar, reader_of

Rows = list[tuple[Any, ...]]

PERIODS = """
    SELECT id, code, name, name_en, kind, starts_on, ends_on, opens_on, deadline, moved_to, state
    FROM programs_period WHERE opens_on <= %(today)s ORDER BY ends_on DESC, starts_on
"""

CRITERIA = """
    SELECT c.id, c.number, c.name, s.id, s.name, s.valid_to, a.form_id, array_agg(k.unitkind_id)
    FROM programs_criterion c
    JOIN programs_criteriaset s ON s.id = c.criteria_set_id AND s.level = 'met'
    JOIN programs_assignment a ON a.criteria_set_id = s.id AND a.period_kind = %(kind)s
     AND a.valid_from <= %(end)s AND (a.valid_to IS NULL OR a.valid_to > %(end)s)
    LEFT JOIN programs_assignment_unit_kinds k ON k.assignment_id = a.id
    GROUP BY c.id, s.id, a.id ORDER BY c.number
"""

COMMUNES = """
    WITH reach AS MATERIALIZED (
        SELECT a.unit_id FROM communes_ancestry a JOIN communes_unit u ON u.id = a.unit_id
        WHERE a.tie = 'tree' AND a.ancestor_id IN (
            SELECT m.unit_id FROM communes_membership m WHERE m.user_id = %(user)s
             AND m.valid_from <= %(today)s AND (m.valid_to IS NULL OR m.valid_to > %(today)s))
         AND ((a.valid_from <= %(today)s AND (a.valid_to IS NULL OR a.valid_to > %(today)s))
              OR a.valid_to = u.valid_to)
    ), readable AS (
        SELECT unit_id FROM reach
        UNION SELECT l.predecessor_id FROM communes_lineage l JOIN reach USING (unit_id)
    ), made AS MATERIALIZED (
        SELECT s.successor_id FROM communes_succession s
        JOIN communes_unit new ON new.id = s.successor_id JOIN communes_unit old ON old.id = s.predecessor_id
        WHERE NOT (s.whole AND old.code = new.code AND old.name = new.name AND old.kind_id = new.kind_id)
    )
    SELECT u.id, u.code, u.name, u.search_name, u.kind_id, k.name, u.valid_from, u.valid_to,
           t.valid_from, t.valid_to, d.id, d.code, d.name, d.valid_from, d.valid_to, f.tie,
           u.id IN (SELECT successor_id FROM made)
    FROM communes_ancestry t
    JOIN communes_unit u ON u.id = t.unit_id AND u.level = 'commune'
    JOIN communes_unitkind k ON k.code = u.kind_id
    JOIN readable r ON r.unit_id = u.id
    LEFT JOIN (communes_ancestry f JOIN communes_unit d ON d.id = f.ancestor_id AND d.level = 'district')
      ON f.unit_id = u.id AND (f.valid_to IS NULL OR f.valid_to > %(last_end)s) AND f.valid_from <= %(end)s
    WHERE t.ancestor_id = %(province)s AND EXISTS (
        SELECT 1 FROM unnest(ARRAY[%(end)s, %(day)s, %(last_end)s]) AS day
        WHERE t.valid_from <= day AND (t.valid_to IS NULL OR t.valid_to > day))
    ORDER BY u.code, u.valid_from
"""

VERDICTS_ON_CRITERIA = """
    SELECT period_id, unit_id, criterion_id, result, provisional
    FROM programs_criterionassessment
    WHERE period_id IN (%(period)s, %(last)s) AND unit_id = ANY(%(units)s)
      AND criterion_id = ANY(%(criteria)s) AND state >= %(state)s
"""

VERDICTS = """
    SELECT unit_id, result, ends_on, starts_on FROM (
        SELECT a.unit_id, a.result, p.ends_on, p.starts_on,
               dense_rank() OVER (PARTITION BY a.unit_id ORDER BY p.ends_on DESC) AS place
        FROM programs_assessment a JOIN programs_period p ON p.id = a.period_id
        WHERE a.unit_id = ANY(%(units)s) AND a.criteria_set_id = %(set)s AND a.state >= %(state)s
          AND a.result <> 2
          AND (p.ends_on <= %(day)s OR %(day)s >= %(today)s AND p.opens_on <= %(today)s AND p.state = 'open')
    ) AS ranked WHERE place <= 2
"""

DECISIONS = """
    SELECT unit_id, level, decision, decided_on, valid_from, valid_to, end_reason
    FROM programs_recognition
    WHERE unit_id = ANY(%(units)s) AND level IN ('met', 'advanced', 'model') ORDER BY valid_from
"""

REPORTS = """
    SELECT unit_id, id, state, entered, first_sent_at, sent_at, updated_at, extended_until
    FROM programs_report
    WHERE unit_id = ANY(%(units)s) AND period_id = %(period)s AND form_id = %(form)s
"""

HOUSEHOLDS = """
    SELECT o.unit_id, o.value
    FROM programs_observation o
    JOIN programs_indicator i ON i.id = o.indicator_id AND i.code = 'base.households'
    JOIN programs_period p ON p.id = o.period_id AND p.kind = 'year'
     AND p.ends_on BETWEEN %(year_before)s AND %(year_end)s
    WHERE o.unit_id = ANY(%(units)s) AND o.value IS NOT NULL ORDER BY p.ends_on
"""


@dataclass(frozen=True)
class DashboardByHand:
    """The values that the statements take, known before they run; what they find out, they pass on."""

    values: dict[str, Any]

    def read(self) -> dict[str, Rows]:
        """All rows of the page."""
        values = dict(self.values)
        found: dict[str, Rows] = {}
        with connection.cursor() as cursor:

            def ask(name: str, sql: str) -> Rows:
                cursor.execute(sql, values)
                found[name] = cursor.fetchall()
                return found[name]

            ask("periods", PERIODS)
            criteria = ask("criteria", CRITERIA)
            values |= {
                "criteria": [row[0] for row in criteria],
                "set": criteria[0][3],
                "form": criteria[0][6],
            }
            values["units"] = list({row[0] for row in ask("communes", COMMUNES)})
            ask("marks", VERDICTS_ON_CRITERIA)
            ask("verdicts", VERDICTS)
            ask("decisions", DECISIONS)
            ask("reports", REPORTS)
            ask("households", HOUSEHOLDS)
        return found


def dashboard_by_hand(user: User, code: str, today: date, period: str, state: int) -> DashboardByHand:
    """The statements for one page, checked against what the page itself reads."""
    reader = reader_of(user, today)
    times = calendar(today)
    asked = times.coded(period)
    assert asked is not None
    question = Question(bearers(reader, code)[-1], asked, state, reader, times)  # type: ignore[arg-type]
    last = question.previous
    assert last is not None
    year = asked.ends_on.year
    made = DashboardByHand(
        {
            "user": user.pk,
            "today": today,
            "day": question.day,
            "end": asked.ends_on,
            "last_end": last.ends_on,
            "kind": str(asked.kind),
            "period": asked.pk,
            "last": last.pk,
            "province": question.unit.pk,
            "state": int(state),
            "year_before": date(year - 1, 1, 1),
            "year_end": date(year, 12, 31),
        }
    )
    check(made.read(), province_of(question))
    return made


def check(found: dict[str, Rows], page: Province) -> None:
    """Both answers are the same. Raises AssertionError."""
    numbers = {row[0]: row[1] for row in found["criteria"]}
    period = page.question.period.pk
    marks = {(row[1], numbers[row[2]]): row[3:] for row in found["marks"] if row[0] == period}
    before = {(row[1], numbers[row[2]]): row[3:] for row in found["marks"] if row[0] != period}
    assert marks == _marks(page.scores)
    assert before == _marks(page.previous_scores)
    assert {row[0] for row in found["communes"]} == page.territory.communes.keys()
    districts = {pk: one.district and one.district.pk for pk, one in page.territory.communes.items()}
    assert {row[0]: row[10] for row in found["communes"]} == districts
    # Of two periods that end on one day the longer one counts.
    verdicts = sorted(found["verdicts"], key=lambda row: (row[2], -row[3].toordinal()))
    assert {row[0]: row[1] == Result.MET for row in verdicts} == page.verdicts.now
    assert {row[0]: row[1] for row in found["reports"]} == {pk: one.pk for pk, one in page.reports.items()}
    assert dict(found["households"]) == page.households
    assert len(found["decisions"]) == sum(len(one.rows) for one in page.decisions.values())


def _marks(scores: dict[int, Any]) -> dict[tuple[int, int], tuple[Any, ...]]:
    return {
        (unit, number): (mark.result, mark.provisional)
        for unit, score in scores.items()
        for number, mark in score.marks.items()
    }
