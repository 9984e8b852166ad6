"""The letters of this room, and what it tells people on the page."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.actions import language_of, notify
from accounts.models import User
from mail.actions import queue
from mail.letters import Passage, own_url
from mail.models import hash_of
from matching.choices import ContestState
from matching.models import Contest, Match
from matching.wording import criterion_label, exact, sentence

TOLD = {
    ContestState.OPEN: "contest_reopened",
    ContestState.ACCEPTED: "contest_accepted",
    ContestState.REFUSED: "contest_refused",
}


def tell_managers(*, contest: Contest, by: User | None) -> None:
    """The notice keeps no name: whether a manager may read it is asked when it is read."""
    challenge = contest.challenge
    notify(
        user_ids=challenge.manager_ids,
        kind="contest_made",
        data={"company_id": contest.company_id, "challenge": challenge.title},
        url=contest.get_absolute_url(),
        group=reverse("matching:contests", args=[challenge.slug]),
        by=by,
    )


def tell_company(*, contest: Contest, by: User | None, lettered: tuple[int, ...] = ()) -> None:
    """Everybody who speaks for the company, of what became of the contest."""
    notify(
        user_ids=contest.company.members.values_list("user_id", flat=True),
        kind=TOLD[ContestState(contest.state)],
        data={"challenge": contest.challenge.title, "criterion": contest.criterion},
        url=_page(contest),
        lettered=lettered,
        by=by,
    )


def write_decision(*, contest: Contest, match: Match, before: int, by: User) -> None:
    """To whoever contested: the decision, its reason, and the score part by part as it is now."""
    author = contest.made_by
    if author is None or not author.is_active:
        tell_company(contest=contest, by=by)
        return
    language = language_of(author)
    queue(
        key=f"contest-decided:{contest.pk}:{contest.decisions}:{hash_of(author.email)[:16]}",
        kind="contest-decided",
        to=author.email,
        name=author.name,
        language=language,
        context=decision_context(contest, match, before=before, language=language),
        related=("contest", contest.pk),
        reply_to=by.email,
        by=by,
    )
    tell_company(contest=contest, by=by, lettered=(author.pk,))


def decision_context(
    contest: Contest, match: Match, *, before: int, language: str
) -> dict[str, object]:
    """What the letter says; the parts add up to the score."""
    challenge = contest.challenge
    with translation.override(language or settings.LANGUAGE_CODE):
        return {
            "challenge": challenge.title,
            "company": contest.company.name,
            "cluster": challenge.lab.cluster.name,
            "sender_name": challenge.lab.cluster.name,
            "criterion": criterion_label(contest.criterion),
            "is_accepted": contest.state == ContestState.ACCEPTED,
            "statement": Passage(contest.statement),
            "answer": Passage(contest.answer),
            "before": exact(before),
            "score": exact(match.total),
            "parts": [
                {
                    "label": criterion_label(finding.criterion),
                    "points": exact(finding.tenths),
                    "most": exact(finding.weight_tenths),
                    "why": Passage(sentence(finding.reason)),
                }
                for finding in match.judged
            ],
            "url": own_url(_page(contest)),
        }


def _page(contest: Contest) -> str:
    names = [contest.company.slug, contest.challenge.slug]
    return reverse("matching:company_match", args=names)
