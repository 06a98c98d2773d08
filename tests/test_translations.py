"""English is whole: every sentence has its translation, and a page in English says nothing else."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import gettext, override
from django.utils.translation.template import templatize
from polib import POEntry, POFile, pofile

from communes.models import Role, Unit, UnitKind, User
from housing.models import EthnicGroup
from programs.actions import Item
from programs.models import Indicator, IndicatorKind, Requirement
from programs.sheets.grid import Cell
from programs.sheets.table_book import read_absent
from tests.support import make_member, make_report, record, unit

ROOT = Path(settings.BASE_DIR)
ENGLISH = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
VIETNAMESE = ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po"
ROOMS = ("communes", "programs", "sonla", "housing")
# How many leading arguments of a call are sentences, the context of pgettext included.
SENTENCES = {"gettext": 1, "ngettext": 2, "pgettext": 2, "npgettext": 3, "gettext_noop": 1}
LITERAL = re.compile(r"""\s*u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\s*([,)])""", re.S)
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sd]|\{[^{}]*\}|</?(?:b|em|strong)>")
VIETNAMESE_LETTERS = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.I)
Key = tuple[str | None, str]


# -- What the source says ------------------------------------------------------------------------


def keys_of(function: str, texts: list[str]) -> Key:
    """The catalogue's key (context, msgid) of one call."""
    return (texts[0], texts[1]) if "pgettext" in function else (None, texts[0])


