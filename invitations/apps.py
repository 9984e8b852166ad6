from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvitationsConfig(AppConfig):
    name = "invitations"
    verbose_name = _("Invitations")

    def ready(self) -> None:
        from accounts.registry import NoticeKind, register_notice  # noqa: PLC0415
        from companies.tokens import wishes_url  # noqa: PLC0415
        from invitations import receivers  # noqa: F401, PLC0415 - connecting them is the import
        from mail.lists import add_list  # noqa: PLC0415
        from matching.telling import with_names  # noqa: PLC0415

        add_list("invitations", _("Invitations to challenges"), fewer=wishes_url)
        register_notice(
            NoticeKind(
                "invitation_interested",
                _("An invited company is interested"),
                _("%(company)s is interested in “%(challenge)s”."),
                _("%(count)d invited companies are interested in “%(challenge)s”."),
                with_names,
            )
        )
        register_notice(
            NoticeKind(
                "invitation_declined",
                _("An invited company declines"),
                _("%(company)s declined the invitation to “%(challenge)s”."),
                _("%(count)d companies declined the invitation to “%(challenge)s”."),
                with_names,
            )
        )
