"""Whom a question reaches."""

import pytest

from mail.models import Letter
from tests.factories import ChallengeFactory, MembershipFactory

pytestmark = pytest.mark.django_db
QUESTION = {"name": "Ida Berg", "email": "ida@berg.example", "question": "May we come on Sundays?"}


@pytest.fixture
def challenge():
    return ChallengeFactory(open=True, title="Quieter streets")


def test_a_question_about_a_challenge_goes_to_its_managers_and_names_it(client, challenge):
    marta = MembershipFactory(organisation=challenge.lab.cluster).user
    MembershipFactory(organisation=challenge.lab.cluster, role="partner")

    reply = client.post(f"/contact/?challenge={challenge.slug}", QUESTION)

    (letter,) = Letter.objects.all()
    assert reply.status_code == 302
    assert (letter.recipient, letter.reply_to) == (marta.email, "ida@berg.example")
    assert "asks about “Quieter streets”:" in letter.text
    assert challenge.get_absolute_url() in letter.text


def test_the_page_of_a_challenge_leads_to_a_form_that_names_it(client, challenge):
    address = f"/contact/?challenge={challenge.slug}"

    page = client.get(challenge.get_absolute_url()).content.decode()
    form = client.get(address).content.decode()

    assert f'href="{address}"' in page
    assert "Ask about this challenge" in form
    assert "Quieter streets" in form


def test_a_challenge_nobody_manages_is_answered_by_the_installation(client, challenge, settings):
    client.post(f"/contact/?challenge={challenge.slug}", QUESTION)

    assert Letter.objects.get().recipient == settings.CONTACT_EMAIL


def test_nobody_asks_about_a_draft_they_may_not_see(client):
    draft = ChallengeFactory()

    assert client.get(f"/contact/?challenge={draft.slug}").status_code == 404


def test_a_question_about_nothing_in_particular_goes_to_the_installation(client, settings):
    client.post("/contact/", QUESTION)

    assert Letter.objects.get().recipient == settings.CONTACT_EMAIL
