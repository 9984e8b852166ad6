import html
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.actions import agree_pilot, shortlist, start_draft, submit
from applications.models import Application
from challenges.models import Challenge
from matching.models import Match, RecordedOutcome
from tests.factories import (
    ChallengeFactory,
    CompanyFactory,
    CompanyMemberFactory,
    MembershipFactory,
    SolutionFactory,
    UserFactory,
)

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


@pytest.fixture(autouse=True)
def media_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def challenge(db):
    return ChallengeFactory(open=True, time_zone="Europe/Copenhagen")


@pytest.fixture
def company(db):
    company = CompanyFactory(name="Kabelro ApS", email="post@kabelro.example")
    SolutionFactory(company=company, name="Cable ear")
    return company


@pytest.fixture
def freja(company):
    """Writes for the company."""
    user = UserFactory(name="Freja Holm", email="freja@kabelro.example", language="en")
    CompanyMemberFactory(user=user, company=company)
    return user


@pytest.fixture
def marta(challenge):
    """Manages the cluster of the challenge."""
    user = UserFactory(name="Marta", email="marta@cluster.example", language="en")
    MembershipFactory(user=user, organisation=challenge.lab.cluster)
    return user


@pytest.fixture
def answers():
    """Enough to be sent."""
    return {
        "pitch": "Ears on every cable",
        "approach": "We listen.\n\nThen we tell.",
        "pilot_plan": "Week 1: ears. Week 2: listening.",
        "contact_name": "Freja Holm",
        "contact_email": "freja@kabelro.example",
    }


@pytest.fixture
def draft(challenge, company, freja):
    return start_draft(challenge=challenge, company=company, by=freja)


@pytest.fixture
def sent(draft, answers, freja):
    return submit(application=draft, content=answers, arrived_at=timezone.now(), by=freja)


@pytest.fixture
def over(challenge, sent):
    """The deadline has passed; one application arrived."""
    end(challenge, closed=True)
    return sent


@pytest.fixture
def at(over, marta):
    """The application that arrived, so many steps on."""

    def step(number):
        for verb in (shortlist, agree_pilot)[:number]:
            go(verb, over, marta)
        return over

    return step


@pytest.fixture
def as_freja(freja):
    return signed_in(freja)


@pytest.fixture
def as_marta(marta):
    return signed_in(marta)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def end(challenge, *, closed=False):
    """The deadline passed a second ago; the clock has closed the challenge, or not yet."""
    past = timezone.now() - timedelta(seconds=1)
    Challenge.objects.filter(pk=challenge.pk).update(deadline=past)
    if closed:
        Challenge.objects.filter(pk=challenge.pk).update(
            status="closed", closed_at=past + timedelta(milliseconds=500)
        )
    challenge.refresh_from_db()


def pdf(name="plan.pdf", content=PDF):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def scored(challenge, company, tenths=None):
    """A match with `tenths` for each criterion."""
    parts = tenths or [100, 0, 0, 0, 0, 0, 0, 0]
    return Match.objects.create(
        challenge=challenge,
        company=company,
        total=sum(parts),
        parts=parts,
        is_eligible=True,
        engine_version="1",
        weights_version="1",
        brief_revision=1,
        profile_revision=1,
        scored_at=timezone.now(),
    )


def go(verb, row, by):
    """One step with one application."""
    (moved,) = verb(applications=[row], by=by).moved
    return moved


def told() -> list[str]:
    """What matching heard, pair by pair."""
    return list(RecordedOutcome.objects.in_order().values_list("outcome", flat=True))


def status_of(row) -> str:
    return Application.objects.get(pk=row.pk).status


def another(challenge, answers, name="Lydtryk"):
    """One that arrived in time, whatever the time is."""
    now = challenge.deadline - timedelta(minutes=1)
    draft = Application.objects.create(challenge=challenge, company=CompanyFactory(name=name))
    return submit(application=draft, content=answers, arrived_at=now, by=None)


def door(row, name):
    return reverse(f"applications:{name}", args=[row.challenge.slug])


def page_for(row, name):
    """The page `name` on which the buttons of this application stand."""
    if name == "read":
        return reverse("applications:read", args=[row.challenge.slug, row.public_id])
    return door(row, name) + (f"?a={row.public_id}" if name == "compare" else "")


def words_of(response) -> str:
    text = re.sub(r"<[^>]+>", " ", html.unescape(response.content.decode()))
    return re.sub(r"\s+", " ", text)


def press(client, row, name, **more):
    return client.post(door(row, name), {"a": str(row.public_id), **more}, follow=True)
