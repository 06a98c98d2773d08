"""The administration pages as one place: its sections, and its door, which is the site's own login page.

Models of libraries that name no section (lists of login attempts) stay reachable but off the index.
"""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

# A model's admin names its section; here is in which order they stand and what each is for.
SECTIONS: dict[str, tuple[Any, Any]] = {
    "units": (_("Đơn vị"), _("Tỉnh, huyện, xã theo thời gian; ai thuộc ai, ai kế thừa ai.")),
    "people": (_("Người dùng"), _("Ai được nhập, duyệt, xem ở đâu; khóa API.")),
    "criteria": (_("Bộ tiêu chí"), _("Tiêu chí, chỉ tiêu và mức phải đạt theo từng giai đoạn.")),
    "periods": (_("Kỳ báo cáo"), _("Mở, đóng, khóa kỳ; biểu mẫu nào giao cho loại đơn vị nào.")),
    "poverty": (_("Giảm nghèo"), _("Chuẩn nghèo, phiếu B1 và B2, đợt rà soát, nguyên nhân, dân tộc.")),
    "houses": (_("Nhà ở"), _("Danh sách nhà, định mức, đối tượng, nguồn kinh phí.")),
    "recognitions": (_("Công nhận"), _("Quyết định công nhận và lý do kết thúc.")),
    "reports": (_("Báo cáo và lịch sử"), _("Chỉ để xem: báo cáo, số liệu và mọi lần thay đổi.")),
}


class Choices(AutocompleteJsonView):
    """What a search in a field finds, each told apart as its own page tells it."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        label = getattr(self.model_admin, "choice_label", str)
        return {"id": str(getattr(obj, to_field_name)), "text": str(label(obj))}


class SonlaAdminSite(admin.AdminSite):
    """Django's admin, arranged by what people come for, entered through the site's own login."""

    site_title = _("Quản trị Sonla")
    site_header = _("Quản trị")
    index_title = _("Quản trị")
    site_url = "/"
    # The index is one step away; the room is for the lists.
    enable_nav_sidebar = False

    @method_decorator([never_cache, login_not_required])
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One door: the site's login page, where tries are counted. Who is in but may not be here: 403."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
        if request.user.is_authenticated:
            raise PermissionDenied(_("Trang này dành cho người quản trị."))
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        here = reverse("admin:index", current_app=self.name)
        # Only an address of these pages is carried on; anything else would be somebody's invention.
        return redirect_to_login(wanted if wanted.startswith(here) else here, settings.LOGIN_URL)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return Choices.as_view(admin_site=self)(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The models by section on the index and in the side bar; by app where one app is asked for."""
        if app_label is not None:
            return super().get_app_list(request, app_label)
        models = [model for app in self._build_app_dict(request).values() for model in app["models"]]
        place = {model: index for index, model in enumerate(self._registry)}
        found = []
        for key, (name, words) in SECTIONS.items():
            own = [one for one in models if getattr(self._registry[one["model"]], "section", None) == key]
            if own:
                own.sort(key=lambda one: place[one["model"]])
                url = f"{reverse('admin:index', current_app=self.name)}#{key}"
                found.append(
                    {"name": name, "words": words, "app_label": key, "app_url": url, "models": own,
                     "has_module_perms": True}
                )  # fmt: skip
        return found
