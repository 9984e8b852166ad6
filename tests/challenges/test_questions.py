"""Questions about a challenge: asked, answered for everybody, hidden."""

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import Notice
from challenges import actions
from challenges.actions import ChallengeRefused
from challenges.models import Answer, Question
from mail.models import Letter
from tests.factories import AccountFactory, ChallengeFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def challenge():
    return ChallengeFactory(open=True, language="da")


@pytest.fixture
def manager(challenge):
    return MembershipFactory(organisation=challenge.lab.cluster, user__name="Marta Holm").user


@pytest.fixture
def person():
    return AccountFactory(name="Freja Holm", email="freja@kabelro.example", language="da")


@pytest.fixture
def question(challenge, person) -> Question:
    return actions.ask(challenge=challenge, text="May we see the site?", language="en", by=person)


def answered(question: Question, manager, text: str = "Yes, on Mondays.") -> Answer:
    return actions.answer_question(question=question, text=text, language="en", by=manager)


def in_danish(text: str) -> str:
    with translation.override("da"):
        return gettext(text)


def pages(client, challenge) -> str:
    """What this reader sees of the challenge and of its questions."""
    list_url = reverse("challenges:questions", args=[challenge.slug])
    return "".join(
        client.get(url).content.decode() for url in (challenge.get_absolute_url(), list_url)
    )


def test_whoever_signed_in_asks_and_the_managers_hear_of_it(client, challenge, manager, person):
    client.force_login(person)

    page = client.post(
        reverse("challenges:ask", args=[challenge.slug]),
        {"question": "May we see the site?"},
        follow=True,
    )

    (row,) = Question.objects.all()
    assert (row.text, row.language, row.asked_by) == ("May we see the site?", "da", person)
    assert in_danish("Your question is with the cluster manager.") in page.content.decode()
    assert [notice.kind for notice in Notice.objects.of(manager)] == ["question_asked"]


def test_a_visitor_signs_in_first(client, challenge):
    reply = client.get(reverse("challenges:ask", args=[challenge.slug]))

    assert reply.status_code == 302
    assert reply.url.startswith(reverse("account_login"))


def test_until_it_is_answered_only_managers_read_it(client, question, challenge, manager):
    before = pages(client, challenge)
    client.force_login(manager)
    managed = pages(client, challenge)
    client.logout()
    answered(question, manager)

    assert "May we see the site?" not in before
    assert "Waiting for your answer" in managed
    assert pages(client, challenge).count("Yes, on Mondays.") == 2


def test_nobody_reads_who_asked(client, question, challenge, manager):
    answered(question, manager)
    client.force_login(manager)

    assert "Freja" not in pages(client, challenge)


def test_it_is_shown_as_written_and_says_in_which_language(client, question, challenge, manager):
    with translation.override("nb"):
        actions.answer_question(question=question, text="Ja.", language="nb", by=manager)

    html = client.get(reverse("challenges:questions", args=[challenge.slug])).content.decode()

    assert '<h3 class="their-text" lang="en">May we see the site?</h3>' in html
    assert '<div class="their-text" lang="nb">Ja.</div>' in html


def test_who_asked_gets_the_first_answer_by_letter(question, manager, person):
    answered(question, manager)
    answered(question, manager, text="Yes, on Tuesdays.")

    (letter,) = Letter.objects.filter(kind="question-answered")
    assert (letter.recipient, letter.language) == (person.email, "da")
    assert "on Mondays" in letter.text.replace("\u200b", "")
    assert "Tuesdays" in Answer.objects.get().text


def test_a_manager_hides_and_shows_it_again(client, question, challenge, manager):
    answered(question, manager)
    url = reverse("challenges:hide_question", args=[question.pk])
    client.force_login(manager)

    client.post(url)
    client.logout()
    hidden = pages(client, challenge)
    client.force_login(manager)
    client.post(url, {"show": "1"})
    client.logout()

    assert "May we see the site?" not in hidden
    assert "May we see the site?" in pages(client, challenge)


def test_a_manager_answers_on_a_page(client, question, manager):
    client.force_login(manager)
    url = reverse("challenges:answer_question", args=[question.pk])

    empty = client.post(url, {"answer": " "})
    client.post(url, {"answer": "Yes, on Mondays."})

    assert empty.status_code == 200
    assert Answer.objects.get().text == "Yes, on Mondays."


def test_the_same_question_twice_is_one(question, challenge, person):
    again = actions.ask(
        challenge=challenge, text=" May we see the site? ", language="en", by=person
    )

    assert again == question


def test_nobody_asks_more_than_five_times_a_day(challenge, person):
    for n in range(5):
        actions.ask(challenge=challenge, text=f"Question {n}", language="en", by=person)

    with pytest.raises(ChallengeRefused, match="enough for today"):
        actions.ask(challenge=challenge, text="One more", language="en", by=person)


def test_what_was_typed_survives_a_refusal(client, challenge, person):
    client.force_login(person)
    challenge.deadline = challenge.published_at
    challenge.save()

    page = client.post(
        reverse("challenges:ask", args=[challenge.slug]), {"question": "Too late?"}
    ).content.decode()

    assert in_danish("This challenge is not open, so nothing can be asked any more.") in page
    assert "Too late?" in page


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_asks_the_same_whatever_its_length(
    client, challenge, manager, number, django_assert_num_queries
):
    for n in range(number):
        row = actions.ask(challenge=challenge, text=f"Question {n}", language="en", by=None)
        answered(row, manager)
    url = reverse("challenges:questions", args=[challenge.slug])
    client.get(url)

    with django_assert_num_queries(3):
        client.get(url)
