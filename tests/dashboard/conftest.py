"""A small world: one cluster with two open challenges, a draft and a closed one."""

import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from applications.models import Application
from challenges.models import Challenge
from clusters.models import ClusterOrganisation
from companies.models import ClusterMembership, Company
from invitations.models import Invitation
from matching.choices import RunState
from matching.models import Match, MatchRun
from matching.scoring import CRITERIA
from tests.factories import (
    AccountFactory,
    ChallengeFactory,
    ClusterOrganisationFactory,
    CompanyFactory,
    LivingLabFactory,
    MembershipFactory,
)

LETTER = "00000000-0000-4000-8000-000000000000"


@dataclass
class World:
    cluster: ClusterOrganisation
    soon: Challenge
    later: Challenge
    draft: Challenge
    closed: Challenge

    def manager(self) -> Any:
        return MembershipFactory(organisation=self.cluster, user=AccountFactory()).user

    def member(self, name: str) -> Company:
        company = CompanyFactory(name=name)
        ClusterMembership.objects.create(company=company, cluster=self.cluster)
        return company


@pytest.fixture
def world(db) -> World:
    cluster = ClusterOrganisationFactory(name="Fjord Cluster")
    lab = LivingLabFactory(cluster=cluster, name="Quay lab", city="Esbjerg")
    now = timezone.now()
    return World(
        cluster,
        ChallengeFactory(
            open=True, lab=lab, title="Closing soon", deadline=now + timedelta(days=3)
        ),
        ChallengeFactory(open=True, lab=lab, title="Closing later"),
        ChallengeFactory(lab=lab, title="Half written"),
        ChallengeFactory(closed=True, lab=lab, title="Over"),
    )


def ran(challenge: Challenge, *, scored: int, eligible: int, state: str = RunState.DONE) -> None:
    MatchRun.objects.create(
        challenge=challenge, state=state, companies_scored=scored, companies_eligible=eligible
    )


def matched(
    challenge: Challenge, company: Company, total: int, *, is_eligible: bool = True
) -> None:
    share = {"weight_tenths": 125, "tenths": total // 8, "share": 0.5, "quotes": []}
    reason = {"code": "text_not_stated", "data": {}}
    Match.objects.create(
        challenge=challenge,
        company=company,
        total=total,
        parts=[total // 8] * 8,
        findings=[{"criterion": one, "reason": reason, **share} for one in CRITERIA],
        is_eligible=is_eligible,
        engine_version="1",
        weights_version="1",
        brief_revision=1,
        profile_revision=1,
        scored_at=timezone.now(),
    )


def invited(
    challenge: Challenge, company: Company, status: str, *, letter_id: str = LETTER, **fields: Any
) -> Invitation:
    """`letter_id=""`: no letter was written to the company."""
    return Invitation.objects.create(
        letter_id=letter_id,
        challenge=challenge,
        company=company,
        status=status,
        token_hash=f"{challenge.pk}-{company.pk}",
        **fields,
    )


def applied(challenge: Challenge, company: Company, status: str, days_ago: int = 0) -> None:
    arrived = timezone.now() - timedelta(days=days_ago)
    Application.objects.create(
        challenge=challenge,
        company=company,
        status=status,
        submitted_at=None if status == "draft" else arrived,
    )


class Seen:
    """What stands on a dashboard, as literal words and numbers."""

    def __init__(self, client: Any, user: Any) -> None:
        client.force_login(user)
        self.reply = client.get("/dashboard/")
        self.html = self.reply.content.decode()
        self.text = plain(self.html.split("<main", 1)[1].split("</main>", 1)[0])

    @property
    def heading(self) -> str:
        return plain(re.search(r"<h1[^>]*>(.*?)</h1>", self.html, re.DOTALL)[1])

    @property
    def stats(self) -> dict[str, str]:
        pairs = re.findall(
            r'class="stat-label">(.*?)</p><p class="stat-value">(.*?)</p>', self.html
        )
        return {plain(label): plain(value) for label, value in pairs}

    @property
    def needs(self) -> list[tuple[str, str, str]]:
        """What, why now, and where to do it."""
        rows = re.findall(
            r'<p class="strong"><a href="([^"]+)">(.*?)</a></p><p class="muted">(.*?)</p>',
            self.html,
        )
        return [(plain(what), plain(why), url) for url, what, why in rows]

    @property
    def urgent(self) -> int:
        return self.html.count("need-urgent")

    @property
    def funnels(self) -> list[list[tuple[str, str, str]]]:
        """Of each funnel its table: step, number, share of the step before."""
        return [
            [
                (plain(step), plain(number), plain(share))
                for step, number, share in re.findall(
                    r'<th scope="row">(.*?)</th><td class="num strong">(.*?)</td>.*?'
                    r'<td class="num muted small">(.*?)</td>',
                    table,
                    re.DOTALL,
                )
            ]
            for table in re.findall(
                r'<table class="funnel-table">(.*?)</table>', self.html, re.DOTALL
            )
        ]

    @property
    def pictures(self) -> list[list[int]]:
        """Of each funnel the widths of its bars, of 1000."""
        return [
            [int(width) for width in re.findall(r'<rect class="f\d" width="(\d+)"', table)]
            for table in re.findall(
                r'<table class="funnel-table">(.*?)</table>', self.html, re.DOTALL
            )
        ]


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
