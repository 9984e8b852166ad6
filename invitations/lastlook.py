"""The last look before letters leave: who gets one, now or later, and who does not and why."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count

from accounts.permissions import Person
from challenges.models import Challenge
from clusters.models import ClusterOrganisation
from companies.models import Company, CompanyQuerySet
from invitations.actions import verdicts_of
from invitations.choices import Refusal
from invitations.gate import Verdict
from invitations.models import Invitation
from invitations.pacing import in_pause, is_time_for, last_letters, next_letter_at
from invitations.profiles import days_asked
from invitations.proposals import light, still_proposed
from invitations.showing import asked_enough, names_of
from invitations.timing import zone_of
from invitations.wording import country_called, judged
from matching.models import Match

# Nobody reads more names; the count says how many there are.
SHOWN = 100


@dataclass(frozen=True)
class CheckedInvitation:
    """A proposal before sending: `refusal` says why the company would get no letter of ours.

    `relay` names the cluster organisation that is asked to pass it on instead; `ground` is why a
    letter may leave, `next_at` when the next letter of a company leaves that had one lately.
    """

    invitation: Invitation
    name: str
    refusal: str
    match_id: int
    is_eligible: bool
    asked: str
    relay: str
    ground: str
    next_at: datetime | None


@dataclass(frozen=True)
class Group:
    """Companies that fare alike: all of them counted, the first ones by name.

    `reasons` counts why, where not all are named.
    """

    count: int = 0
    shown: Sequence[CheckedInvitation] = ()
    reasons: Sequence[tuple[str, int]] = ()

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


@dataclass(frozen=True)
class LaterLetters:
    """Letters to a country where nobody works now; `local` is when they leave, by its clocks.

    Neither is told of companies without a name for the reader.
    """

    count: int
    country: str = ""
    local: datetime | None = None


@dataclass(frozen=True)
class LastLook:
    ids: list[int] = field(default_factory=list)
    to_write: Group = Group()
    held: Group = Group()
    passed_on: Group = Group()
    not_written: Group = Group()
    later: Sequence[LaterLetters] = ()

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.ids)


def fingerprint_of(ids: Iterable[int]) -> str:
    """Of a set of thousands: whether what is sent is what was looked at."""
    return hashlib.sha256(",".join(map(str, sorted(ids))).encode()).hexdigest()


def last_look(challenge: Challenge, ids: Sequence[int], *, reader: Person) -> LastLook:
    """Nothing is decided here: sending asks the gate again. The best matches come first."""
    proposals = still_proposed(challenge, ids).order_by("-total", "company_id")
    rows = light(proposals)
    verdicts = verdicts_of(rows)
    allowed = [row for row in rows if verdicts[row.pk].is_allowed]
    too_soon = in_pause({row.company_id for row in allowed})
    refused = [row for row in rows if not verdicts[row.pk].is_allowed]
    to_write = [row for row in allowed if row.company_id not in too_soon]
    held = [row for row in allowed if row.company_id in too_soon]
    passed_on = [row for row in refused if verdicts[row.pk].is_relayed]
    not_written = [row for row in refused if not verdicts[row.pk].is_relayed]
    groups = (to_write, held, passed_on, not_written)
    teller = _Teller.of(challenge, [row for group in groups for row in group[:SHOWN]], reader)
    return LastLook(
        ids=[row.pk for row in rows],
        to_write=teller.group(to_write, verdicts),
        held=teller.group(held, verdicts),
        passed_on=teller.group(passed_on, verdicts),
        not_written=teller.group(not_written, verdicts),
        later=_later(to_write, reader),
    )


def _later(rows: Sequence[Invitation], reader: Person) -> list[LaterLetters]:
    """By country, the soonest first; then those to companies without a name, as one."""
    ids = {row.company_id for row in rows}
    every = _waiting_by_country(Company.objects.filter(pk__one_of=ids))
    if not every:
        return []
    named = _waiting_by_country(Company.objects.visible_to(reader).filter(pk__one_of=ids))
    found = sorted((_next_hour(country), country) for country in named)
    told = [LaterLetters(named[code], country_called(code), local) for local, code in found]
    unnamed = every.total() - named.total()
    return [*told, LaterLetters(unnamed)] if unnamed else told


def _waiting_by_country(companies: CompanyQuerySet) -> Counter[str]:
    """How many are where nobody works now."""
    counts = companies.order_by().values_list("country").annotate(Count("pk"))
    return Counter({str(code): count for code, count in counts if not is_time_for(str(code))})


def _next_hour(country: str) -> datetime:
    """By the clocks of the country."""
    leaves_at = next_letter_at(country=country)
    return leaves_at.astimezone(zone_of(country)).replace(tzinfo=None)


@dataclass(frozen=True)
class _Teller:
    """What is told of those who are named: as many queries for one as for all."""

    names: Mapping[int, str]
    unnamed: frozenset[int]
    matches: Mapping[int, tuple[int, bool]]
    asked: Mapping[int, str]
    next_letters: Mapping[int, datetime]

    @classmethod
    def of(cls, challenge: Challenge, rows: Sequence[Invitation], reader: Person) -> "_Teller":
        ids = [row.company_id for row in rows]
        matches = Match.objects.for_challenge(challenge).filter(company__in=ids)
        told = matches.values_list("company", "pk", "is_eligible")
        lasts = last_letters(ids)
        countries = Company.objects.filter(pk__in=ids).values_list("pk", "country")
        named = names_of(ids, reader=reader)
        return cls(
            names={pk: name for pk, (_company, name) in named.items()},
            unnamed=frozenset(pk for pk, (company, _name) in named.items() if company is None),
            matches={company: (pk, fits) for company, pk, fits in told},
            asked={pk: asked_enough(days) for pk, days in days_asked(ids).items()},
            next_letters={
                pk: next_letter_at(country=str(country), last_letter_at=lasts.get(pk))
                for pk, country in countries
            },
        )

    def group(self, rows: Sequence[Invitation], verdicts: Mapping[int, Verdict]) -> Group:
        relays = [one for row in rows[:SHOWN] if (one := verdicts[row.pk].relay) is not None]
        clusters = dict(ClusterOrganisation.objects.filter(pk__in=relays).values_list("pk", "name"))
        shown = [self._checked(row, verdicts[row.pk], clusters) for row in rows[:SHOWN]]
        return Group(len(rows), shown, _reasons(rows, verdicts) if len(rows) > SHOWN else ())

    def _checked(
        self, row: Invitation, verdict: Verdict, clusters: Mapping[int, str]
    ) -> CheckedInvitation:
        sentence = judged(verdict.reason, anonymous=row.company_id in self.unnamed)
        return CheckedInvitation(
            row,
            self.names[row.company_id],
            "" if verdict.is_allowed else sentence,
            *self.matches[row.company_id],
            asked=self.asked.get(row.company_id, ""),
            relay=clusters[verdict.relay] if verdict.relay is not None else "",
            ground=sentence if verdict.is_allowed else "",
            next_at=self.next_letters.get(row.company_id),
        )


def _reasons(rows: Sequence[Invitation], verdicts: Mapping[int, Verdict]) -> list[tuple[str, int]]:
    codes = Counter(verdicts[row.pk].refusal for row in rows)
    return [(str(Refusal(code).label), count) for code, count in codes.most_common() if code]
