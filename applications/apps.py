from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.registry import NoticeKind, register_notice

NOTICES = (
    NoticeKind(
        "application_arrived",
        _("An application arrives"),
        _("%(company)s has applied for “%(challenge)s”."),
        _("%(count)d new applications for “%(challenge)s”."),
    ),
    NoticeKind(
        "application_changed",
        _("An application is edited"),
        _("%(company)s has changed its application for “%(challenge)s”."),
        _("%(count)d changes to applications for “%(challenge)s”."),
    ),
    NoticeKind(
        "application_withdrawn",
        _("An application is withdrawn"),
        _("%(company)s has withdrawn its application for “%(challenge)s”."),
        _("%(count)d applications for “%(challenge)s” were withdrawn."),
    ),
)


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = _("Applications")

    def ready(self) -> None:
        from applications import receivers  # noqa: F401, PLC0415 - connecting them is the import

        for kind in NOTICES:
            register_notice(kind)
