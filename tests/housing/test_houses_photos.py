"""Pictures of houses: real ones are made smaller and bared, others are refused in words; strangers: 404."""

import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from housing.actions.photos import PHOTOS_A_HOUSE, add_photo, remove_photo
from housing.models import HousingProject, ProjectPhoto
from programs.models import StoredFile, Through
from programs.queries.files import key_of
from tests.housing.house_world import photo, photo_with_place, propose
from tests.housing.world import HousingWorld, signed_in
from tests.paper import package, pdf
from tests.paper import png as dot
from tests.support import TODAY

pytestmark = pytest.mark.django_db

SCRIPT = b"<script>alert(1)</script>"


@pytest.fixture
def house(world: HousingWorld) -> HousingProject:
    return propose(world)


def put(
    world: HousingWorld, house: HousingProject, content: bytes, name: str = "IMG_1.jpg", **given: object
) -> ProjectPhoto:
    values = {"moment": "before", "taken_on": date(2026, 3, 1), "keep_place": False, "by": world.cadre}
    upload = SimpleUploadedFile(name, content, content_type="image/jpeg")
    return add_photo(
        house=house,
        upload=upload,
        today=TODAY,
        through=Through.FORM,
        **{**values, **given},  # type: ignore[arg-type]
    )


def kept(one: ProjectPhoto) -> Image.Image:
    one.file.content.open("rb")
    return Image.open(io.BytesIO(one.file.content.read()))


def test_a_picture_is_made_smaller_and_loses_what_the_camera_wrote(
    world: HousingWorld, house: HousingProject
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Lò Thị Dung"
    exif[0x0112] = 6  # lies on its side
    one = put(world, house, photo((4000, 2000), exif=exif, comment=b"chu ho Lo Thi Dung"), "Lò Thị Dung.jpg")

    image = kept(one)
    assert (image.format, image.size) == ("JPEG", (800, 1600))
    assert not dict(image.getexif())
    assert "comment" not in image.info
    assert one.file.name == f"nha-{house.pk}-truoc-20260301.jpg"
    assert one.file.media_type == "image/jpeg"
    assert house.events.first().fields == {"photo": ["", "before 2026-03-01"]}


def test_a_small_one_is_not_blown_up_and_a_clear_png_gets_white(
    world: HousingWorld, house: HousingProject
) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (30, 20), (0, 0, 0, 0)).save(out, "PNG")
    image = kept(put(world, house, out.getvalue(), "a.png"))

    assert (image.format, image.size, image.getpixel((3, 3))) == ("JPEG", (30, 20), (255, 255, 255))


def test_the_place_is_kept_only_when_the_cadre_agrees(world: HousingWorld, house: HousingProject) -> None:
    silent = put(world, house, photo_with_place())
    agreed = put(world, house, photo_with_place(), keep_place=True)
    without = put(world, house, photo(), keep_place=True)

    assert (silent.latitude, silent.longitude) == (None, None)
    agreed.refresh_from_db()
    assert (str(agreed.latitude), str(agreed.longitude)) == ("21.33500", "103.91000")
    assert without.latitude is None
    assert not dict(kept(agreed).getexif())


def with_comment(comment: bytes) -> bytes:
    return photo(comment=comment)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "trống"),
        (b"xin chao", "không phải ảnh"),
        (pdf(), "không phải ảnh"),
        (package(), "không phải ảnh"),
        (b"<html><body>x</body></html>", "không phải ảnh"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>", "mã chạy"),
        (b"<svg onload='x()'/>", "mã chạy"),
        (b"GIF89a" + SCRIPT, "mã chạy"),
        (with_comment(SCRIPT), "mã chạy"),
        (with_comment(b"<?php system('x'); ?>"), "mã chạy"),
        (photo() + SCRIPT, "mã chạy"),
        (photo((400, 300))[:-400], "hỏng"),
        (b"\xff\xd8\xff" + b"\x00" * 200, "hỏng"),
        (dot()[:-8], "hỏng"),
        (photo() + package(), "hỏng"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 200, "HEIC"),
        (photo() + bytes(10 * 1024 * 1024), "10 MB"),
        (photo((9000, 7000), "PNG"), "quá nhiều điểm ảnh"),
    ],
    ids=lambda one: one if isinstance(one, str) else None,
)
def test_what_is_not_a_plain_picture_is_refused_in_words(
    world: HousingWorld, house: HousingProject, content: bytes, said: str
) -> None:
    with pytest.raises(ValidationError) as error:
        put(world, house, content)
    assert said in error.value.message_dict["file"][0]
    assert not StoredFile.objects.exists()


