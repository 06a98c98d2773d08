"""Every stored file, asked for by everybody: who may not read its unit finds nothing, by any address."""

import unicodedata
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from programs.actions.files import store_file
from programs.models import StoredFile
from programs.queries.files import key_of
from tests.paper import jpeg, package, pdf, upload
from tests.trust.world import NOBODY, OUT, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Three reports with evidence, and scans beside them."""
    made = World()
    for thing in made.things:
        store_file(unit=thing.unit, upload=upload(jpeg(), "bản ký.jpg"), by=made.people.cadre)
    return made


def url(file: StoredFile, key: str = "") -> str:
    return f"/files/{file.pk}/{key or key_of(file)}/"


def test_each_file_is_there_for_its_readers_and_for_nobody_else(world: World) -> None:
    wrong = []
    for file in StoredFile.objects.select_related("unit"):
        for name in (*world.names, NOBODY):
            response = world.browsers[name].get(url(file))
            if name in OUT:
                wanted = 302
            else:
                wanted = 200 if file.unit_id in world.scopes[name].reads else 404
            if response.status_code != wanted:
                wrong.append(f"{file.pk} of {file.unit} · {name}: {response.status_code}, not {wanted}")

    assert StoredFile.objects.count() == 6
    assert wrong == []


def test_a_number_is_not_enough(world: World) -> None:
    file, other = world.things[0].file, world.things[1].file
    reader = world.browsers["official"]

    assert reader.get(url(file)).status_code == 200
    assert reader.get(url(file, "0" * 32)).status_code == 404
    assert reader.get(url(file, key_of(other))).status_code == 404
    assert reader.get(f"/files/{file.pk}/").status_code == 404


def test_a_file_is_handed_over_to_be_saved_and_never_run(world: World) -> None:
    response = world.browsers["cadre"].get(url(world.things[0].file))

    assert response["Content-Disposition"].startswith("attachment; ")
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Length"] == str(len(pdf()))


@pytest.mark.parametrize(
    ("called", "saved_as"),
    [
        ("Biên bản nghiệm thu.pdf", "Biên bản nghiệm thu.pdf"),
        ("../../x.pdf", "x.pdf"),
        ("báo cáo.pdf.exe", "báo cáo.pdf"),
        ('a"; filename="evil.html', "a-; filename=-evil.pdf"),
        ("a\r\nX-Evil: 1.pdf", "aX-Evil- 1.pdf"),
    ],
)
def test_the_name_arrives_whole_and_harmless(world: World, called: str, saved_as: str) -> None:
    thing = world.things[0]
    sent = upload(pdf())
    # What a browser may send, before Django's own tidying.
    sent._name = unicodedata.normalize("NFD", called)
    file = store_file(unit=thing.unit, upload=sent, by=world.people.cadre)

    said = world.browsers["cadre"].get(url(file))["Content-Disposition"]

    assert "\r" not in said
    assert "X-Evil" not in said.split(":")[0] or "filename" in said
    assert file.name == saved_as
    name = unquote(said.partition("filename*=utf-8''")[2]) or said.partition('filename="')[2].rstrip('"')
    assert name == saved_as


def test_the_folder_of_files_is_not_served(world: World) -> None:
    file = world.things[0].file
    path = file.content.name

    for address in (f"/static/{path}", f"/media/{path}", f"/{path}", f"/var/files/{path}"):
        assert world.browsers["official"].get(address, follow=True).status_code == 404
    assert not settings.MEDIA_URL.strip("/")
    assert settings.MEDIA_ROOT not in (settings.STATIC_ROOT, *settings.STATICFILES_DIRS)


def test_names_on_the_disk_say_nothing(world: World) -> None:
    names = [file.content.name for file in StoredFile.objects.all()]

    assert len(set(names)) == len(names)
    assert all(len(name.rsplit("/", 1)[-1]) == 32 and "." not in name for name in names)


def test_a_file_of_the_predecessor_is_read_by_the_successor(world: World) -> None:
    """Quỳnh Nhai of today reads what the former Mường Giàng kept; the neighbour does not."""
    file = next(thing.file for thing in world.things if thing.name == "muong_giang")

    assert world.browsers["cadre"].get(url(file)).status_code == 200
    assert world.browsers["neighbour"].get(url(file)).status_code == 404


def test_whoever_posts_elsewhere_stores_nothing(world: World) -> None:
    report = world.things[1].report
    before = StoredFile.objects.count()

    for name in ("cadre", "official", "reviewer", "deactivated", NOBODY):
        response = world.browsers[name].post(
            f"/reports/{report.pk}/evidence/", {"file": upload(package(), "a.docx")}
        )
        assert response.status_code in (302, 403, 404), name
    assert StoredFile.objects.count() == before


def test_the_token_of_a_form_is_asked_for(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.people.cadre)

    response = strict.post(f"/reports/{world.things[0].report.pk}/evidence/", {"file": upload(pdf())})

    assert response.status_code == 403


def test_no_more_of_a_huge_file_is_kept_than_it_takes_to_refuse_it(world: World) -> None:
    report, most = world.things[0].report, 10 * 1024 * 1024
    huge = upload(pdf() + bytes(3 * most))
    factory = RequestFactory()
    body = {"file": huge}
    request = factory.post("/", body)
    assert most < len(request.FILES["file"].read()) < most + 1024 * 1024
    request.close()

    huge.seek(0)
    response = world.browsers["cadre"].post(f"/reports/{report.pk}/evidence/", body)
    assert response.status_code == 400
    assert "Tệp lớn hơn 10 MB" in response.content.decode()
    assert report.evidence.count() == 1


def test_more_files_at_once_than_anybody_needs_are_refused(world: World) -> None:
    report = world.things[0].report
    files = [upload(pdf(words=str(number))) for number in range(21)]

    response = world.browsers["cadre"].post(f"/reports/{report.pk}/evidence/", {"file": files})

    assert response.status_code == 400
    assert report.evidence.count() == 1
