from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "mail"
    verbose_name = _("Letters")

    def ready(self) -> None:
        from mail import receivers  # noqa: F401, PLC0415  (models must be loaded first)
