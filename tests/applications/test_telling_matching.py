"""Matching hears of applications that arrived, how far they went, and of those taken back."""

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.actions import submit, take_up_again, withdraw
from invitations.actions import propose, record_fates, send
from matching.actions import measure_network
from matching.learning.stories import STEPS
from matching.models import RecordedOutcome
from matching.stories import stories_of
from tests.applications.conftest import end, scored, told
from tests.factories import NetworkFactory

pytestmark = pytest.mark.django_db


def test_a_draft_is_nothing_to_tell(draft):
    assert told() == []


def test_an_application_and_its_second_version_are_one(sent, answers, freja):
    changed = answers | {"pitch": "Two ears on every cable"}
    submit(application=sent, content=changed, arrived_at=timezone.now(), by=freja)

    assert told() == ["applied"]
    assert RecordedOutcome.objects.get().at == sent.submitted_at


def test_taken_back_and_sent_again(sent, answers, freja):
    withdraw(application=sent, by=freja)
    again = take_up_again(application=sent, by=freja)
    submit(application=again, content=answers, arrived_at=timezone.now(), by=freja)

    assert told() == ["applied", "withdrawn", "applied"]


def test_a_draft_taken_back_is_nothing_to_tell(draft, freja):
    withdraw(application=draft, by=freja)

    assert told() == []


def test_from_the_invitation_to_a_pilot(as_marta, challenge, company, draft, answers, freja, marta):
    network = NetworkFactory()
    challenge.lab.cluster.networks.add(network)
    scored(challenge, company)
    proposed = propose(challenge=challenge, company_ids=[company.pk], by=marta)
    asked = send(challenge=challenge, invitation_ids=[row.pk for row in proposed], by=marta)
    record_fates(letters=[(row.letter_id, "sent") for row in asked])
    sent = submit(application=draft, content=answers, arrived_at=timezone.now(), by=freja)
    end(challenge, closed=True)
    measured = [measure_network(network=network).whole.piloted]

    for door in ("shortlist", "agree_pilot"):
        address = reverse(f"applications:{door}", args=[challenge.slug])
        as_marta.post(address, {"a": str(sent.public_id)})
        measured.append(measure_network(network=network).whole.piloted)

    (story,) = stories_of(network)
    page = as_marta.get(reverse("matching:quality", args=[network.slug])).content.decode()
    assert told() == ["invited", "applied", "shortlisted", "piloted"]
    assert measured == [0, 0, 1]
    assert (story.was_asked, story.step, story.piloted) == (True, STEPS["piloted"], True)
    assert ("From invitation to pilot" in page, ">Pilot<" in page) == (True, True)
