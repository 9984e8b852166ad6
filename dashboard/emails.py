"""The letter of this room."""

import uuid

from django.conf import settings

from accounts.actions import language_of
from accounts.models import User
from challenges.models import Challenge
from clusters.choices import MemberRole
from clusters.models import Membership
from mail.actions import queue
from mail.letters import Passage, own_url


def contact_question(
    *, name: str, email: str, question: str, challenge: Challenge | None = None
) -> None:
    """A visitor's question; answering writes to the visitor.

    About a challenge it goes to the managers of its cluster organisation, otherwise, or where
    there is none, to the address of the installation.
    """
    context = {"name": name, "email": email, "question": Passage(question)}
    if challenge is not None:
        url = own_url(challenge.get_absolute_url())
        context |= {"challenge": challenge.title, "challenge_url": url}
    for address, language in _readers(challenge):
        queue(
            key=f"contact-question:{uuid.uuid4()}",
            kind="contact-question",
            to=address,
            language=language,
            context=context,
            reply_to=email,
        )


def _readers(challenge: Challenge | None) -> list[tuple[str, str]]:
    """Addresses, each with its language."""
    managers = User.objects.none()
    if challenge is not None:
        rows = Membership.objects.filter(
            organisation=challenge.lab.cluster_id, role=MemberRole.MANAGER
        )
        managers = User.objects.filter(pk__in=rows.values("user"), is_active=True)
    found = [(manager.email, language_of(manager)) for manager in managers.order_by("pk")]
    return found or [(settings.CONTACT_EMAIL, settings.LANGUAGE_CODE)]
