"""Pictures of a house: read by content, made smaller, freed of what the camera wrote into them."""

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps

from communes.models import User
from housing.actions.houses import locked_house, note_event
from housing.models import HousingProject, Moment, ProjectPhoto
from programs.actions.files import LARGEST_FILE, store_file
from programs.models import StoredFile
from programs.rules.file_types import JPEG, PNG, BadFile, type_of

__all__ = ["PHOTOS_A_HOUSE", "add_photo", "remove_photo"]

LONGEST_SIDE = 1600
QUALITY = 82
MOST_PIXELS = 60_000_000
PHOTOS_A_HOUSE = 30
# So long that they do not stand in compressed pixels by chance.
RUNS = (b"<script", b"javascript:", b"<?php ", b"<iframe", b"onerror=")
LOOKS_LIKE_A_PAGE = (b"<svg", b"<!doctype", b"<html", b"<?xml")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: bytes of a JPEG without notes; where it was taken, if the camera knew."""

    content: bytes
    place: tuple[Decimal, Decimal] | None


@transaction.atomic
def add_photo(
    *,
    house: HousingProject,
    upload: "File[bytes]",
    moment: str,
    taken_on: date | None,
    keep_place: bool,
    by: User,
    today: date,
    through: str,
    at: datetime | None = None,
) -> ProjectPhoto:
    """Keep a picture of a house; its place only when the cadre agreed (`keep_place`).

    Raises PermissionDenied, and ValidationError for 'file', 'moment' or 'taken_on'.
    """
    fresh = locked_house(house, by, today)
    errors: dict[str, list[str]] = {}
    if moment not in Moment.values:
        errors["moment"] = [_("Chọn ảnh trước, trong hay sau khi làm nhà.")]
    if taken_on is None:
        errors["taken_on"] = [_("Chọn ngày chụp.")]
    elif taken_on > today:
        errors["taken_on"] = [_("Ngày này chưa đến. Kiểm tra lại.")]
    if fresh.photos.count() >= PHOTOS_A_HOUSE:
        errors["file"] = [_("Nhà này đã có {count} ảnh. Xóa bớt rồi tải lên.").format(count=PHOTOS_A_HOUSE)]
    if errors or taken_on is None:
        raise ValidationError(errors)
    picture = _picture(upload)
    place = picture.place if keep_place else None
    photo = ProjectPhoto.objects.create(
        project=fresh,
        moment=moment,
        taken_on=taken_on,
        file=_keep(fresh, picture, moment, taken_on, by),
        latitude=place[0] if place else None,
        longitude=place[1] if place else None,
        by=by,
        at=at or timezone.now(),
    )
    note_event(fresh, {"photo": ["", f"{moment} {taken_on.isoformat()}"]}, "", by, through, at)
    return photo


@transaction.atomic
def remove_photo(
    *, photo: ProjectPhoto, by: User, today: date, through: str, at: datetime | None = None
) -> None:
    """Take a picture away for good; the history says that there was one. Raises PermissionDenied."""
    fresh = locked_house(photo.project, by, today)
    file, told = photo.file, f"{photo.moment} {photo.taken_on.isoformat()}"
    photo.delete()
    note_event(fresh, {"photo": [told, ""]}, "", by, through, at)
    try:
        with transaction.atomic():
            file.delete()
    except ProtectedError:
        return
    transaction.on_commit(partial(_forget, file))


def _forget(file: StoredFile) -> None:
    file.content.storage.delete(str(file.content.name))


def _keep(house: HousingProject, picture: Picture, moment: str, taken_on: date, by: User) -> StoredFile:
    # What the person called the file may name the family: the kept name says house, moment and day.
    name = f"nha-{house.pk}-{MOMENT_NAMES[moment]}-{taken_on:%Y%m%d}.jpg"
    kept = ContentFile(picture.content, name=name)
    return store_file(unit=house.commune, upload=kept, by=by, allowed={JPEG}, close=True)


MOMENT_NAMES: Mapping[str, str] = {Moment.BEFORE: "truoc", Moment.DURING: "trong", Moment.AFTER: "sau"}


def _picture(upload: "File[bytes]") -> Picture:
    content = _read(upload)
    _check_content(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise _refused("bomb")
                place = _place_of(image)
                return Picture(_smaller(image), place)
    except ValidationError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _refused("bomb") from error
    # What a damaged picture makes its reader raise is not one class of errors.
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, IndexError, KeyError) as error:
        raise _refused("broken") from error


def _read(upload: "File[bytes]") -> bytes:
    upload.seek(0)
    content: bytes = upload.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise _refused("too_large")
    if not content:
        raise _refused("empty")
    return content


def _check_content(content: bytes) -> None:
    lower = content.lower()
    if any(word in lower for word in RUNS):
        raise _refused("active")
    start = lower[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(LOOKS_LIKE_A_PAGE):
        raise _refused("active" if b"script" in lower or b"onload" in lower else "unknown")
    try:
        kind = type_of(content)
    except BadFile as bad:
        raise _refused(bad.code if bad.code in ("heic", "broken") else "unknown") from bad
    if kind not in (JPEG, PNG):
        raise _refused("unknown")


def _refused(code: str) -> ValidationError:
    words = {
        "too_large": _("Ảnh lớn hơn 10 MB. Chụp lại ở cỡ nhỏ hơn rồi tải lên."),
        "empty": _("Tệp trống. Chọn lại ảnh rồi tải lên."),
        "unknown": _("Tệp này không phải ảnh. Chọn ảnh JPEG hoặc PNG."),
        "broken": _("Ảnh hỏng hoặc tải lên chưa trọn. Mở thử trên máy rồi tải lên lần nữa."),
        "active": _("Ảnh có mã chạy kèm nên không nhận. Chụp lại rồi tải ảnh mới lên."),
        "bomb": _("Ảnh có quá nhiều điểm ảnh nên không nhận. Chụp lại ở cỡ nhỏ hơn."),
        "heic": _("Ảnh HEIC của điện thoại chưa xem được ở đây. Chuyển ảnh sang JPEG rồi tải lên."),
    }
    return ValidationError({"file": ValidationError(words[code], code=code)})


def _smaller(image: Image.Image) -> bytes:
    """Upright, at most 1,600 pixels long, as a new JPEG: only the dots are taken over."""
    image.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if upright.mode in ("RGBA", "LA", "P", "PA"):
        clear = upright.convert("RGBA")
        upright = Image.new("RGB", clear.size, "white")
        upright.paste(clear, mask=clear.getchannel("A"))
    out = io.BytesIO()
    bare = Image.new("RGB", upright.size)
    bare.paste(upright.convert("RGB"))
    bare.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _place_of(image: Image.Image) -> tuple[Decimal, Decimal] | None:
    """Latitude and longitude from the camera's notes; None where there are none that make sense."""
    try:
        notes: Any = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        tags = ExifTags.GPS
        latitude = _degrees(notes[tags.GPSLatitude], notes[tags.GPSLatitudeRef] == "S")
        longitude = _degrees(notes[tags.GPSLongitude], notes[tags.GPSLongitudeRef] == "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError, ArithmeticError, SyntaxError, OSError):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return latitude, longitude


def _degrees(parts: Any, negative: bool) -> Decimal:
    degrees, minutes, seconds = (Decimal(str(float(part))) for part in parts)
    found = (degrees + minutes / 60 + seconds / 3600).quantize(Decimal("0.00001"))
    return -found if negative else found
