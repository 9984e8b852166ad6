"""Why a verb of this room refused, in words the person can act on."""

from django.utils.translation import gettext_lazy as _

NOT_OPEN = _("This challenge is not open, so nobody can be invited. Publish or reopen it first.")

NONE_REMINDED = _("This challenge is not open, so nobody can be reminded. Reopen it first.")

NONE_WAITS = _("None of them waits to be sent any more. Look at the list once more.")

NOTHING_TO_WITHDRAW = _("This invitation was answered or has ended; nothing to withdraw.")

NOT_LISTENED_TO = _("This invitation is no longer open.")


class InvitationProblem(Exception):
    """A refusal; its text is shown to the person."""
