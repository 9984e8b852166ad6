"""The words of brief and profile beside the reasons: short, in the letter and on its page."""

import re

import pytest
from django.urls import reverse

from companies.choices import Visibility
from invitations.emails import preview
from invitations.models import Invitation
from invitations.quoting import Quoted, excerpt, quoted
from invitations.wording import told_reasons
from mail.models import Letter
from matching.models import Match
from matching.scoring import Finding, Quote, Reason
from tests.factories import ClusterOrganisationFactory, MembershipFactory

LONG = "We make many things. " * 10 + "Our sensors find faults. " + "And then we rest. " * 10
OFFERED = "We build sensors that watch substations and find faults in the grid."


def test_what_is_short_stays_whole():
    assert excerpt("Sensors  find **faults**.", ["faults"]) == "Sensors find faults."
    assert excerpt("Find it\nHow can we?", ["find"]) == "Find it. How can we?"
    assert excerpt("Find\nit again.", ["find"]) == "Find it again."


def test_what_is_long_is_cut_around_the_words_that_tell():
    cut = excerpt(LONG, ["faults", "sensors"])

    assert "Our sensors find faults." in cut
    assert (cut[:2], cut[-2:]) == ("… ", " …")
    assert len(cut) <= 154


@pytest.mark.parametrize("words", [[], ["absent"], ["make"]])
def test_without_telling_words_it_begins_at_the_beginning(words):
    cut = excerpt(LONG, words)

    assert cut.startswith("We make many things.")
    assert cut.endswith(" …")


def test_words_at_the_end_are_shown_to_the_end():
    cut = excerpt("We make many things. " * 20 + "Sensors at last.", ["sensors"])

    assert cut.startswith("… ")
    assert cut.endswith("Sensors at last.")


def test_one_word_longer_than_all_is_cut_all_the_same():
    assert len(excerpt("y" * 10_000, [])) <= 154


def test_each_side_is_quoted_once():
    quotes = (
        Quote("brief", "need", 1, "First."),
        Quote("profile", "profile", 1, "Ours."),
        Quote("brief", "need", 2, "Second."),
    )
    finding = Finding("text", 300, 100, 0.5, Reason("text_close", words=[]), quotes)

    assert quoted(finding) == Quoted("First.", "Ours.")


@pytest.mark.django_db
def test_letter_and_page_quote_both_sides(invited, reader):
    row = invited()
    (words,) = [one.words for one in told_reasons(row, "en") if one.words.offered]

    letter = Letter.objects.get(kind="invite-company")
    found = re.search(r"/invitations/answer/[\w-]+/", letter.text)
    page = reader.get(found.group()).content.decode()

    assert f"The challenge: “{words.asked}”" in letter.text
    assert f"Your profile: “{words.offered}”" in letter.text
    for form in (letter.html, page):
        assert f"“{words.asked}”" in form
        assert f"“{words.offered}”" in form
    assert words.offered == OFFERED


@pytest.mark.django_db
def test_a_preview_without_a_name_quotes_nothing(client, challenge, new_company, scored):
    company = new_company(is_member=False, visibility=Visibility.CLUSTER)
    cluster = ClusterOrganisationFactory()
    company.cluster_memberships.create(cluster=cluster)
    scored()
    client.force_login(MembershipFactory(organisation=challenge.lab.cluster).user)

    page = client.get(
        reverse("invitations:letter", args=[challenge.slug, Match.objects.get().pk])
    ).content.decode()

    assert "Why we ask you" in page
    assert OFFERED not in page


@pytest.mark.django_db
@pytest.mark.parametrize("language, marks", [("en", "“”"), ("da", "””"), ("nb", "«»")])
def test_quotes_stand_in_the_marks_of_the_reader(language, marks, invited):
    row = invited()
    row.company.letter_language = language
    row.company.save()
    (words,) = [one.words for one in told_reasons(row, language) if one.words.offered]

    draft = preview(Invitation.objects.get(pk=row.pk), asker=None)

    for form in (draft.text, draft.html):
        assert f"{marks[0]}{words.asked}{marks[1]}" in form
        assert f"{marks[0]}{words.offered}{marks[1]}" in form
