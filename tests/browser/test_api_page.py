"""The page that describes the API, where one tries it: signed in, on our own files, under our policy."""

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("viewport", [(1440, 900)], indirect=True)
def test_the_api_is_described_and_can_be_tried(live, page: Page, django_user_model) -> None:
    django_user_model.objects.create_superuser("admin", password="mật khẩu thử")
    page.goto(f"{live.url}/dang-nhap/")
    page.locator("input[name=username]").fill("admin")
    page.locator("input[name=password]").fill("mật khẩu thử")
    page.locator("input[name=password]").press("Enter")
    expect(page.locator("input[name=password]")).to_have_count(0)

    described = page.request.get(f"{live.url}/api/schema/", headers={"Accept": "application/json"}).json()
    operations = [method for methods in described["paths"].values() for method in methods]
    page.goto(f"{live.url}/api/docs/")
    expect(page.locator(".opblock")).to_have_count(len(operations))
    operation = page.locator("#operations-rules-periods_list")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()

    answer = operation.locator(".live-responses-table")
    expect(answer).to_contain_text("200")
    expect(answer).to_contain_text('"code": "2026"')
