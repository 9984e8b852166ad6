"""How often companies are written to, and when the next letter may leave: reads, and a lock.

A letter is a letter of invitation, with one invitation or several, a reminder, or one to somebody
nominated whose address is that of the company.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Greatest, NullIf
from django.utils import timezone

from accounts.models import User
from challenges.models import Challenge
from companies.contacts import read_by, reader_at, readers_among
from companies.models import Company
from invitations.choices import BY_HAND
from invitations.models import Invitation, Reminder
from invitations.nominees import last_to, letters_to_nominees
from invitations.timing import is_working_time, leave_at
from invitations.wishes import Wanted, Wishes, against_either
from mail.choices import ON_THE_WAY, LetterState
from mail.models import Letter, hash_of

WISHES = ("letter_themes", "letter_countries", "letters_per_month")
MONTH = timedelta(days=30)
# Any number, the same everywhere: the name of a lock.
LETTERS_APART = 7_041_926


def pause() -> timedelta:
    """The least time between two letters to one company."""
    return timedelta(days=settings.LETTER_DAYS)


def hold_letters_apart() -> None:
    """Until the end of the transaction nobody else decides who had a letter lately.

    Asked for after the lock of challenges and before that of invitations, by all who ask.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LETTERS_APART])


def last_letters(
    company_ids: Collection[int] | None = None, *, besides: str = ""
) -> dict[int, datetime]:
    """When each company's last letter left, or will leave; those that had none are left out.

    `besides` is the id of a letter that is not counted.
    """
    found: dict[int, datetime] = {}
    for rows in _letters(company_ids):
        lasts = (
            rows.exclude(letter=besides).order_by().values_list("at_company").annotate(Max("at"))
        )
        for company, at in lasts:
            found[company] = max(at, found.get(company, at))
    for company, letter, at in letters_to_nominees(company_ids):
        if letter != besides:
            found[company] = max(at, found.get(company, at))
    return found


def last_letter_to(address: str, *, besides: str) -> datetime | None:
    """When whoever reads there had the last letter, or will have it, but for the one with this id.

    As somebody nominated, or as a company.
    """
    companies = Company.objects.active().written_to_at(hash_of(address))
    lasts = last_letters(set(companies.values_list("pk", flat=True)), besides=besides)
    own = last_to(address, besides=besides)
    return max([*lasts.values(), *([own] if own else [])], default=None)


def letters_lately(company_ids: Collection[int]) -> Counter[int]:
    """How many letters each company had in the last month."""
    found: Counter[int] = Counter()
    since = timezone.now() - MONTH
    for rows in _letters(company_ids):
        lately = rows.filter(at__gt=since).order_by()
        letters = lately.values_list("at_company", "letter").distinct()
        found.update(company for company, _letter in letters)
    nominees = letters_to_nominees(company_ids)
    found.update(one.company for one in nominees if one.at > since)
    return found


def wishes_of(company_ids: Collection[int]) -> dict[int, Wanted]:
    """What companies and their readers want of invitations; those without a wish are left out."""
    own, found = _wishes_of_companies(company_ids), wishes_of_readers(company_ids)
    for pk, wishes in own.items():
        found[pk] = replace(found.get(pk, Wanted()), company=wishes)
    return found


def wishes_of_readers(company_ids: Collection[int]) -> dict[int, Wanted]:
    """By company: the wishes of the person whose confirmed address its letters go to.

    That person's letters are counted over all companies. One query where nobody has a wish.
    """
    today = timezone.localdate()
    picky = User.objects.filter(Q(no_mail_until__gt=today) | Q(reader_wishes__isnull=False))
    readers = readers_among(picky, Company.objects.filter(pk__one_of=set(company_ids)))
    if not readers:
        return {}
    wishes = _wishes_of_people(set(readers.values()))
    return {
        company: Wanted(reader=wishes[person], person=person) for company, person in readers.items()
    }


def _wishes_of_people(user_ids: Collection[int]) -> dict[int, Wishes]:
    people = User.objects.filter(pk__in=user_ids)
    told = people.values_list("pk", "no_mail_until", *(f"reader_wishes__{one}" for one in WISHES))
    said = {pk: wishes for pk, *wishes in told}
    letters = _letters_to(pk for pk, (*_other, most) in said.items() if most is not None)
    return {
        pk: Wishes(themes or (), countries or (), most, until, letters[pk])
        for pk, (until, themes, countries, most) in said.items()
    }


def _letters_to(user_ids: Iterable[int]) -> Counter[int]:
    """How many letters these people had in the last month, for whichever company."""
    counted = set(user_ids)
    found: Counter[int] = Counter()
    if counted:
        readers = read_by(User.objects.filter(pk__in=counted))
        for company, letters in letters_lately(readers).items():
            found[readers[company]] += letters
    return found


def _wishes_of_companies(company_ids: Collection[int]) -> dict[int, Wishes]:
    rows = Company.objects.filter(pk__one_of=set(company_ids)).with_wishes()
    found = list(rows.only(*WISHES, "no_letters_until"))
    counted = [one.pk for one in found if one.letters_per_month is not None]
    letters = letters_lately(counted) if counted else Counter[int]()
    return {
        one.pk: Wishes(
            themes=one.letter_themes,
            countries=one.letter_countries,
            per_month=one.letters_per_month,
            paused_until=one.no_letters_until,
            letters=letters[one.pk],
        )
        for one in found
    }


