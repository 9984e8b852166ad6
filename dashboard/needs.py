"""What needs a person now, per role: short lists with one link each."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from applications.choices import Status as ApplicationStatus
from applications.models import Application
from challenges.choices import Status as ChallengeStatus
from challenges.models import Challenge, ChallengeQuerySet
from clusters.models import ClusterOrganisation
from companies.models import Claim, Company
from invitations.actions import still_to_pass_on
from invitations.choices import WAITING
from invitations.choices import Status as InvitationStatus
from invitations.models import Invitation, Relay
from invitations.progress import standing_still
from mail.choices import LetterState
from mail.models import Letter

SOON = timedelta(days=7)
LATELY = timedelta(days=3)
MOST = 12


@dataclass(frozen=True)
class Need:
    """One line: what it is, why now, and where to do it. `urgent` ones come first."""

    text: str
    why: str
    url: str
    urgent: bool = False


def of_manager(user: User, organisation: ClusterOrganisation) -> list[Need]:
    """Drafts, proposals, answers, applications, claims and letters of one organisation."""
    challenges = Challenge.objects.managed_by(user).filter(lab__cluster=organisation)
    needs = [
        *_of_challenges(challenges),
        *_of_claims(user, organisation),
        *_of_relays(user, organisation),
        *_of_letters(challenges),
        *_of_standstill(challenges),
    ]
    return sorted(needs, key=lambda need: not need.urgent)[:MOST]


def _of_challenges(challenges: ChallengeQuerySet) -> list[Need]:
    since = timezone.now() - LATELY
    open_or_draft = Q(status__in=[ChallengeStatus.OPEN, ChallengeStatus.DRAFT])
    rows = (
        challenges.filter(open_or_draft)
        .defer("search")
        .annotate(
            proposed=_count("invitations", Q(invitations__status=InvitationStatus.PROPOSED)),
            answers=_count("invitations", Q(invitations__answered_at__gte=since)),
            arrived=_count(
                "applications",
                Q(
                    applications__status=ApplicationStatus.SUBMITTED,
                    applications__submitted_at__gte=since,
                ),
            ),
        )
    )
    return [need for challenge in rows.order_by("deadline", "pk")[:50] for need in _of(challenge)]


def _count(relation: str, condition: Q) -> Count:
    return Count(relation, filter=condition, distinct=True)


def _of(challenge: Any) -> list[Need]:
    slug, title, needs = challenge.slug, challenge.title, []
    if challenge.status == ChallengeStatus.DRAFT:
        return [Need(_("Finish the draft"), title, challenge.get_absolute_url())]
    if closes_soon(challenge):
        text = _("Closes within a week")
        needs.append(Need(text, title, challenge.get_absolute_url(), urgent=True))
    if challenge.arrived:
        text = ngettext(
            "%(n)d application arrived", "%(n)d applications arrived", challenge.arrived
        ) % {"n": challenge.arrived}
        url = reverse("applications:challenge", args=[slug])
        needs.append(Need(text, title, url, urgent=True))
    if challenge.answers:
        text = ngettext("%(n)d new answer", "%(n)d new answers", challenge.answers) % {
            "n": challenge.answers
        }
        needs.append(Need(text, title, reverse("invitations:challenge", args=[slug])))
    if challenge.proposed:
        text = ngettext(
            "%(n)d proposal waits for you", "%(n)d proposals wait for you", challenge.proposed
        ) % {"n": challenge.proposed}
        needs.append(Need(text, title, reverse("invitations:challenge", args=[slug])))
    return needs


def _of_claims(user: User, organisation: ClusterOrganisation) -> list[Need]:
    """Those the user may decide about."""
    waiting = Claim.objects.for_manager(user).waiting()
    own = waiting.filter(company__cluster_memberships__cluster=organisation)
    return [
        Need(_("Confirm a claim"), claim.company.name, reverse("companies:claims"))
        for claim in own.select_related("company")[:MOST]
    ]


def _of_relays(user: User, organisation: ClusterOrganisation) -> list[Need]:
    """Invitations to companies it knows that others may not write to."""
    relays = Relay.objects.known_to(user).filter(cluster=organisation)
    waiting = still_to_pass_on(relays).count()
    if not waiting:
        return []
    text = ngettext("%(n)d invitation to pass on", "%(n)d invitations to pass on", waiting) % {
        "n": waiting
    }
    return [Need(text, organisation.name, reverse("invitations:relays"))]


def _of_letters(challenges: ChallengeQuerySet) -> list[Need]:
    stuck = (LetterState.FAILED, LetterState.IN_DOUBT)
    invitations = Invitation.objects.filter(challenge__in=challenges).exclude(letter_id="")
    letters = Letter.objects.filter(state__in=stuck, related_noun="invitation")
    ids = [str(pk) for pk in letters.values_list("pk", flat=True)[:500]]
    rows = invitations.filter(letter_id__in=ids).select_related("challenge", "company")
    return [
        Need(
            _("A letter did not arrive for sure"),
            row.challenge.title,
            reverse("invitations:challenge", args=[row.challenge.slug]),
            urgent=True,
        )
        for row in rows[:3]
    ]


def _of_standstill(challenges: ChallengeQuerySet) -> list[Need]:
    """Letters that should leave while nothing does."""
    stuck = standing_still(challenges.values_list("pk", flat=True))
    titles = {one.pk: one for one in challenges.filter(pk__in=stuck).only("slug", "title")}
    return [
        Need(
            ngettext(
                "%(sent)d of %(total)d invitation sent, and nothing moves",
                "%(sent)d of %(total)d invitations sent, and nothing moves",
                progress.total,
            )
            % {"sent": progress.sent, "total": progress.total},
            titles[pk].title,
            reverse("invitations:challenge", args=[titles[pk].slug]),
            urgent=True,
        )
        for pk, progress in stuck.items()
    ]


def closes_soon(challenge: Any) -> bool:
    """Whether its deadline is less than a week away."""
    return challenge.deadline is not None and challenge.deadline - timezone.now() < SOON


def of_company(company: Company) -> list[Need]:
    """Invitations to answer and drafts to send."""
    invitations = Invitation.objects.of_companies([company]).filter(status__in=WAITING)
    drafts = Application.objects.filter(company=company, status=ApplicationStatus.DRAFT)
    open_ids = Challenge.objects.open().values("pk")
    needs = [
        Need(_("Answer the invitation"), row.challenge.title, reverse("invitations:list"))
        for row in invitations.filter(challenge__in=open_ids).select_related("challenge")[:MOST]
    ]
    needs += [
        Need(
            _("Send the application"),
            row.challenge.title,
            reverse("applications:form", args=[row.challenge.slug]),
            urgent=closes_soon(row.challenge),
        )
        for row in drafts.filter(challenge__in=open_ids).select_related("challenge")[:MOST]
    ]
    return sorted(needs, key=lambda need: not need.urgent)
