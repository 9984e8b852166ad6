from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvitationsConfig(AppConfig):
    name = "invitations"
    verbose_name = _("Invitations")

    def ready(self) -> None:
        from accounts.registry import NoticeKind, register_notice  # noqa: PLC0415
        from companies.tokens import wishes_url  # noqa: PLC0415
        from invitations import receivers  # noqa: F401, PLC0415 - connecting them is the import
        from invitations.actions import (  # noqa: PLC0415
            letters_not_allowed,
            write_letters,
            write_reminders,
        )
        from invitations.emails import KIND, REMINDER  # noqa: PLC0415
        from invitations.hours import not_before  # noqa: PLC0415
        from invitations.progress import orders_waiting  # noqa: PLC0415
        from mail.health import add_orders  # noqa: PLC0415
        from mail.lists import add_gate, add_list, add_writer  # noqa: PLC0415
        from matching.telling import with_names  # noqa: PLC0415

        register_notice(
            NoticeKind(
                "invitation_to_pass_on",
                _("Invitations wait to be passed on to companies you know"),
                _("“%(challenge)s” fits companies you know. Please pass the invitation on."),
                _("“%(challenge)s” fits companies you know. Please pass the invitation on."),
            )
        )
        add_list("invitations", _("Invitations to challenges"), fewer=wishes_url, hours=not_before)
        add_gate("invitations", letters_not_allowed)
        add_writer(KIND, write_letters)
        add_writer(REMINDER, write_reminders)
        add_orders(orders_waiting)
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
                "invitation_later",
                _("An invited company answers not now"),
                _("%(company)s answers “not now” to “%(challenge)s”."),
                _("%(count)d companies answer “not now” to “%(challenge)s”."),
                with_names,
            )
        )
        register_notice(
            NoticeKind(
                "nomination_made",
                _("An invited company passes a challenge on"),
                _("%(company)s passes “%(challenge)s” on to somebody else."),
                _("“%(challenge)s” was passed on %(count)d times."),
                with_names,
            )
        )
        register_notice(
            NoticeKind(
                "nomination_came_back",
                _("A letter to somebody nominated did not leave"),
                _("A letter about “%(challenge)s” to somebody nominated did not leave."),
                _("%(count)d letters about “%(challenge)s” to people nominated did not leave."),
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
