"""A word in the address that a page does not know is named; it never passes for 'no filter'."""

import pytest
from django.test import Client

from tests.support import make_people, make_report


@pytest.mark.parametrize(
    "address", ["/?everything=1", "{report}?shwo=missing", "{report}?show=mising", "{report}send/?a=1"]
)
def test_the_cadres_pages_name_what_they_do_not_know(address: str, db: None, client: Client) -> None:
    client.force_login(make_people().cadre)
    report = make_report("03703", "2026")

    answer = client.get(address.format(report=f"/reports/{report.pk}/"))

    assert answer.status_code == 400
    assert address.split("?")[1].split("=")[0] in answer.content.decode()


@pytest.mark.parametrize("address", ["/?all", "{report}?show=missing", "{report}", "{report}send/"])
def test_what_they_know_still_opens(address: str, db: None, client: Client) -> None:
    client.force_login(make_people().cadre)
    report = make_report("03703", "2026")

    assert client.get(address.format(report=f"/reports/{report.pk}/")).status_code == 200
