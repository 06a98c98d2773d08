"""The administrator's pages: from an empty draft to an act in force, without a script, for nobody else."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communes.actions.reorganise import keep_file
from communes.models import Act, HandOver, Membership, Placement, Reorganisation, Role, Unit, User
from communes.sheets.act_list import read_list
from sonla.policies import POLICIES, Who
from tests.communes.reorganise.acts import HEAD, as_csv, carried_out, draft_of, whole
from tests.support import TODAY, make_member, make_people, unit
from tests.workbooks import plain_list, sent

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 1)
AFTER = date(2026, 12, 5)
HEADED = {
    "number": "9/NQ-UBTVQH16",
    "title": "Sắp xếp xã",
    "in_force_on": "2026-11-20",
    "operative_on": "2026-12-01",
}


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    for view in ("reorganise", "register"):
        monkeypatch.setattr(f"communes.views.{view}.today", lambda: TODAY)


@pytest.fixture
def keeper() -> User:
    return make_member("keeper", unit("14"), Role.ADMINISTRATOR)


@pytest.fixture
def office(keeper: User, client: Client) -> Client:
    client.force_login(keeper)
    return client


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def test_an_act_from_an_empty_page_to_its_successors(office: Client, keeper: User) -> None:
    make_people()
    assert "Chưa có dự thảo nào" in text(office, "/reorganisations/")
    assert 'href="/reorganisations/"' in office.get("/", follow=True).content.decode()
    assert office.post("/reorganisations/new/", HEADED | {"operative_on": "2026-11-01"}).status_code == 400
    response = office.post("/reorganisations/new/", HEADED)
    draft = Reorganisation.objects.get()
    url = f"/reorganisations/{draft.pk}/"
    assert response["Location"] == url
    assert "Chưa có dòng nào" in text(office, url)

    line = {"predecessor_code": "03703", "part": "whole", "successor_code": "03703", "name": "Xã Quỳnh Nhai"}
    assert office.post(f"{url}line/", {"part": "whole"}).status_code == 400
    office.post(f"{url}line/", line)
    office.post(f"{url}line/", {"predecessor_code": "0368", "part": "whole", "successor_code": "03703"})
    page = text(office, url)
    assert "Danh mục chưa có đơn vị cũ mã 0368" in page
    assert "Xem lại và thực hiện" not in page
    assert office.post(url, {"do": "check"}).status_code == 409
    assert "0368" in text(office, f"{url}line/?line=2")
    office.post(
        f"{url}line/?line=2", {"predecessor_code": "03688", "part": "whole", "successor_code": "03703"}
    )
    page = text(office, url)
    assert "Khi thực hiện sẽ thay đổi" in page
    assert "Phân công" in page
    assert Unit.objects.bearer("03688", AFTER) is not None

    second = text(office, f"{url}confirm/")
    version = Reorganisation.objects.get().version
    assert f'name="seen" value="{version}"' in second
    assert office.post(f"{url}confirm/", {"seen": version}).status_code == 409
    stale = office.post(f"{url}confirm/", {"seen": version - 1, "understood": "yes"})
    assert "vừa thay đổi" in stale.content.decode()
    assert office.post(f"{url}confirm/", {"seen": version, "understood": "yes"})["Location"] == url
    assert Unit.objects.bearer("03688", AFTER) is None
    assert "đã thực hiện lúc" in text(office, url)

    act = Act.objects.get(number="9/NQ-UBTVQH16")
    people = f"/reorganisations/acts/{act.pk}/people/"
    assert "neighbour" in text(office, people)
    new, old = unit("03703", AFTER), Membership.objects.get(user__username="neighbour")
    key = f"{old.pk}-{new.pk}"
    assert office.post(people, {"give": "x-1", "start": "2026-12-01"}).status_code == 400
    office.post(people, {"give": key, f"role-{key}": "viewer", "start": "2026-12-01"})
    assert Membership.objects.get(user=old.user, unit=new).role == Role.VIEWER
    assert "đã giao" in text(office, people)


def test_a_list_is_looked_at_before_it_is_taken_in(office: Client, keeper: User) -> None:
    draft = draft_of(keeper)
    url = f"/reorganisations/{draft.pk}/list/"
    assert "Mã đơn vị cũ" in office.get("/reorganisations/list.csv").content.decode()
    rows = [
        HEAD,
        ["03703", "Xã Quỳnh Nhai", "toàn bộ", "03703", "Xã Quỳnh Nhai", "xã", "14", None, None, "a"],
        [3688, "Mường Chiên", None, 3703, None, None, None, None, None, None],
        ["99999", "Xã Không Có", "toàn bộ", "03703", None, None, None, None, None, None],
        ["03712", "", "nửa", "03703", None, None, None, "nhiều", None, None],
    ]
    response = office.post(url, {"file": sent(plain_list(rows), "danh-sach.xlsx")})
    assert response.status_code == 302, response.content.decode()
    page = text(office, response["Location"])
    for words in (
        "3</b>",
        "1 dòng không đọc được",
        "Danh mục chưa có đơn vị cũ mã 99999",
        "“nửa”",
        "“nhiều”",
    ):
        assert words in page, words
    assert not draft.lines.exists()
    assert "99999" in text(office, response["Location"] + "?verdict=error")
    assert "99999" not in text(office, response["Location"] + "?verdict=good")
    office.post(response["Location"], {"replace": "yes"})
    assert list(draft.lines.values_list("predecessor_code", flat=True)) == ["03703", "03688", "99999"]
    assert office.get(response["Location"]).status_code == 404
    page = text(office, f"/reorganisations/{draft.pk}/")
    assert "1 đơn vị cũ chưa có trong danh mục" in page
    office.post(f"/reorganisations/{draft.pk}/", {"do": "unknown"})
    assert "sẽ thêm và ghi kết thúc" in text(office, f"/reorganisations/{draft.pk}/?only=found")
    office.post(f"/reorganisations/{draft.pk}/", {"do": "remove", "line": "3"})
    office.post(f"/reorganisations/{draft.pk}/", {"do": "check"})
    draft.refresh_from_db()
    assert (draft.state, draft.lines.count()) == ("checked", 2)
    office.post(f"/reorganisations/{draft.pk}/", {"do": "drop"})
    assert "đã bỏ" in text(office, f"/reorganisations/{draft.pk}/")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 hong", "Tệp hỏng"),
        (b"\xff\xfe\x00", "UTF-8"),
        (as_csv([["a", "b"], ["1", "2"]]), "Không thấy dòng tiêu đề"),
        (as_csv([HEAD]), "không có dòng nào"),
    ],
)
def test_what_is_no_list_is_refused_in_words(
    office: Client, keeper: User, content: bytes, words: str
) -> None:
    draft = draft_of(keeper)
    response = office.post(f"/reorganisations/{draft.pk}/list/", {"file": sent(content, "a.csv")})
    assert response.status_code == 400
    assert words in response.content.decode()


def test_the_head_is_corrected_and_an_act_is_taken_back(office: Client, keeper: User) -> None:
    draft = draft_of(keeper, whole("03703", "03703", "Xã Quỳnh Nhai", "xa"), whole("03688", "03703"))
    office.post(f"/reorganisations/{draft.pk}/act/", HEADED | {"number": "77/NQ"})
    draft.refresh_from_db()
    assert draft.number == "77/NQ"
    act = carried_out(keeper, whole("03712", "03712", "Xã Mới", "xa"))
    undo = f"/reorganisations/acts/{act.pk}/undo/"
    assert "Hoàn lại" in text(office, undo)
    office.post(undo, HEADED | {"number": "78/NQ", "in_force_on": "2027-01-01", "operative_on": "2027-02-01"})
    back = Reorganisation.objects.get(number="78/NQ")
    assert [str(row) for row in back.lines.all()] == ["03712 → 03712"]


def test_the_hand_over_list_is_worked_off(office: Client, keeper: User) -> None:
    make_member("huyen", unit("118", date(2025, 6, 30)), Role.REVIEWER)
    assert "1 việc chưa có trong danh sách" in text(office, "/reorganisations/hand-over/")
    office.post("/reorganisations/hand-over/", {"do": "list"})
    item = HandOver.objects.get()
    assert "huyen" in text(office, "/reorganisations/hand-over/")
    post = {"item": item.pk, "keeper": "", "note": ""}
    assert office.post("/reorganisations/hand-over/", post).status_code == 400
    assert office.post("/reorganisations/hand-over/", post | {"keeper": "x"}).status_code == 400
    office.post("/reorganisations/hand-over/", post | {"keeper": "14"})
    assert "Không còn việc nào chờ" in text(office, "/reorganisations/hand-over/")


def test_the_register_says_whether_it_holds(office: Client) -> None:
    assert "Danh mục đơn vị không có lỗi" in text(office, "/reorganisations/check/")
    out = io.StringIO()
    call_command("check_register", stdout=out)
    assert "không có lỗi" in out.getvalue()

    one = Placement.objects.filter(unit__code="03703", valid_to=None, tie="tree").get()
    Placement.objects.filter(pk=one.pk).update(valid_to=date(2026, 6, 1))
    page = text(office, "/reorganisations/check/")
    assert "Không thuộc tỉnh nào từ 01/06/2026" in page
    with pytest.raises(CommandError) as failed:
        call_command("check_register", stdout=out)
    assert failed.value.returncode == 1
    assert "unreachable · 03703 Xã Quỳnh Nhai" in out.getvalue()


def test_nobody_but_who_keeps_the_register_is_let_in(keeper: User) -> None:
    people = make_people()
    commune = make_member("quantrixa", unit("03703"), Role.ADMINISTRATOR)
    draft = draft_of(keeper, whole("03703", "03703", "Xã Mới", "xa"))
    rows = [row.stored for row in read_list(as_csv([HEAD, ["03703", "", "", "03703"]]))]
    file = keep_file(draft=draft, name="a", rows=rows, by=keeper, today=TODAY)
    act = Act.objects.first()
    assert act is not None
    routes = [path for path, methods in POLICIES.items() if Who.REGISTRAR in methods.values()]
    assert len(routes) == 13
    outsiders = [people.cadre, people.reviewer, people.official, people.system, commune]
    for path in routes:
        pk = act.pk if "/acts/" in path else draft.pk
        url = "/" + path.replace("<int:pk>", str(pk)).replace("<int:file>", str(file.pk))
        for person in outsiders:
            client = Client()
            client.force_login(person)
            for method in POLICIES[path]:
                before = (Reorganisation.objects.get().version, Act.objects.count(), draft.lines.count())
                assert getattr(client, method.lower())(url, {"do": "drop"}).status_code == 403, (method, url)
                assert before == (
                    Reorganisation.objects.get().version,
                    Act.objects.count(),
                    draft.lines.count(),
                )
        own = Client()
        own.force_login(keeper)
        assert own.get(url).status_code == 200, url
        assert Client().get(url).status_code == 302, url


def test_another_provinces_draft_is_not_there(office: Client, keeper: User) -> None:
    root = User.objects.create_superuser("goc")
    draft = draft_of(root, whole("03703", "03703", "Xã Mới", "xa"))
    assert draft.province is None
    assert office.get(f"/reorganisations/{draft.pk}/").status_code == 404


def statements(client: Client, url: str) -> int:
    """What the second of two equal requests costs: what is kept in memory was read by the first."""
    assert client.get(url).status_code == 200, url
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_more_rows_cost_no_more_statements(office: Client, keeper: User) -> None:
    codes = list(Unit.objects.in_force(TODAY).filter(level="commune").values_list("code", flat=True))
    district, communes = unit("118", date(2025, 6, 30)), [unit(code) for code in codes]

    def costs(count: int) -> dict[str, int]:
        lines = [whole(code, code, f"Xã {code}", "xa") for code in codes[:count]]
        draft = draft_of(keeper, *lines, number=f"{count}/NQ")
        rows = read_list(
            as_csv([HEAD, *[[code, "", "", code, f"Xã {code}", "xã"] for code in codes[:count]]])
        )
        stored = [row.stored for row in rows]
        file = keep_file(draft=draft, name="a", rows=stored, by=keeper, today=TODAY)
        make_member(f"nguoi-{count}", district, Role.VIEWER)
        for turn in range(count):
            make_member(f"huyen-{count}-{turn}", district, Role.VIEWER)
            make_member(f"xa-{count}-{turn}", communes[turn], Role.CADRE)
        act = carried_out(keeper, lines[-1], number=f"{count}/XX", day=date(2027, 1, count))
        draft_url = f"/reorganisations/{draft.pk}/"
        return {
            name: statements(office, url)
            for name, url in {
                "list of drafts": "/reorganisations/",
                "draft": draft_url,
                "second look": f"{draft_url}confirm/",
                "preview": f"{draft_url}list/{file.pk}/",
                "hand-over": "/reorganisations/hand-over/",
                "roles on successors": f"/reorganisations/acts/{act.pk}/people/",
                "check of the register": "/reorganisations/check/",
            }.items()
        }

    few = costs(1)
    assert costs(20) == few
    assert max(few.values()) < 45, few
