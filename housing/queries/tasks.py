"""What the review has for a person on the first page: 'đã rà soát 112/340 hộ'."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from communes.models import Level, Unit, User
from housing.models import (
    CommuneReview,
    HousingList,
    HousingProject,
    ReviewState,
    Source,
    units_of_people,
)
from housing.queries.house_board import houses_on, is_slow
from housing.queries.review_pages import RoundRow, rounds_page
from programs.queries.other_tasks import OtherTask


def review_tasks(user: User, today: date) -> Iterator[OtherTask]:
    """Open reviews of a cadre's communes, the round that runs and was not started, and for a leader those to
    be recognised. Four to seven queries."""
    page = rounds_page(user, today)
    answered = [row.review.pk for row in page.rows if row.review is not None and row.review.opinion_on]
    own = CommuneReview.objects.recognisable_by(user, today).filter(state=ReviewState.ASKED, pk__in=answered)
    leads = set(own.values_list("pk", flat=True)) if answered else set()
    writes = {one.pk for one in page.communes}
    for row in page.rows:
        if row.review is None:
            if row.may_start and row.round.starts_on <= today <= row.round.ends_on:
                words = _("{commune} chưa bắt đầu").format(commune=row.commune.name)
                yield OtherTask(row.round.title, reverse("reviews"), words)
        elif row.review.pk in leads:
            words = _("Tỉnh đã có ý kiến, chờ lãnh đạo xã công nhận")
            yield OtherTask(row.round.title, _url(row), words, urgent=True)
        elif row.review.state == ReviewState.REVIEWING and row.review.commune_id in writes:
            yield _open(row)


def house_tasks(user: User, today: date) -> Iterator[OtherTask]:
    """The late houses of a cadre's communes, a line a commune and list. Three queries, and one a list."""
    known = units_of_people(user, today).filter(level=Level.COMMUNE)
    own = Unit.objects.writable_by(user, today).in_force(today).filter(pk__in=known.values("pk"))
    communes = {one.pk: one for one in own}
    if not communes:
        return
    for of in HousingList.objects.all():
        rows = houses_on(HousingProject.objects.filter(list=of, commune__in=communes), today)
        late = rows.filter(is_slow(of, today)).order_by().values("commune").annotate(count=Count("pk"))
        for row in late.order_by("commune"):
            unit = communes[row["commune"]]
            words = _("{count} nhà chậm quá {days} ngày ở một bước")
            place = [unit.name] if len(communes) > 1 else []
            yield OtherTask(
                " · ".join([_("Nhà ở"), *place, of.title]),
                f"{reverse('houses_of', args=[unit.code])}?list={of.code}&slow=1#list",
                words.format(count=row["count"], days=of.slow_after),
                urgent=True,
            )


def _open(row: RoundRow) -> OtherTask:
    words = row.progress.words[:1].upper() + row.progress.words[1:]
    assert row.review is not None
    if row.review.source == Source.AGGREGATE:
        return OtherTask(row.round.title, _url(row), _("Chờ xin ý kiến và công nhận theo số tổng hợp"))
    if row.is_overdue:
        words = f"{words} · {_('quá hạn quyết định')}"
    return OtherTask(
        row.round.title, _url(row), words, row.is_overdue, row.progress.done, row.progress.listed
    )


def _url(row: RoundRow) -> str:
    assert row.review is not None
    return reverse("review", args=[row.review.pk])
