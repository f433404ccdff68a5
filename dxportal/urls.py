"""One line per app."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)

handler403 = "dxportal.errors.forbidden"
handler404 = "dxportal.errors.not_found"
handler500 = "dxportal.errors.server_error"

urlpatterns = [
    path("", include("dxportal.portal_urls")),
    path("", include("accounts.signin_urls")),
    path("", include("accounts.urls")),
    path("", include("pillars.urls")),
    path("", include("taskforce.urls")),
    path("", include("newsletter.urls")),
    path("admin/", admin.site.urls),
]
