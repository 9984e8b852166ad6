"""Ticked companies go on a challenge's list; those that cannot any more are named."""

from collections.abc import Collection
from itertools import islice

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from invitations import actions
from invitations.choices import Status
from invitations.models import Invitation
from invitations.problems import InvitationProblem
from invitations.showing import names_of
from invitations.tasks import share_places
from invitations.views.inviting import InvitingPage, note_ticks_taken, numbers, send_url
from matching.models import Match, Override

NAMED = 5


class ChooseView(InvitingPage, View):
    """Puts the ticked companies on the list and leads to the letters.

    Companies are asked for by their matches: the number of a company would tell which rows of
    several challenges are one company without a name.
    """

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        if not self.ids and not self.lost:
            messages.warning(request, _("Tick at least one company first."))
            return HttpResponseRedirect(self.tab_url())
        stale = self.stale()
        ids = [pk for pk in self.ids if pk not in stale]
        try:
            found = actions.propose(challenge=self.challenge, company_ids=ids, by=request.user)
        except InvitationProblem as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(self.tab_url())
        self.tell_left_out(stale)
        if self.is_ticked:
            note_ticks_taken(request)
        if not found:
            return HttpResponseRedirect(self.tab_url())
        share_places.delay_on_commit()
        return HttpResponseRedirect(send_url(self.challenge, [row.pk for row in found]))

    @property
    def is_ticked(self) -> bool:
        """One by one, perhaps on several pages of the list."""
        return not {"suggested", "all"} & set(self.request.POST)

    @cached_property
    def asked(self) -> set[int]:
        """By their matches."""
        return set(numbers(self.request.POST.getlist("match" if self.is_ticked else "on_page")))

    @cached_property
    def ids(self) -> list[int]:
        """Companies."""
        if "suggested" in self.request.POST:
            suggested = Invitation.objects.for_challenge(self.challenge).suggested()
            return list(suggested.values_list("company", flat=True))
        rows = Match.objects.for_challenge(self.challenge).filter(pk__in=self.asked)
        return list(rows.values_list("company", flat=True))

    @property
    def lost(self) -> int:
        """Ticked when they had a score."""
        return 0 if "suggested" in self.request.POST else len(self.asked) - len(self.ids)

    def stale(self) -> set[int]:
        """Ticked when they could be chosen, and since then invited, withdrawn or excluded."""
        invitations = Invitation.objects.for_challenge(self.challenge).filter(company__in=self.ids)
        excluded = Override.objects.for_challenge(self.challenge).exclusions()
        settled = invitations.exclude(status=Status.PROPOSED).values_list("company", flat=True)
        return {*settled, *excluded.filter(company__in=self.ids).values_list("company", flat=True)}

    def tell_left_out(self, company_ids: Collection[int]) -> None:
        if company_ids:
            names = names_of(company_ids, reader=self.person).values()
            told = _("Left out, because they were invited or excluded meanwhile: %(names)s.")
            text = told % {"names": listed(sorted(name for _company, name in names))}
            messages.warning(self.request, text)
        if self.lost:
            text = ngettext(
                "%(count)d of the ticked companies has no score for this challenge any more.",
                "%(count)d of the ticked companies have no score for this challenge any more.",
                self.lost,
            )
            messages.warning(self.request, text % {"count": self.lost})


def listed(names: Collection[str]) -> str:
    """The first few, and how many there are besides."""
    first = ", ".join(islice(names, NAMED))
    if len(names) <= NAMED:
        return first
    more = len(names) - NAMED
    text = ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more)
    return text % {"names": first, "count": more}
