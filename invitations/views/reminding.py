"""Reminding by hand, from the Invitations tab."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from invitations import actions
from invitations.models import Reminding
from invitations.problems import NONE_REMINDED, InvitationProblem
from invitations.reminderlook import reminder_look
from invitations.tasks import carry_out_sendings
from invitations.views.inviting import InvitingPage


class RemindView(InvitingPage, TemplateView):
    """Shows whom it would remind, then reminds everybody who has not answered, once."""

    template_name = "invitations/remind.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "challenge": self.challenge,
            "crumbs": [{"label": self.challenge.title, "url": self.tab_url()}],
            "back": self.tab_url(),
            "look": reminder_look(self.challenge, reader=self.request.user),
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.challenge.is_open:
            messages.info(request, NONE_REMINDED)
            return HttpResponseRedirect(self.tab_url())
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            self.ring_for(actions.order_reminders(challenge=self.challenge, by=request.user))
        except InvitationProblem as problem:
            messages.error(request, str(problem))
        return HttpResponseRedirect(self.tab_url())

    def ring_for(self, order: Reminding) -> None:
        if order.is_waiting:
            carry_out_sendings.delay_on_commit()
            return
        self.tell(order)

    def tell(self, reminded: Reminding) -> None:
        if reminded.written:
            text = ngettext(
                "%(count)d reminder is in the post.",
                "%(count)d reminders are in the post.",
                reminded.written,
            )
            messages.success(self.request, text % {"count": reminded.written})
        if reminded.too_soon:
            text = ngettext(
                "%(count)d company had a letter too lately; remind it later.",
                "%(count)d companies had a letter too lately; remind them later.",
                reminded.too_soon,
            )
            messages.warning(self.request, text % {"count": reminded.too_soon})
        if reminded.refused:
            text = ngettext(
                "%(count)d company may not be written to any more.",
                "%(count)d companies may not be written to any more.",
                reminded.refused,
            )
            messages.warning(self.request, text % {"count": reminded.refused})
        if not (reminded.written or reminded.too_soon or reminded.refused):
            messages.info(self.request, _("Nobody is silent who was not reminded already."))
