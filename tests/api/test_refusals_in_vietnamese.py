"""What the library refuses by itself is said in the request's language too."""

import pytest
from django.test import Client

from tests.support import make_people

ENGLISH = ("not a valid choice", "were not provided", "Could not satisfy")


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("/api/v1/rollup/?indicator=ntm.communes.met&unit=14&by=village", {}, 400),
        ("/api/v1/units/", {"accept": "text/xml"}, 406),
    ],
)
def test_a_refusal_is_vietnamese(
    address: str, headers: dict[str, str], status: int, db: None, client: Client
) -> None:
    client.force_login(make_people().official)

    answer = client.get(address, headers=headers)

    assert answer.status_code == status
    assert not [words for words in ENGLISH if words in answer.content.decode()]


def test_a_stranger_is_told_in_vietnamese(db: None, client: Client) -> None:
    answer = client.get("/api/v1/units/")

    assert answer.status_code == 401
    assert answer.json()["detail"] == "Cần đăng nhập hoặc gửi kèm khóa API."
