"""What the worker does for invitations. Each task takes ids and calls one verb."""

from celery import shared_task

from invitations import actions
from invitations.emails import DIGEST, KIND
from mail.choices import STOPPED, UNWANTED, UNWRITTEN, LetterState
from mail.models import Letter, LetterQuerySet

# What became of letters that never left, by their last error.
NEVER_LEFT = {STOPPED: "stopped", UNWRITTEN: "unwritten"}


@shared_task
def share_places() -> None:
    """Share out the places of all open challenges. However many ring, two rounds are enough."""
    actions.request_round()
    while actions.share_places():
        pass


@shared_task
def sweep_rounds() -> None:
    """Make rounds that the bell missed or whose worker died. The clock rings it every minute."""
    actions.recover_rounds()
    while actions.share_places():
        pass


@shared_task
def carry_out_sendings() -> None:
    """Send and remind as managers asked. Who sends rings; the clock does every 20 seconds."""
    if actions.carry_out_sendings():
        share_places.delay_on_commit()
    actions.carry_out_remindings()


@shared_task
def record_fates(letter_ids: list[str]) -> None:
    """Take over what became of letters of invitation."""
    actions.record_complaints(letter_ids=letter_ids)
    letters = Letter.objects.filter(pk__in=letter_ids)
    invitations = _fates(letters.filter(kind__in=[KIND, DIGEST]))
    actions.record_fates(letters=invitations)
    unwanted = letters.filter(last_error=UNWANTED).values_list("pk", flat=True)
    actions.take_back(letter_ids=[str(pk) for pk in unwanted])
    actions.record_reminder_fates(letters=_fates(letters.filter(kind="invite-reminder")))
    failed = letters.about("nomination").filter(state=LetterState.FAILED)
    actions.bring_back_nominations(letter_ids=[str(one.pk) for one in failed.only("pk")])


@shared_task
def look_again(company_ids: list[int]) -> None:
    """Stop letters that wait and that these companies may not get any more."""
    if actions.look_again(company_ids=company_ids):
        share_places.delay_on_commit()


@shared_task
def sweep_fates() -> None:
    """Find what the bell missed: fates, and relays to those who want no letter any more.

    The clock rings it every five minutes.
    """
    letter_ids = actions.letters_not_heard_of()
    if letter_ids:
        record_fates(letter_ids)
    actions.end_unwanted_relays()


def _fates(letters: LetterQuerySet) -> list[tuple[str, str]]:
    """Pairs of letter id and state; `stopped` where the reader stopped it before it left, and
    `unwritten` where nobody could say what it says.
    """
    told = letters.exclude(last_error=UNWANTED).values_list("pk", "state", "last_error")
    return [
        (str(pk), NEVER_LEFT.get(error, state) if state == LetterState.FAILED else state)
        for pk, state, error in told
    ]


@shared_task
def write_next_letters() -> None:
    """Write to companies whose pause is over, then remind. The clock rings it every minute."""
    actions.write_next_letters()
    actions.remind_due()


@shared_task
def tell_invited(news_id: int) -> None:
    """Write to those invited that a challenge was extended, reopened, closed or withdrawn."""
    actions.tell_news(news_id=news_id)


@shared_task
def sweep_news() -> None:
    """Find the news that the bell missed. The clock rings it every minute."""
    for news_id in actions.news_missed():
        tell_invited.delay_on_commit(news_id)


@shared_task
def wake_due_invitations() -> None:
    """Let those wait for an answer again whose day has come. The clock rings it every hour."""
    actions.wake_due()


@shared_task
def expire_due_invitations() -> None:
    """Find what was missed when a challenge closed. The clock rings it every minute."""
    actions.expire_due()
