from datetime import timedelta

import pytest
from django.utils import timezone

from applications import actions as applications
from applications import tasks
from applications.models import NewsForApplicants
from challenges import actions as challenges
from challenges.models import Challenge
from invitations import emails
from invitations.models import Invitation
from mail.models import Letter
from tests.applications.conftest import end

pytestmark = pytest.mark.django_db
COMPANY = "freja@kabelro.example"


def tell(challenge, event, occasion="once"):
    return applications.tell_applicants(challenge=challenge, event=event, occasion=occasion)


def told(event):
    rows = Letter.objects.filter(kind=f"challenge-{event}").order_by("recipient")
    return [letter.recipient for letter in rows]


def test_drafts_are_told_of_more_time(challenge, draft):
    tell(challenge, "extended")

    assert told("extended") == ["freja@kabelro.example"]


def test_telling_twice_tells_once(challenge, draft):
    tell(challenge, "extended")
    tell(challenge, "extended")

    assert told("extended") == ["freja@kabelro.example"]


def test_the_next_time_is_news_again(challenge, draft):
    tell(challenge, "extended", occasion="first")
    tell(challenge, "extended", occasion="second")

    assert told("extended") == ["freja@kabelro.example"] * 2


def test_withdrawn_ones_are_left_alone(challenge, draft, freja):
    applications.withdraw(application=draft, by=freja)

    tell(challenge, "closed")

    assert told("closed") == []


def test_an_invited_company_reads_the_news_once(challenge, company, freja, draft):
    company.email = freja.email
    company.save()
    invitation = Invitation(challenge=challenge, company=company)
    invitation.pk = 0

    emails.tell_invited(invitation=invitation, event="extended", occasion="once")
    tell(challenge, "extended")

    assert told("extended") == ["freja@kabelro.example"]


@pytest.mark.parametrize("event", ["extended", "reopened", "closed", "withdrawn"])
def test_the_worker_does_it(challenge, draft, event):
    (news_id,) = applications.note_news(challenges=[challenge], event=event)

    for _time in range(2):
        tasks.tell_applicants(news_id)

    assert told(event) == ["freja@kabelro.example"]
    assert not NewsForApplicants.objects.exists()


def test_the_verbs_of_a_challenge_ring_the_bell(challenge, draft, marta, monkeypatch):
    heard = []
    monkeypatch.setattr(tasks.tell_applicants, "delay_on_commit", heard.append)

    later = timezone.now() + timedelta(days=60)
    challenges.extend(challenge=challenge, deadline=later, by=marta)
    challenges.close(challenge=challenge, by=marta)
    challenges.reopen(challenge=challenge, by=marta)

    noted = NewsForApplicants.objects.order_by("pk").values_list("pk", "event")
    assert list(noted) == list(zip(heard, ["extended", "closed", "reopened"], strict=True))
    assert Challenge.objects.get().is_open


def test_news_whose_ring_was_lost_is_found_by_the_clock(
    challenge, draft, marta, monkeypatch, time_machine
):
    monkeypatch.setattr(tasks.tell_applicants, "delay_on_commit", lambda news_id: None)
    challenges.close(challenge=challenge, by=marta)
    monkeypatch.setattr(tasks.tell_applicants, "delay_on_commit", tasks.tell_applicants)

    time_machine.move_to(timezone.now() + timedelta(minutes=2))
    for _time in range(2):
        tasks.sweep_news()

    assert told("closed") == ["freja@kabelro.example"]


@pytest.mark.parametrize("event, heard", [("reopened", []), ("withdrawn", [COMPANY])])
def test_one_that_is_decided_on_hears_only_that_nothing_comes_of_it(
    challenge, sent, marta, event, heard
):
    end(challenge, closed=True)
    applications.shortlist(applications=[sent], by=marta)

    tell(challenge, event)

    assert told(event) == heard


def test_the_letter_of_a_closed_challenge_says_where_to_look(challenge, sent):
    tell(challenge, "closed")

    letter = Letter.objects.get(kind="challenge-closed")
    words = " ".join(letter.text.split())
    assert "the page of your application shows how far it went" in words
    assert f"and {challenge.lab.cluster.name} will write to you." in words
    assert "shows how far it went" in " ".join(letter.html.split())
