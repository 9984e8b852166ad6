"""Pairs stored as bare numbers read as if the run had explained them."""

import pytest
from django.urls import reverse

from invitations.actions import propose
from invitations.models import Invitation
from matching.actions import keep
from matching.explaining import explain
from matching.models import Match

pytestmark = pytest.mark.django_db
SAID = (
    "total", "parts", "is_eligible", "conditions", "findings", "completeness", "engine_version",
    "weights_version", "brief_revision", "profile_revision", "brief_hash", "profile_hash",
)  # fmt: skip


@pytest.fixture
def said(new_company, scored, monkeypatch) -> list[dict]:
    """What a run says when it explains everything; what is stored now are the bare numbers."""
    new_company("Sensorer")
    new_company("Måler", description="We sell meters.", capabilities=[])
    scored()
    explained = list(Match.objects.order_by("pk").values(*SAID))
    monkeypatch.setattr("matching.actions.runs.texts_of", lambda revisions: {})
    scored()
    return explained


def test_numbers_alone_are_those_of_the_explained_match(said):
    bare = list(Match.objects.order_by("pk").values(*SAID))

    silent = {"findings": None, "conditions": []}
    assert bare == [one | silent for one in said]


def test_explained_later_is_explained_in_the_run(said):
    matches = list(Match.objects.order_by("pk"))

    explain(matches)

    assert [{name: getattr(match, name) for name in SAID} for match in matches] == said


def test_a_pair_that_somebody_touches_is_written_down(challenge, said):
    first = Match.objects.order_by("pk").first()

    keep(challenge=challenge, company_ids=[first.company_id], by=None)

    assert list(Match.objects.order_by("pk").values("findings", "is_kept")) == [
        {"findings": said[0]["findings"], "is_kept": True},
        {"findings": None, "is_kept": False},
    ]


def test_a_proposal_has_its_reasons(challenge, said):
    first = Match.objects.order_by("pk").first()

    propose(challenge=challenge, company_ids=[first.company_id], by=None)

    assert Invitation.objects.get().reasons != []


def test_lists_say_why(client, challenge, manager, said):
    client.force_login(manager)

    pages = [
        client.get(reverse("matching:list")),
        client.get(reverse("matching:challenge", args=[challenge.slug])),
    ]

    assert [len(one.reasons) for page in pages for one in page.context["shown"]] == [3, 2, 3, 2]
