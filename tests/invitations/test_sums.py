"""Wherever a total stands beside parts, in a letter or on a page, the parts make the total."""

import re
from html import unescape

import pytest
from django.urls import reverse

from invitations.actions import propose
from invitations.choices import LIST
from invitations.emails import digest_context
from invitations.models import Invitation
from invitations.wording import told_reasons
from mail.letters import Draft, compose, token_url
from mail.models import Letter
from mail.tokens import PREVIEW
from matching import actions
from matching.models import Match
from tests.factories import CompanyMemberFactory, ReferenceFactory

pytestmark = pytest.mark.django_db
LANGUAGES = {"en": ".", "da": ",", "nb": ","}
OF_100 = {"en": "of 100 points", "da": "af 100 point", "nb": "av 100 poeng"}


def words_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<(style|head)\b.*?</\1>", "", html)))


def tenths_in(text: str, point: str) -> list[int]:
    found = re.findall(rf"(?<![\d.,])(\d+)\{point}(\d)(?!\d)", text.replace("\u200b", ""))
    return [int(whole + tenth) for whole, tenth in found]


@pytest.fixture
def several_parts(challenge, new_company, scored):
    """A company whose score has more parts than a letter tells."""
    challenge.trl_min, challenge.languages_of_work = 5, ["en"]
    challenge.save()
    company = new_company(country="DK", countries_served=["DK"])
    ReferenceFactory(company=company)
    scored()
    match = Match.objects.get()
    assert sum(part > 0 for part in match.parts) > 3
    return match


def digest_of(row: Invitation, language: str) -> Draft:
    other = Invitation(challenge=row.challenge, company=row.company, total=row.total)
    other.reasons = row.reasons[:1]
    context = digest_context([row, other], tokens=[PREVIEW, PREVIEW], language=language)
    return compose(
        "invite-digest", language, context, list_name=LIST, stop_url=token_url("mail:stop", PREVIEW)
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["text", "html"])
def test_the_parts_of_each_challenge_in_a_digest_make_its_score(
    several_parts, challenge, manager, language, form
):
    (row,) = propose(challenge=challenge, company_ids=[several_parts.company_id], by=manager)

    draft = digest_of(row, language)

    text = draft.text if form == "text" else words_of(draft.html)
    sections = re.split(re.escape(OF_100[language]), text)
    assert len(sections) == 3
    for section, told in zip(sections, (3, 1), strict=False):
        *parts, total = tenths_in(section, LANGUAGES[language])
        assert len(parts) == told + 1
        assert parts[:told] == [one.tenths for one in told_reasons(row, language)][:told]
        assert sum(parts) == total == row.total


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parts_in_the_letter_after_a_decision_make_the_score(
    several_parts, challenge, manager, language
):
    company = several_parts.company
    owner = CompanyMemberFactory(company=company, user__language=language).user
    contest = actions.contest(
        challenge=challenge,
        company=company,
        criterion="track_record",
        statement="It is more than that.",
        link="https://sensor.example/more",
        by=owner,
    )
    actions.accept_contest(contest=contest, granted="full", answer="Seen.", by=manager)

    text = Letter.objects.get(kind="contest-decided").text

    _head, total_line, tail = re.split(rf"(.*{re.escape(OF_100[language])}.*)", text, maxsplit=1)
    _before, total = tenths_in(total_line, LANGUAGES[language])
    numbers = tenths_in(tail, LANGUAGES[language])
    assert sum(numbers[::2]) == total == Match.objects.get().total
    assert len(numbers) == 2 * len(Match.objects.get().findings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parts_on_both_pages_of_a_match_make_the_score(
    client, several_parts, challenge, manager, language
):
    owner = CompanyMemberFactory(company=several_parts.company, user__language=language).user
    manager.language = language
    manager.save()
    pages = {
        manager: reverse("matching:detail", args=[challenge.slug, several_parts.pk]),
        owner: reverse("matching:company_match", args=[several_parts.company.slug, challenge.slug]),
    }

    for reader, address in pages.items():
        client.force_login(reader)
        client.cookies["django_language"] = language
        page = client.get(address).content.decode()
        (total,) = re.findall(r'class="score-big">([^<]+)<', page)
        parts = re.findall(r'class="score-points"><span class="num">([^<]+)<', page)
        numbers = [tenths_in(part, LANGUAGES[language])[0] for part in parts]
        assert sum(numbers) == tenths_in(total, LANGUAGES[language])[0] == several_parts.total
