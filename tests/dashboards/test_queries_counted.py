"""How many queries a page takes, and that the number grows with neither units nor periods."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communes.models import User
from programs.actions import Item
from tests.dashboards.conftest import answers, communes_of, structure
from tests.support import People, period

Enter = Callable[..., list]
PROVINCE_AT_MOST = 12
OTHERS = ["/units/14/heatmap/", "/units/14/reports/", "/units/14/table.csv", "/units/14/criteria/17/"]


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.mark.parametrize("user", ["official", "superuser"])
def test_the_provinces_page_takes_at_most_twelve(
    user: str, enter: Enter, people: People, client: Client
) -> None:
    enter("2025", {"03703": answers(structure("2025")).values()}, send=True)
    root = User.objects.create_superuser("root", password="mật-khẩu-thử")
    client.force_login(root if user == "superuser" else people.official)

    assert queries_of(client, "/units/14/?period=2025") <= PROVINCE_AT_MOST
    assert queries_of(client, "/units/127/?period=2025") <= PROVINCE_AT_MOST


def test_more_units_and_periods_take_no_more_queries(enter: Enter, people: People, client: Client) -> None:
    client.force_login(people.official)
    addresses = ["/units/14/?period=2026", *[f"{page}?period=2026" for page in OTHERS]]
    enter("2026", {"03703": answers(structure("2026"), criteria=[17]).values()}, send=True)
    few = [queries_of(client, address) for address in addresses]

    for code in ("2025", "2026-H1", "2026"):
        form = structure(code)
        communes = [one.code for one in communes_of(period(code)) if one.code != "03703"][:30]
        enter(code, {one: answers(form, criteria=[1, 17]).values() for one in communes}, send=True)
    enter("2025", {one: [Item("base.households", 900)] for one in communes}, form="base")
    many = [queries_of(client, address) for address in addresses]

    assert many == few
    assert few[0] <= PROVINCE_AT_MOST
