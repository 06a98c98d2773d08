"""Figures and states as templates show them."""

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils.html import strip_tags

from programs.models import ReportState
from programs.rules.verdicts import Verdict
from programs.templatetags import figures


def html(source: str, **context: object) -> str:
    return Template("{% load figures %}" + source).render(Context(context))


def text(source: str, **context: object) -> str:
    return " ".join(strip_tags(html(source, **context)).split())


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ 12345|number:1 }}", "1.234,5"),
        ("{{ 0|number }}", "0"),
        ("{% percent 2011 6504 %}", "30,92%"),
        ("{% percent 614 1000 1 %}", "61,4%"),
        ("{% money 171330000000 %}", "171,33 tỷ đồng"),
        ("{% money 36500000 %}", "36,5 triệu đồng"),
        ("{{ 36500000|million }}", "36,5"),
        ("{% coverage 64 67 'xã' %}", "64/67 xã"),
        ("{% change 3 0 'xã' %}", "tăng 3 xã"),
        ("{% change -1204 %}", "giảm 1.204"),
        ("{% change 0 %}", "không đổi"),
        ("{% points 789 10000 1148 10000 %}", "giảm 3,59 điểm %"),
        ("{% points 789 10000 1089 10000 %}", "giảm 3,00 điểm %"),
    ],
)
def test_numbers_are_written_as_people_here_write_them(source: str, shown: str) -> None:
    assert text(source) == shown


@pytest.mark.parametrize(
    "source",
    [
        "{{ none|number:1 }}",
        "{% percent none 6504 %}",
        "{% percent 5 none %}",
        "{% percent 0 0 %}",
        "{% money none %}",
        "{{ none|million }}",
        "{% change none %}",
        "{% points 1 2 none 2 %}",
        "{% points 1 2 0 0 %}",
        "{{ none|vn_date }}",
        "{{ none|vn_day }}",
        "{{ none|vn_datetime }}",
    ],
)
def test_what_is_missing_is_a_dash_and_never_zero(source: str) -> None:
    assert text(source, none=None) == "—"


def test_the_change_of_a_percentage_is_the_difference_of_what_is_shown() -> None:
    """33,33 and 66,67 are 33,34 apart on paper, although a third is 33,33."""
    assert text("{% points 2 3 1 3 %}") == "tăng 33,34 điểm %"


def test_dates_are_days_months_years_in_vietnamese_time() -> None:
    late = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)

    assert text("{{ day|vn_date }}", day=date(2026, 1, 5)) == "5/1/2026"
    assert text("{{ day|vn_day }}", day=date(2026, 12, 15)) == "15/12"
    assert text("{{ moment|vn_datetime }}", moment=late) == "23/11/2026 01:05"
    assert text("{{ moment|vn_date }}", moment=late) == "23/11/2026"


@pytest.mark.parametrize(
    ("verdict", "kind", "word"),
    [
        (Verdict.NOT_MET, "not-met", "chưa đạt"),
        (Verdict.MET, "met", "đạt"),
        (Verdict.UNKNOWN, "unknown", "chưa đủ số liệu"),
        (None, "unknown", "chưa đủ số liệu"),
        (Verdict.NOT_APPLICABLE, "not-applicable", "không áp dụng"),
    ],
)
def test_a_verdict_is_one_chip_of_word_shape_and_fill(verdict: Verdict | None, kind: str, word: str) -> None:
    chip = html("{% verdict_chip verdict %}", verdict=verdict)

    assert strip_tags(chip).strip() == word
    assert f'class="chip chip-{kind}"' in chip
    assert f'href="#mark-{kind}"' in chip


def test_a_chip_may_count_and_may_say_that_it_is_provisional() -> None:
    assert text("{% level_chip 'not_met' count=22 %}") == "chưa đạt22"
    assert text("{% verdict_chip 1 provisional=True %}") == "đạt (tạm)"
    assert text("{% level_chip 'unknown' %}") == "chưa báo cáo"
    assert text("{% level_chip 'insufficient' %}") == "chưa đủ số liệu"


@pytest.mark.parametrize("state", list(ReportState))
def test_every_state_of_a_report_has_one_chip_and_the_models_word(state: ReportState) -> None:
    assert text("{% report_chip state %}", state=state) == state.label


def test_every_shape_that_a_chip_asks_for_is_drawn() -> None:
    drawn = set(re.findall(r'id="mark-([a-z-]+)"', html("{% include 'components/marks.html' %}")))
    asked = {kind.replace("_", "-") for kind in (*figures.LEVELS, *figures.SAVING)}

    assert asked | {"up", "down", "back", "menu"} == drawn


def test_the_strip_says_each_criterion_in_words_too() -> None:
    cells = [
        SimpleNamespace(number=10, name="Thu nhập", verdict=Verdict.NOT_MET, url="/tc/10/"),
        SimpleNamespace(number=11, name="Nghèo đa chiều", verdict=None),
    ]

    strip = html("{% criteria_strip cells %}", cells=cells)

    assert '<a class="cell cell-not-met" href="/tc/10/" title="TC 10 Thu nhập: chưa đạt">' in strip
    assert "Nghèo đa chiều: chưa đủ số liệu" in strip
    assert strip.count("<a ") == 1


def test_bars_and_progress_need_no_inline_style() -> None:
    bars = html("{% bar 28 30 'not_met' %}{% bar 0 30 %}{% bar 40 30 %}{% progress 41 57 'Đã nhập' %}")

    assert "style=" not in bars
    assert 'width="93.3%"' in bars
    assert bars.count("bar-fill") == 2
    assert 'value="41" max="57" aria-label="Đã nhập"' in bars


def test_scripts_find_a_template_for_every_verdict_and_save_mark() -> None:
    templates = html("{% include 'components/chip_templates.html' %}")

    assert set(re.findall('data-chip="([a-z_]+)"', templates)) == set(figures.VERDICTS.values())
    assert set(re.findall('data-save="([a-z_]+)"', templates)) == set(figures.SAVING)
