"""Invitations sent by workers that are killed again and again, and what became of every letter."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from benchmarks._nursery import Worker
from benchmarks._postmen import wait
from benchmarks._sink import Sink
from challenges.actions import publish
from challenges.models import Challenge, Requirement
from clusters.models import ClusterOrganisation, Membership
from companies.actions import write_down
from companies.models import ClusterMembership, Company
from invitations.actions import carry_out_sendings, order_sending, propose
from invitations.choices import Status
from invitations.models import Invitation, Sending
from invitations.tasks import sweep_fates
from labs.models import LivingLab
from mail.actions import recover_left_behind
from mail.choices import Priority
from mail.letters import headers_of
from mail.models import Letter, hash_of
from matching.actions import keep, write_wanted
from matching.models import MatchRun
from matching.tasks import score_challenges

# Letters that leave within a second, roughly: a kill at any time falls within as many as each
# kill may cost.
RATE = 150


@dataclass(frozen=True)
class Outcome:
    letters: int
    kills: int
    seconds: float
    sent: int
    in_doubt: int
    arrived_in_doubt: int
    duplicates: int
    lost: int
    told: int  # invitations that know that their letter left


def send_with_kills(
    worker: Worker, sink: Sink, *, letters: int, kills: int, seed: int = 4
) -> Outcome:
    """Half of the kills right after the server took a letter, half at any time.

    The letters are invitations, written by the workers when their turn comes.
    """
    order_invitations(letters)
    dice = random.Random(seed)
    began = time.monotonic()
    for number in range(kills):
        worker.start()
        if number % 2:
            before = len(sink.accepted)
            wait(_one_more(sink, before), every=0.005, seconds=60)
            time.sleep(dice.uniform(0, letters / kills / RATE))
            worker.kill()
        else:
            sink.on_accept = _kill_now(worker, sink)
            wait(lambda: not worker.is_alive(), every=0.005, seconds=60)
        worker.end()
        find_left_behind()
    worker.start()
    wait(settled, seconds=300)
    worker.end()
    find_left_behind()
    return _outcome(sink, letters, kills, time.monotonic() - began)


def _one_more(sink: Sink, before: int) -> Callable[[], bool]:
    return lambda: len(sink.accepted) > before


def _kill_now(worker: Worker, sink: Sink) -> Callable[[int], None]:
    def kill(_number: int) -> None:
        sink.on_accept = lambda _number: None
        worker.kill()

    return kill


def _outcome(sink: Sink, letters: int, kills: int, seconds: float) -> Outcome:
    copies = Counter(sink.recipients)
    doubtful = set(Letter.objects.filter(state="in_doubt").values_list("recipient", flat=True))
    found = states()
    return Outcome(
        letters=letters,
        kills=kills,
        seconds=seconds,
        sent=found.get("sent", 0),
        in_doubt=len(doubtful),
        arrived_in_doubt=len(doubtful & set(copies)),
        duplicates=sum(number - 1 for number in copies.values()),
        lost=letters - len(set(copies) | doubtful),
        told=Invitation.objects.filter(status=Status.SENT).count(),
    )


def order_invitations(number: int) -> Sending:
    """As a manager does it: a challenge is published and scored, and all who fit are invited."""
    challenge, manager = _draft()
    companies = _companies(number, challenge.lab.cluster)
    challenge = publish(challenge=challenge, by=manager)
    score_challenges(list(MatchRun.objects.values_list("pk", flat=True)))
    # More than the best five hundred, which are all that scoring keeps by itself.
    keep(challenge=challenge, company_ids=companies, by=manager)
    write_wanted(challenge_ids=[challenge.pk], may_go_on=lambda: True)
    proposed = propose(challenge=challenge, company_ids=companies, by=manager)
    order = order_sending(
        challenge=challenge, invitation_ids=[one.pk for one in proposed], note="", by=manager
    )
    carry_out_sendings()
    return order


def _draft() -> tuple[Challenge, User]:
    cluster = ClusterOrganisation.objects.create(
        slug="fjord", name="Fjord Cluster", kind="cluster", country="DK"
    )
    lab = LivingLab.objects.create(
        slug="harbour",
        name="Harbour lab",
        cluster=cluster,
        owner="City",
        city="Aarhus",
        country="DK",
        language="en",
        themes=["sensors_grid"],
        summary="A harbour where sensors are tried.",
    )
    challenge = Challenge.objects.create(
        slug="substations",
        lab=lab,
        title="Sensors for old substations",
        question="How can we see what happens in a substation without rebuilding it?",
        themes=["sensors_grid"],
        need="Most substations cannot be seen from the office.",
        wanted_outcome="Current and temperature every ten minutes.",
        success_criteria="97 % of readings arrive.",
        offer_kind="market_dialogue",
        deadline=timezone.now() + timedelta(days=30),
    )
    Requirement.objects.create(challenge=challenge, capability="grid_sensors", priority="must")
    manager = User.objects.create_user("manager@bench.example", name="Marta Holm")
    Membership.objects.create(user=manager, organisation=cluster, role="cluster_manager")
    return challenge, manager


def _companies(number: int, cluster: ClusterOrganisation) -> list[int]:
    """Members of the cluster that asked for such letters."""
    companies = Company.objects.bulk_create(
        Company(
            slug=f"firm-{n}",
            name=f"Firm {n}",
            email=f"p{n:05}@firm.example",
            country="DK",
            language=("da", "en", "nb")[n % 3],
            summary="Sensors for the grid",
            description="We build sensors that watch substations.",
            themes=["sensors_grid"],
            capabilities=["grid_sensors"],
        )
        for n in range(number)
    )
    ClusterMembership.objects.bulk_create(
        ClusterMembership(company=one, cluster=cluster) for one in companies
    )
    write_down(company_ids=[one.pk for one in companies], kind="requested", by=None)
    return [one.pk for one in companies]


def queue_letters(number: int, *, first: int = 0) -> None:
    """Written letters to different people, which no room has a say about."""
    Letter.objects.bulk_create(
        Letter(
            key=f"fault:{n}",
            kind="of no room",
            list_name="invitations",
            recipient=f"p{n:05}@firm.example",
            sender="letters@labmatch.example",
            language="en",
            subject=f"Letter {n}",
            text="Words.\n",
            html="<p>Words.</p>",
            headers=headers_of(
                list_name="invitations", address_hash=hash_of(f"p{n:05}@firm.example")
            ),
            message_id=f"<fault-{n}@labmatch.example>",
            priority=Priority.BULK,
        )
        for n in range(first, first + number)
    )


def states() -> dict[str, int]:
    return dict(Counter(Letter.objects.values_list("state", flat=True)))


def settled() -> bool:
    """Every letter has a fate."""
    return not Letter.objects.filter(state__in=["queued", "claimed", "sending"]).exists()


def find_left_behind() -> None:
    """What the sweepers do, without a minute and a half of patience: nobody hears these rings."""
    recover_left_behind(silent_for=timedelta(0))
    sweep_fates()
