"""What goes wrong is told in one form, everywhere under /api/, in the language asked for."""

import ast
import json

import pytest
from django.core.cache import caches
from polib import pofile

from sonla.api.views.programmes import PeriodsView
from tests.api.conftest import named, problem
from tests.support import make_report

pytestmark = pytest.mark.django_db

PERIODS = "/api/v1/periods/"


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v2/units/", "/api/v1/nothing/", "/api/v1/reports/x/"]
)
@pytest.mark.parametrize("method", ["get", "post", "patch", "delete", "put", "options"])
def test_an_unknown_address_is_a_problem_too(nobody, path, method) -> None:
    document = problem(getattr(nobody, method)(path), 404, "not_found")

    assert document["instance"] == path


def test_a_forgotten_slash_is_added_for_a_reader_only(reader, people) -> None:
    sent_on = reader.get("/api/v1/periods?kind=year")
    assert (sent_on.status_code, sent_on["Location"]) == (301, "/api/v1/periods/?kind=year")
    problem(reader.post(f"/api/v1/reports/{make_report().pk}/submit"), 404, "not_found")


def test_a_method_that_is_not_there(reader) -> None:
    refused = reader.delete(PERIODS)

    problem(refused, 405, "method_not_allowed")
    assert set(refused["Allow"].replace(" ", "").split(",")) == {"GET", "HEAD"}
    problem(reader.options(PERIODS), 405, "method_not_allowed")


def test_an_answer_that_is_not_json(reader) -> None:
    problem(reader.get(PERIODS, headers={"accept": "text/csv"}), 406, "not_acceptable")


def test_a_body_that_is_not_json(nobody) -> None:
    path = "/api/v1/auth/token/"

    problem(nobody.post(path, "a=1", content_type="text/plain"), 415, "unsupported_media_type")
    for broken in ("{", "\xff", '{"a": NaN}', '{"a": 1, "a": 2}', "[" * 200_000, "9" * 10_000):
        problem(nobody.post(path, broken, content_type="application/json"), 400, "malformed")


def test_a_body_that_is_too_large(nobody, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    large = json.dumps({"username": "x" * 100})

    problem(nobody.post("/api/v1/auth/token/", large, content_type="application/json"), 413, "too_large")


def test_an_error_of_our_own_tells_nothing_of_its_inside(reader, monkeypatch, caplog) -> None:
    def fail(self, request):
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr(PeriodsView, "get", fail)
    reader.raise_request_exception = False
    document = problem(reader.get(PERIODS), 500, "server_error")

    assert "secret" not in json.dumps(document)
    assert "secret of the inside" in caplog.text


def test_problems_speak_the_language_that_is_asked_for(reader) -> None:
    vietnamese = problem(reader.get(PERIODS, {"kind": "week"}), 400, "invalid_parameter")
    english = reader.get(PERIODS, {"kind": "week"}, headers={"accept-language": "en"})

    assert vietnamese["title"] == "Tham số chưa đúng"
    assert english["Content-Language"] == "en"
    assert "is not a valid choice" in problem(english, 400, "invalid_parameter")["detail"]


@pytest.mark.parametrize(
    "path",
    "periods indicators criteria-sets criteria-sets/NTM_XA_2021_2025 units units/14 units/14/predecessors"
    " units/14/successors reports observations recognitions rollup assessments reports/{pk}"
    " reports/{pk}/observations reports/{pk}/observations/ntm.xa.17.1/history".split(),
)
def test_a_misspelt_parameter_is_refused_everywhere(reader, path) -> None:
    address = f"/api/v1/{path.format(pk=make_report().pk)}/"
    assert named(problem(reader.get(address, {"unti": "14"}), 400, "unknown_parameter")) == ["unti"]


@pytest.mark.parametrize("operation", ["submit", "return", "accept"])
def test_a_parameter_where_none_belongs_is_refused(reviewer, operation) -> None:
    address = f"/api/v1/reports/{make_report().pk}/{operation}/?criteria=1"
    assert named(problem(reviewer.post(address), 400, "unknown_parameter")) == ["criteria"]


def test_the_limit_is_told_and_kept_for_each_person(reader, cadre, settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    caches["throttling"].clear()
    answers = [reader.get(PERIODS) for _time in range(4)]

    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert answers[0]["RateLimit-Policy"] == '"default";q=3;w=60'
    assert answers[0]["RateLimit"].startswith('"default";r=2;t=')
    refused = answers[3]
    problem(refused, 429, "throttled")
    assert 0 < int(refused["Retry-After"]) <= 61
    assert cadre.get(PERIODS).status_code == 200


def test_every_sentence_of_the_api_has_its_english(settings) -> None:
    english = {
        entry.msgid
        for entry in pofile(f"{settings.BASE_DIR}/locale/en/LC_MESSAGES/django.po")
        if entry.msgstr
    }
    said = set()
    for file in (settings.BASE_DIR / "sonla" / "api").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("_", "gettext")
            ):
                said.add(ast.literal_eval(node.args[0]))

    assert len(said) > 100
    assert said - english == set()
