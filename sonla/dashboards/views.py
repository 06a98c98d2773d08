"""Pages that only read: province, district, commune, criterion, heat map, reports, search.

A unit outside the reader's scope is 404, a question that is not understood 400 with the parameter's name.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communes.models import Level, Unit, User, today
from communes.views import about_person
from programs.views.printing import XLSX, as_file, pdf_answer
from sonla.dashboards import sheets
from sonla.dashboards.filters import (
    BadParameter,
    NoSuchUnit,
    one_of,
    read_parameters,
    read_poverty_question,
    read_question,
)
from sonla.dashboards.queries.after_page import after_page
from sonla.dashboards.queries.commune import commune_page
from sonla.dashboards.queries.criterion import criterion_page
from sonla.dashboards.queries.indicator import indicator_page
from sonla.dashboards.queries.overview import overview
from sonla.dashboards.queries.poverty import PovertyQuestion, poverty_page, rounds_with_years
from sonla.dashboards.queries.question import Question, Reader, calendar, place_words, reader_of
from sonla.dashboards.queries.reports import SHOWN, reports_page
from sonla.dashboards.queries.restated import RestatedPage, restated_page
from sonla.dashboards.queries.restated_figures import restated_criterion, restated_indicator
from sonla.dashboards.queries.search import search_units
from sonla.dashboards.queries.series import series_page
from sonla.dashboards.queries.standing_page import standing_page
from sonla.dashboards.queries.summary import Summary

# Reports and their paper are those of the period's own units; figures can be asked by those of another day.
ASKED_AS_WAS = ("period", "state")
ASKED = (*ASKED_AS_WAS, "boundaries", "on")
AS_WAS_PARTS = ("reports", "print", "standing")
View = Callable[..., HttpResponse]
CSV = "text/csv; charset=utf-8"


def answers_questions(view: View) -> View:
    """Reading only; who asks is looked up once, and what cannot be answered has a page of its own."""

    @require_safe
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        assert isinstance(request.user, User)  # The login is asked for before any view.
        reader = reader_of(request.user, today())
        try:
            return view(request, reader, *args, **kwargs)
        except BadParameter as bad:
            context = {"bad": bad, **_whereabouts(reader)}
            return render(request, "dashboards/bad_question.html", context, status=400)
        except NoSuchUnit as missing:
            raise Http404 from missing

    return answered


@answers_questions
def province(request: HttpRequest, reader: Reader) -> HttpResponse:
    """'Tổng hợp': on to the page of the province, or of the highest unit that the person has."""
    place = reader.place or reader.scope.filter(level=Level.PROVINCE).first()
    if place is None:
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    return redirect(reverse("dashboards:unit", args=[place.code]) + (f"?{query}" if query else ""))


@answers_questions
def unit(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """One page shape for province, (former) district and commune."""
    question = _question(request, reader, code)
    restated = _restated(question)
    if restated is not None:
        crumbs = _crumbs(question)
        return _page(request, "dashboards/restated.html", question, restated, crumbs)
    if question.unit.level in (Level.COMMUNE, Level.VILLAGE):
        page: Any = commune_page(question)
        crumbs = _crumbs(question, page.above)
        return _page(request, "dashboards/commune.html", question, page, crumbs)
    return _page(request, "dashboards/overview.html", question, overview(question), _crumbs(question))


@answers_questions
def criterion(request: HttpRequest, reader: Reader, code: str, number: int) -> HttpResponse:
    """One criterion over the communes of the unit."""
    question = _question(request, reader, code)
    if question.boundary is not None and (restated := restated_criterion(question, number)):
        crumbs = _crumbs(question, inside=True)
        return _page(request, "dashboards/restated_criterion.html", question, restated, crumbs)
    page = criterion_page(question, number)
    if page is None:
        raise Http404
    return _page(request, "dashboards/criterion.html", question, page, _crumbs(question, inside=True))


@answers_questions
def series(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """'Qua các kỳ': communes that meet the set and criteria a commune, period by period."""
    question = _question(request, reader, code)
    crumbs = _crumbs(question, inside=True)
    return _page(request, "dashboards/series.html", question, series_page(question), crumbs)


@answers_questions
def indicator(request: HttpRequest, reader: Reader, code: str, indicator: str) -> HttpResponse:
    """One indicator over the periods and over the communes of the unit."""
    question = _question(request, reader, code)
    read = indicator_page if question.boundary is None else restated_indicator
    page: Any = read(question, indicator)
    if page is None:
        raise Http404
    return _page(request, "dashboards/indicator.html", question, page, _crumbs(question, inside=True))


@answers_questions
def heatmap(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """Criterion × commune, for the screen and one A3 sheet."""
    question = _question(request, reader, code)
    crumbs = _crumbs(question, inside=True)
    restated = _restated(question)
    if restated is not None:
        return _page(request, "dashboards/restated_heatmap.html", question, restated, crumbs)
    return _page(request, "dashboards/heatmap.html", question, overview(question), crumbs)


@answers_questions
def reports(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """Who has sent, who has not, what was returned."""
    given = read_parameters(dict(request.GET.lists()), *ASKED_AS_WAS, "show")
    shown = one_of(given, "show", SHOWN, "all")
    question = read_question(given, code, reader, calendar(reader.today))
    crumbs = _crumbs(question, inside=True)
    page = reports_page(question, shown, timezone.localtime().time())
    return _page(request, "dashboards/reports.html", question, page, crumbs)


@answers_questions
def standing(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """'Giữ chuẩn': recognised units that no longer meet the set, and what the rule of revocation says."""
    question = _question(request, reader, code, ASKED_AS_WAS)
    crumbs = _crumbs(question, inside=True)
    return _page(request, "dashboards/standing.html", question, standing_page(question), crumbs)


@answers_questions
def after(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """'Sau sắp xếp': what the successors of an act keep, lost or may regain."""
    given = read_parameters(dict(request.GET.lists()), "state", "act", "district")
    question = read_question(given, code, reader, calendar(reader.today))
    page = after_page(question, given.get("act", ""), given.get("district", ""))
    if page.wrong:
        raise BadParameter(page.wrong, given.get(page.wrong, ""), page.allowed)
    return _page(request, "dashboards/after.html", question, page, _crumbs(question, inside=True))


@answers_questions
def table(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """The communes' table as a file."""
    question = _question(request, reader, code)
    name = f"sonla-{question.unit.code}-{question.period.code}-{question.state_name}"
    restated = _restated(question)
    if restated is not None:
        name, content = f"{name}-{question.boundary}", sheets.restated_csv(restated)
    else:
        content = sheets.communes_csv(overview(question))
    return as_file(content, f"{name}.csv", CSV)


