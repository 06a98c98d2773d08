"""The site in a browser, before anyone has signed in."""

from playwright.sync_api import Page, expect


def test_the_administration_asks_for_a_login_in_vietnamese(live, page: Page) -> None:
    page.goto(f"{live.url}/admin/")

    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(page.locator("input[name=password]")).to_be_visible()


def test_an_administrator_signs_in_and_the_server_sees_the_test_database(
    live, page: Page, django_user_model
) -> None:
    django_user_model.objects.create_superuser("admin", password="mật khẩu thử")

    page.goto(f"{live.url}/admin/")
    page.locator("input[name=username]").fill("admin")
    page.locator("input[name=password]").fill("mật khẩu thử")
    page.get_by_role("button", name="Đăng nhập").click()

    expect(page.locator("#user-tools")).to_contain_text("admin")
    assert django_user_model.objects.get().last_login is not None