def test_a_picture_has_its_moment_and_day(world: HousingWorld, house: HousingProject) -> None:
    for field, given in (
        ("moment", {"moment": "never"}),
        ("taken_on", {"taken_on": None}),
        ("taken_on", {"taken_on": date(2026, 11, 25)}),
    ):
        with pytest.raises(ValidationError) as error:
            put(world, house, photo(), **given)
        assert list(error.value.message_dict) == [field]


def test_thirty_are_enough(world: HousingWorld, house: HousingProject) -> None:
    for _each in range(PHOTOS_A_HOUSE):
        put(world, house, photo((4, 4)))
    with pytest.raises(ValidationError, match="đã có 30 ảnh"):
        put(world, house, photo())


def test_a_removed_picture_is_gone_from_the_disk(
    world: HousingWorld, house: HousingProject, django_capture_on_commit_callbacks: object
) -> None:
    one = put(world, house, photo())
    storage, path = one.file.content.storage, one.file.content.name
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        remove_photo(photo=one, by=world.cadre, today=TODAY, through=Through.FORM)

    assert not storage.exists(path)
    assert not StoredFile.objects.exists()
    assert house.events.first().fields == {"photo": ["before 2026-03-01", ""]}


def test_it_is_served_to_people_of_the_commune_and_to_nobody_else(
    world: HousingWorld, house: HousingProject
) -> None:
    one = put(world, house, photo())
    address = f"/houses/03703/{house.pk}/photos/{one.pk}/"
    for person in (world.cadre, world.leader, world.viewer):
        response = signed_in(person).get(address)
        assert response.status_code == 200
        assert response["Content-Disposition"].startswith("attachment; ")
        assert response["Content-Type"] == "image/jpeg"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["Cache-Control"] == "private, no-store"
    assert signed_in(world.there.cadre).get(address).status_code == 404
    for person in (world.official, world.reviewer, world.keeper, world.root):
        client = signed_in(person)
        assert client.get(address).status_code == 403
        # The key of the other address is told to nobody above.
        assert client.get(f"/files/{one.file.pk}/{'0' * 32}/").status_code == 404
        assert key_of(one.file) not in client.get("/houses/14/", follow=True).content.decode()
    assert Client().get(address).status_code == 302
    other = propose(world)
    assert signed_in(world.cadre).get(f"/houses/03703/{other.pk}/photos/{one.pk}/").status_code == 404


def test_on_the_page_a_bad_one_comes_back_with_its_words(world: HousingWorld, house: HousingProject) -> None:
    cadre = signed_in(world.cadre)
    address = f"/houses/03703/{house.pk}/photos/"
    given = {"photo-moment": "during", "photo-taken_on": "2026-03-20"}

    bad = cadre.post(address, {**given, "photo-file": SimpleUploadedFile("a.jpg", b"xin chao")})
    assert bad.status_code == 400
    assert "Tệp này không phải ảnh." in bad.content.decode()
    assert 'value="2026-03-20"' in bad.content.decode()
    assert "Chọn ảnh rồi bấm Tải lên." in cadre.post(address, given).content.decode()
    huge = cadre.post(address, {**given, "photo-file": SimpleUploadedFile("a.jpg", bytes(11 * 1024 * 1024))})
    assert "Ảnh lớn hơn 10 MB" in huge.content.decode()
    good = cadre.post(address, {**given, "photo-file": SimpleUploadedFile("a.jpg", photo())})
    assert good.status_code == 302
    page = cadre.get(f"/houses/03703/{house.pk}/").content.decode()
    assert "Ảnh nhà đang làm, 20/3/2026" in page
    assert cadre.post(address, {"remove": ProjectPhoto.objects.get().pk}).status_code == 302
    assert not ProjectPhoto.objects.exists()