def said_in_python(text: str) -> Iterator[Key]:
    """What each gettext call of a module says; calls with a variable name nothing and are passed over."""
    tree = ast.parse(text)
    names = {
        name.asname or name.name: name.name.removesuffix("_lazy")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        function = names.get(name, name.removesuffix("_lazy"))
        wanted = SENTENCES.get(function, 0)
        texts = [arg.value for arg in node.args[:wanted] if isinstance(arg, ast.Constant)]
        if wanted and len(texts) == wanted:
            yield keys_of(function, texts)


def said_in_template(text: str) -> Iterator[Key]:
    """What a template says, read from what Django itself would hand to xgettext."""
    source = templatize(text)
    for call in re.finditer(r"(?<![\w.])(_|gettext|ngettext|pgettext|npgettext)\(", source):
        function = "gettext" if call[1] == "_" else call[1]
        texts, place = [], call.end()
        while len(texts) < SENTENCES[function] and (found := LITERAL.match(source, place)):
            texts.append(ast.literal_eval(found[1]))
            place = found.end()
        if len(texts) == SENTENCES[function]:
            yield keys_of(function, texts)


def said() -> dict[Key, str]:
    """Every sentence of the product, with a file that says it."""
    found: dict[Key, str] = {}
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            if "migrations" not in file.parts:
                found |= dict.fromkeys(said_in_python(file.read_text()), str(file.relative_to(ROOT)))
    templates = [*(ROOT / "templates").rglob("*.*"), *(f for r in ROOMS for f in (ROOT / r).rglob("*.html"))]
    for file in templates:
        found |= dict.fromkeys(said_in_template(file.read_text()), str(file.relative_to(ROOT)))
    return found


def texts_of(entry: POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


# -- The catalogues ------------------------------------------------------------------------------


def test_what_the_two_readers_find() -> None:
    python = 'from django.utils.translation import gettext as _\n_("một " "hai")\n_(name)\n'
    template = (
        "{% load i18n %}{% translate 'ba' %}{{ x|default:_(\"bốn\") }}{% translate 'năm' context 'số' %}"
        "{% blocktranslate count n=n %}{{ n }} con{% plural %}{{ n }} con nữa{% endblocktranslate %}"
    )

    assert list(said_in_python(python)) == [(None, "một hai")]
    assert set(said_in_template(template)) == {
        (None, "ba"),
        (None, "bốn"),
        ("số", "năm"),
        (None, "%(n)s con"),
    }


def test_every_sentence_has_its_english() -> None:
    known = {(entry.msgctxt, entry.msgid) for entry in pofile(str(ENGLISH)) if all(texts_of(entry))}
    here = said()

    assert len(here) > 1500
    missing = {msgid: file for (context, msgid), file in here.items() if (context, msgid) not in known}
    assert missing == {}


@pytest.mark.parametrize("path", [ENGLISH, VIETNAMESE], ids=["en", "vi"])
def test_the_catalogue_is_clean(path: Path) -> None:
    catalogue: POFile = pofile(str(path), check_for_duplicates=True)

    assert [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete] == []
    assert [entry.msgid for entry in catalogue if not all(texts_of(entry))] == []
    assert [entry.msgid for entry in catalogue if entry.occurrences] == [], "no places: they only make noise"


@pytest.mark.parametrize("path", [ENGLISH, VIETNAMESE], ids=["en", "vi"])
def test_placeholders_are_the_same_on_both_sides(path: Path) -> None:
    wrong = []
    for entry in pofile(str(path)):
        sides = [PLACEHOLDER.findall(text) for text in (entry.msgid, entry.msgid_plural) if text]
        for text in texts_of(entry):
            if sorted(PLACEHOLDER.findall(text)) not in [sorted(side) for side in sides]:
                wrong.append((entry.msgid, text))

    assert wrong == []


def test_edges_are_kept_so_that_parts_still_join() -> None:
    wrong = [
        entry.msgid
        for entry in pofile(str(ENGLISH))
        for text in texts_of(entry)
        if text[: len(text) - len(text.lstrip())]
        != entry.msgid[: len(entry.msgid) - len(entry.msgid.lstrip())]
        or text[len(text.rstrip()) :] != entry.msgid[len(entry.msgid.rstrip()) :]
    ]

    assert wrong == []


# -- The pages -----------------------------------------------------------------------------------


class Words(HTMLParser):
    """What a reader sees or hears of a page: texts, labels and titles, each on its own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("script", "style") or given.get("lang") == "vi":
            self.open.append(tag)
        self.found += [
            given[name] or "" for name in ("aria-label", "title", "placeholder", "alt") if name in given
        ]

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open:
            self.found.append(data)


def words_of(client: Client, address: str) -> list[str]:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = client.get(address)
    assert answer.status_code == 200, address
    page = Words()
    page.feed(answer.content.decode())
    return [" ".join(words.split()) for words in page.found if words.strip()]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """Who looks at the pages; the commune has entered two figures, so that there is something to say."""
    cadre = make_member("can_bo", unit("03703"), Role.CADRE)
    record(make_report(), cadre, [Item("ntm.xa.17.1", 1525, 4070), Item("ntm.xa.10.1", 4100)])
    return {"commune": cadre, "province": make_member("tinh_xem", unit("14"), Role.REVIEWER)}


def data_names() -> re.Pattern[str]:
    """Names that are data and stay Vietnamese inside a sentence: places, and what is counted."""
    names = {
        name for pair in Indicator.objects.values_list("numerator_name", "denominator_name") for name in pair
    }
    names |= {name for pair in EthnicGroup.objects.values_list("name", "name_en") for name in pair}
    for place in Unit.objects.select_related("kind"):
        names |= {place.name, place.name.removeprefix(place.kind.name.capitalize()).strip()}
    return re.compile("|".join(re.escape(name) for name in sorted(names - {""}, key=len, reverse=True)), re.I)


def data_texts() -> list[str]:
    """What the rules' sources and guides say: whole paragraphs that are data."""
    fields = ("method", "evidence_hint", "guidance", "note", "source")
    rows = Requirement.objects.values_list(*fields)
    rows = [*rows, *Unit.objects.values_list("facts_source")]
    return sorted({" ".join(text.split()) for row in rows for text in row if text})


PAGES = [
    ("", "/dang-nhap/", ["Sign in", "User name", "Show password"]),
    ("commune", "/", ["To do", "The commune's result"]),
    (
        "commune",
        "/reports/{report}/",
        ["Not applicable", "Evidence needed", "households"],
    ),
    ("commune", "/reports/{report}/extension/", ["Request an extension"]),
    ("commune", "/units/03703/", ["Facts", "Population"]),
    ("commune", "/households/03703/", ["Household register of Xã Quỳnh Nhai", "Add a household"]),
    ("commune", "/households/03703/new/", ["Head’s full name", "Choose a village"]),
    ("commune", "/houses/03703/", ["Houses of Xã Quỳnh Nhai", "No house is on this list yet."]),
    ("commune", "/houses/03703/new/", ["Propose a house for a household"]),
    ("province", "/houses/14/", ["Give the communes their targets"]),
    ("province", "/houses/14/targets/", ["Give house targets"]),
    ("province", "/households/", ["Household registers of communes and wards", "Poverty figures come from"]),
    (
        "province",
        "/units/14/",
        ["All new-rural criteria met", "Furthest from the standard", "Whole province"],
    ),
    ("province", "/units/14/reports/", ["Reports of the communes", "Deadline"]),
    ("province", "/reports/", ["List of reports", "all forms"]),
    ("province", "/changes/", ["Figures changed after acceptance or locking"]),
    ("province", "/exports/", ["Who downloaded data"]),
]


@pytest.mark.parametrize(
    ("who", "address", "phrases"), PAGES, ids=[address for _who, address, _phrases in PAGES]
)
def test_a_page_in_english_is_english(
    who: str, address: str, phrases: list[str], people: dict[str, User], client: Client
) -> None:
    if who:
        client.force_login(people[who])
    english = {entry.msgid: entry.msgstr for entry in pofile(str(ENGLISH)) if not entry.msgctxt}
    names, texts = data_names(), data_texts()

    words = words_of(client, address.format(report=make_report().pk))

    assert [phrase for phrase in phrases if phrase not in words] == []
    assert [one for one in words if english.get(one, one) != one] == []
    left = [one for one in words if VIETNAMESE_LETTERS.search(names.sub("", one))]
    assert [one for one in left if not any(one.rstrip(":") in text for text in texts)] == []


def test_units_of_measure_and_kinds_of_unit_have_their_english(db: None) -> None:
    known = {(entry.msgctxt, entry.msgid) for entry in pofile(str(ENGLISH)) if entry.msgstr}
    measures = Indicator.objects.exclude(unit="").values_list("unit", flat=True).distinct()
    kinds = UnitKind.objects.values_list("name", flat=True)

    asked = {("đơn vị tính", one) for one in measures} | {("loại đơn vị", one) for one in kinds}
    assert len(asked) > 20
    assert asked - known == set()


def test_what_an_english_workbook_offers_is_read_back() -> None:
    question = Indicator(kind=IndicatorKind.BOOLEAN)
    with override("en"):
        said = [gettext("Có"), gettext("Chưa")]
        absent = gettext("không áp dụng: {reason}").format(reason="no craft village")
        assert said == ["Yes", "No"]
        assert [Cell("A1", word).steps(question) for word in said] == [1, 0]
        assert read_absent(Cell("A1", absent)) == "no craft village"


def test_django_speaks_politely_in_vietnamese_too() -> None:
    with override("vi"):
        assert [gettext(said) for said in ("This field is required.", "Delete?", "Action:", "Sidebar")] == [
            "Ô này cần có nội dung.",
            "Xóa?",
            "Việc làm với các dòng đã chọn:",
            "Danh mục",
        ]
