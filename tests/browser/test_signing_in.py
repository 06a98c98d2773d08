"""A cadre comes in, gets lost, changes the language and the password, and goes out."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from communes.models import User

PASSWORD = "nương ngô Mường Giôn"


@pytest.fixture
def an(transactional_db: None) -> User:
    """Lò Thị An, cadre of Quỳnh Nhai."""
    return User.objects.create_user("xa.03703", password=PASSWORD, full_name="Lò Thị An")


def sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def signed_in(page: Page) -> None:
    expect(page.locator(".menu-who")).to_have_text("Lò Thị An")


def open_menu(page: Page) -> None:
    page.locator(".menu > summary").click()


def test_a_page_asks_for_a_login_and_opens_after_it(live, page: Page, an: User) -> None:
    page.goto(f"{live.url}/mat-khau/")
    expect(page.get_by_text("Cần đăng nhập để xem trang này.")).to_be_visible()

    sign_in(page, "xa.03703", PASSWORD)

    expect(page).to_have_url(f"{live.url}/mat-khau/")
    signed_in(page)


def test_a_wrong_password_is_said_in_plain_words_and_the_name_is_kept(live, page: Page, an: User) -> None:
    page.goto(f"{live.url}/dang-nhap/")

    sign_in(page, "xa.03703", "sai")

    expect(page.get_by_role("alert")).to_contain_text("Tên đăng nhập hoặc mật khẩu chưa đúng.")
    expect(page.get_by_label("Tên đăng nhập")).to_have_value("xa.03703")


def test_a_password_typed_with_a_vietnamese_keyboard_can_be_shown(live, page: Page) -> None:
    page.goto(f"{live.url}/dang-nhap/")
    field = page.get_by_label("Mật khẩu", exact=True)
    field.fill("nương")

    page.get_by_role("button", name="Hiện mật khẩu").click()
    expect(field).to_have_attribute("type", "text")

    page.get_by_role("button", name="Ẩn mật khẩu").click()
    expect(field).to_have_attribute("type", "password")


def test_too_many_wrong_passwords_lock_that_name_and_say_for_how_long(live, page: Page, an: User) -> None:
    User.objects.create_user("xa.03646", password=PASSWORD, full_name="Lò Thị An")
    page.goto(f"{live.url}/dang-nhap/")
    for _attempt in range(8):
        sign_in(page, "xa.03703", "sai")
    expect(page.get_by_role("heading", name="Tạm khóa đăng nhập")).to_be_visible()
    expect(page.get_by_text("Thử lại sau 15 phút.")).to_be_visible()

    page.get_by_role("link", name="Về trang đăng nhập").click()
    sign_in(page, "xa.03703", PASSWORD)
    expect(page.get_by_role("heading", name="Tạm khóa đăng nhập")).to_be_visible()

    # The office has one address: a colleague is not locked out with her.
    page.goto(f"{live.url}/dang-nhap/?next=/mat-khau/")
    sign_in(page, "xa.03646", PASSWORD)
    signed_in(page)


def test_signing_out_takes_two_taps_and_the_page_behind_is_closed(live, page: Page, an: User) -> None:
    page.goto(f"{live.url}/mat-khau/")
    sign_in(page, "xa.03703", PASSWORD)

    open_menu(page)
    page.get_by_role("button", name="Đăng xuất").click()

    expect(page.get_by_role("status")).to_contain_text("Bạn đã đăng xuất.")
    page.goto(f"{live.url}/mat-khau/")
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()


def test_the_menu_closes_with_escape_and_gives_the_focus_back(live, page: Page, an: User) -> None:
    page.goto(f"{live.url}/mat-khau/")
    sign_in(page, "xa.03703", PASSWORD)
    open_menu(page)
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()

    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Đăng xuất")).to_be_hidden()
    expect(page.locator(".menu > summary")).to_be_focused()


def test_the_language_is_chosen_before_and_after_signing_in(live, page: Page, an: User) -> None:
    page.goto(f"{live.url}/dang-nhap/?next=/mat-khau/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")

    page.get_by_role("button", name="Tiếng Việt").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")

    # The page that was asked for is still the one that opens.
    sign_in(page, "xa.03703", PASSWORD)
    expect(page).to_have_url(f"{live.url}/mat-khau/")


def test_a_new_password_replaces_the_old_one(live, page: Page, an: User) -> None:
    page.goto(f"{live.url}/mat-khau/")
    sign_in(page, "xa.03703", PASSWORD)

    page.get_by_label("Mật khẩu hiện nay").fill("không phải")
    page.get_by_label("Mật khẩu mới", exact=True).fill("ruộng bậc thang 2026")
    page.get_by_label("Nhập lại mật khẩu mới").fill("ruộng bậc thang 2026")
    page.get_by_role("button", name="Đổi mật khẩu").click()
    expect(page.get_by_text("Mật khẩu hiện nay chưa đúng.")).to_be_visible()

    page.get_by_label("Mật khẩu hiện nay").fill(PASSWORD)
    page.get_by_label("Mật khẩu mới", exact=True).fill("ruộng bậc thang 2026")
    page.get_by_label("Nhập lại mật khẩu mới").fill("ruộng bậc thang 2026")
    page.get_by_role("button", name="Đổi mật khẩu").click()

    expect(page.get_by_role("heading", name="Đã đổi mật khẩu")).to_be_visible()
    an.refresh_from_db()
    assert an.check_password("ruộng bậc thang 2026")


def test_everything_works_without_scripts(live, browser: Browser, an: User) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{live.url}/mat-khau/")
    expect(page.get_by_role("button", name="Hiện mật khẩu")).to_be_hidden()
    sign_in(page, "xa.03703", PASSWORD)
    signed_in(page)

    open_menu(page)
    page.get_by_role("button", name="Đăng xuất").click()

    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    context.close()


def test_a_wrong_address_says_where_to_go(live, page: Page, an: User) -> None:
    page.goto(f"{live.url}/mat-khau/")
    sign_in(page, "xa.03703", PASSWORD)
    signed_in(page)

    page.goto(f"{live.url}/khong-co/")

    expect(page.get_by_role("heading", name="Không tìm thấy trang")).to_be_visible()
    expect(page.get_by_role("link", name="Về trang chủ")).to_be_visible()


@pytest.mark.parametrize("viewport", [(390, 844), (1440, 900)], indirect=True)
def test_the_door_is_accessible_and_fits_the_window(live, page: Page, an: User) -> None:
    for path in ("/dang-nhap/", "/mat-khau/"):
        page.goto(f"{live.url}{path}")
        if path == "/mat-khau/":
            sign_in(page, "xa.03703", PASSWORD)
            signed_in(page)
            open_menu(page)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