def in_pause(company_ids: Collection[int]) -> set[int]:
    """Companies that must not be written to yet, or whose next letter is being collected."""
    if not pause():
        return set()
    held = Invitation.objects.held().filter(company__pk__one_of=set(company_ids))
    return had_one_lately(company_ids) | set(held.values_list("company", flat=True))


def had_one_lately(company_ids: Collection[int]) -> set[int]:
    """Companies whose last letter left too lately for another, or has still to leave."""
    if not pause():
        return set()
    since = timezone.now() - pause()
    return {pk for pk, at in last_letters(company_ids).items() if at > since}


def next_letter_at(*, country: str, last_letter_at: datetime | None = None) -> datetime:
    """When a letter written now may leave."""
    now = timezone.now()
    if settings.WORKING_HOURS:
        return leave_at(now=now, country=country, last_letter_at=last_letter_at, pause=pause())
    return now if last_letter_at is None else max(now, last_letter_at + pause())


def is_time_for(country: str) -> bool:
    """Whether a letter to this country may leave at this moment."""
    return not settings.WORKING_HOURS or is_working_time(timezone.now(), country)


def _letters(company_ids: Collection[int] | None) -> list[QuerySet]:
    """Invitations and reminders, each with its company, its letter and the time of that.

    What was passed on by hand is a letter of its own each time.
    """
    by_hand = Case(When(letter_id=BY_HAND, then=Cast("pk", CharField())), default=F("letter_id"))
    invitations = Invitation.objects.written().annotate(
        at=_left_at(), at_company=F("company"), letter=by_hand
    )
    reminders = Reminder.objects.annotate(
        at=_left_at(), at_company=F("invitation__company"), letter=F("letter_id")
    )
    if company_ids is None:
        return [invitations, reminders]
    ids = set(company_ids)
    return [
        invitations.filter(company__pk__one_of=ids),
        reminders.filter(invitation__company__pk__one_of=ids),
    ]


def _left_at() -> Combinable:
    """When it left or may leave: one that waits still, for whatever reason, not before now.

    One in doubt has perhaps left when it was handed over.
    """
    key = Cast(NullIf(NullIf(OuterRef("letter_id"), Value("")), Value(BY_HAND)), UUIDField())
    moment = Case(
        When(state=LetterState.IN_DOUBT, then="claimed_at"),
        When(state__in=ON_THE_WAY, then=Value(timezone.now())),
        output_field=DateTimeField(),
    )
    waits = Subquery(Letter.objects.filter(pk=key).annotate(moment=moment).values("moment"))
    meant = Coalesce("leaves_at", "created_at")
    return Coalesce("sent_at", Greatest(meant, waits), output_field=DateTimeField())


def unwanted_among(rows: Sequence[Invitation], *, leaving: Container[int]) -> dict[int, str]:
    """By invitation: what its company or the reader says against a letter now, as a `Refusal`.

    `leaving` are the invitations whose letters nothing else stands against: among them, the first
    use up what a person wants who reads the letters of several companies.
    """
    wishes = wishes_of({row.company_id for row in rows})
    concerned = [row for row in rows if row.company_id in wishes]
    ids = {row.challenge_id for row in concerned}
    told = Challenge.objects.filter(pk__in=ids).values_list("pk", "themes", "lab__country")
    challenges = {pk: (themes, country) for pk, themes, country in told}
    found = {}
    written: defaultdict[int | None, set[int]] = defaultdict(set)
    for row in sorted(concerned, key=lambda one: one.pk):
        wanted = wishes[row.company_id]
        others = written[wanted.person] - {row.company_id} if wanted.person else ()
        themes, country = challenges[row.challenge_id]
        reason = against_either(
            wanted.after(len(others)),
            themes=themes,
            country=str(country),
            today=timezone.localdate(),
        )
        if reason is not None:
            found[row.pk] = reason.code
        elif row.pk in leaving:
            written[wanted.person].add(row.company_id)
    return found


def unwanted_at(address: str, challenge: Challenge, *, but: Collection[str] = ()) -> str:
    """What is said against a letter about this challenge to an address that somebody gave.

    By the person who confirmed it, and by companies whose letters go there: a `Refusal`, or
    nothing. `but` are those that do not count.
    """
    companies = Company.objects.active().written_to_at(hash_of(address))
    wanted = list(wishes_of(set(companies.values_list("pk", flat=True))).values())
    if (person := reader_at(address)) is not None:
        wanted.append(Wanted(reader=_wishes_of_people([person.pk])[person.pk], person=person.pk))
    country, today = str(challenge.lab.country), timezone.localdate()
    reasons = (
        against_either(one, themes=challenge.themes, country=country, today=today) for one in wanted
    )
    said = (reason.code for reason in reasons if reason is not None)
    return next((code for code in said if code not in but), "")


def full_this_month() -> list[int]:
    """Companies that had as many letters in the last month as they want."""
    limited = Company.objects.active().exclude(letters_per_month=None)
    most = dict(limited.values_list("pk", "letters_per_month"))
    letters = letters_lately(most) if most else Counter[int]()
    return [pk for pk, number in most.items() if letters[pk] >= (number or 0)]