@answers_questions
def summary(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """The official summary: communes × criteria on one sheet, to print."""
    made = _summary(request, reader, code)
    question = made.page.question
    context = {"sheet": made, "question": question, "crumbs": _crumbs(question, inside=True)}
    context |= {"parts": _parts(question), "page": made.page}
    return render(request, "dashboards/print.html", context | _whereabouts(reader))


@answers_questions
def summary_pdf(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """The same as PDF."""
    made = _summary(request, reader, code)
    question = made.page.question
    instead = f"{reverse('dashboards:print', args=[question.unit.code])}?{question.query}"
    context = {"sheet": made, "question": question, "document_title": f"{made.title} · {made.period}"}
    return pdf_answer(request, "dashboards/print_sheet.html", context, made.file_name, instead)


@answers_questions
def summary_xlsx(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """The same as a workbook."""
    made = _summary(request, reader, code)
    content = sheets.summary_workbook(made, demo=settings.SONLA_DEMO)
    return as_file(content, f"{made.file_name}.xlsx", XLSX)


def _summary(request: HttpRequest, reader: Reader, code: str) -> Summary:
    """Names of criteria are read in a language: an official sheet's is Vietnamese."""
    with translation.override("vi"):
        return Summary(overview(_question(request, reader, code, ASKED_AS_WAS)))


@answers_questions
def poverty_of_own(request: HttpRequest, reader: Reader) -> HttpResponse:
    """'Giảm nghèo': on to the page of the highest unit that the person has."""
    read_parameters(dict(request.GET.lists()))
    place = reader.place or reader.scope.filter(level=Level.PROVINCE).first()
    if place is None or place.level == Level.VILLAGE:
        raise Http404
    return redirect("dashboards:poverty", place.code)


@answers_questions
def poverty(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """Poverty over a territory: from the communes' figures, never from households."""
    question = _poverty_question(request, reader, code)
    page = poverty_page(question)
    context = {"question": question, "page": page, "crumbs": _poverty_crumbs(question)}
    return render(request, "dashboards/poverty.html", context | _whereabouts(reader))


@answers_questions
def poverty_public(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """The table for publishing: small cells are taken out."""
    question = _poverty_question(request, reader, code)
    content = sheets.public_poverty_csv(poverty_page(question))
    return as_file(content, f"sonla-{question.unit.code}-ho-ngheo-{question.period.code}-cong-khai.csv", CSV)


def _poverty_question(request: HttpRequest, reader: Reader, code: str) -> PovertyQuestion:
    given = read_parameters(dict(request.GET.lists()), *ASKED_AS_WAS)
    return read_poverty_question(given, code, reader, rounds_with_years())


def _poverty_crumbs(question: PovertyQuestion) -> list[tuple[str, str]]:
    province = question.unit.province
    if province is None or not question.reader.sees_province:
        return []
    url = reverse("dashboards:poverty", args=[province.code])
    return [(province.name, f"{url}?{question.query}")]


@answers_questions
def search(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Units by name: 'quynh nhai' finds Quỳnh Nhai, the ended ones too."""
    given = read_parameters(dict(request.GET.lists()), "q")
    page = search_units(given.get("q", ""), reader, calendar(reader.today))
    return render(request, "dashboards/search.html", {"page": page, **_whereabouts(reader)})


def _question(request: HttpRequest, reader: Reader, code: str, asked: Sequence[str] = ASKED) -> Question:
    given = read_parameters(dict(request.GET.lists()), *asked)
    return read_question(given, code, reader, calendar(reader.today))


def _restated(question: Question) -> RestatedPage | None:
    """The page by the units of another day; None where they are those of the period, or were not asked."""
    if question.boundary is None or question.unit.level == Level.VILLAGE:
        return None
    return restated_page(question)


def _page(
    request: HttpRequest, template: str, question: Question, page: Any, crumbs: list[tuple[str, str]]
) -> HttpResponse:
    context = {"question": question, "page": page, "crumbs": crumbs, "parts": _parts(question)}
    return render(request, template, context | _whereabouts(question.reader))


def _whereabouts(reader: Reader) -> dict[str, Any]:
    """What every page of the site knows of the person, without asking again."""
    return about_person(reader.user, reader.held)


def _crumbs(question: Question, above: tuple[Unit, ...] = (), inside: bool = False) -> list[tuple[str, str]]:
    """The way down to the page: what is above it within the person's scope."""
    units = list(above)
    own = question.unit
    if not units and own.province is not None and question.reader.sees_province:
        units = [own.province]
    links = [(place_words(unit, question.place_day), _unit_url(unit, question)) for unit in units]
    return [*links, (question.place, _unit_url(own, question))] if inside else links


def _unit_url(unit: Unit, question: Question) -> str:
    return f"{reverse('dashboards:unit', args=[unit.code])}?{question.query}"


def _parts(question: Question) -> list[tuple[str, str]]:
    """The pages beside each other about one unit."""
    names = [
        ("unit", _("Tổng hợp")),
        ("heatmap", _("Bảng tiêu chí theo xã")),
        ("series", _("Qua các kỳ")),
        ("reports", _("Tình hình báo cáo")),
        ("standing", _("Giữ chuẩn")),
        ("after", _("Sau sắp xếp")),
        ("print", _("Biểu tổng hợp")),
    ]
    if question.unit.level == Level.COMMUNE:
        return []
    queries = dict.fromkeys(AS_WAS_PARTS, question.as_was_query)
    queries["after"] = f"state={question.state_name}"
    return [
        (
            words,
            f"{reverse(f'dashboards:{name}', args=[question.unit.code])}?{queries.get(name, question.query)}",
        )
        for name, words in names
    ]
