"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from config import health

handler400 = "look.errors.bad_request"
handler403 = "look.errors.permission_denied"
handler404 = "look.errors.page_not_found"
handler500 = "look.errors.server_error"
handler429 = "config.errors.too_many"  # asked for by the sign-in library

urlpatterns = [
    path("", include("dashboard.urls")),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("organisations/", include("clusters.urls")),
    path("labs/", include("labs.urls")),
    path("companies/", include("companies.urls")),
    path("challenges/", include("challenges.urls")),
    path("matches/", include("matching.urls")),
    path("invitations/", include("invitations.urls")),
    path("applications/", include("applications.urls")),
    path("", include("mail.urls")),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("admin/", admin.site.urls),
]
