"""What one cluster keeps to itself, nobody else can read, find, count or export.

Every private text of one organisation is a word that stands nowhere else; then everybody else asks
every address, searches for the words, takes every list along and presses every button.
"""

import html
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import quote

import pytest
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, Attachment
from challenges.models import Challenge
from clusters.models import AccessLetter
from companies.models import Claim, ColleagueLetter, Company, MemberList, MemberListRow
from invitations.models import Invitation
from matching.actions import request_runs
from matching.tasks import score_challenges
from tests.factories import ChallengeFactory
from tests.world import ADDRESSES, kwargs_of, signed_in, two_organisations, written

OUTSIDERS = ("visitor", "stranger", "other_company", "other_manager", "partner")
SEARCHES = {
    "/search/": "q",
    "/challenges/": "search",
    "/labs/": "search",
    "/companies/": "search",
    "/companies/claim/": "q",
    "/matches/": "search",
    "/invitations/": "search",
}
# What a search might find somebody by.
FINDABLE = (
    "Company.name",
    "Company.registry_number",
    "Company.city",
    "Company.summary",
    "Company.email",
    "Solution.name",
    "Reference.title",
    "Challenge.title",
    "Challenge.need",
    "Application.pitch",
    "Invitation.note",
    "manager.name",
)
LONG = 12
# Another section of the profile's form, and a challenge in another state.
ON_OTHER_PAGES = {"Company.street", "Company.postal_code", "Challenge.withdrawn_reason"}
# Codes of ours, not words of a person.
KEPT_OUT = {
    "acting_as",
    "content_type",
    "country",
    "language",
    "letter_id",
    "one_click",
    "password",
    "registry_key",
    "sha256",
    "slug",
    "status",
    "time_zone",
    "token_hash",
    "written_from",
}
OF_ONE_REQUEST = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|<code>[\w-]{36}</code>')


def word(label: str) -> str:
    """A word that stands nowhere else."""
    return f"zq{label.lower().replace('_', '')}qz"


def marked(rows: models.QuerySet) -> dict[str, str]:
    """Every free text of these rows becomes a word; which ones."""
    fields = {
        field.name: word(f"{rows.model.__name__[:4]}{field.name}")[: field.max_length]
        for field in rows.model._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField))
        and not field.choices
        and field.editable
        and not field.primary_key
        and field.name not in KEPT_OUT
        and (field.max_length or LONG) >= LONG
    }
    for name, text in fields.items():
        field = rows.model._meta.get_field(name)
        if isinstance(field, models.EmailField):
            fields[name] = f"{text}@kept.example"
        if isinstance(field, models.URLField):
            fields[name] = f"https://{text}.example/"
    rows.update(**fields)
    return {f"{rows.model.__name__}.{name}": text for name, text in fields.items()}


@pytest.fixture
def kept(settings, tmp_path):
    """(people, nouns, words): the first organisation with a word in every private text."""
    settings.MEDIA_ROOT, settings.OUTBOX_OPEN = tmp_path, False
    people, nouns = two_organisations()
    company = Company.objects.get(members__user=people["company"])
    challenge = Challenge.objects.get(slug=nouns["challenges"]["slug"])
    draft = ChallengeFactory(lab=challenge.lab, slug="kept-draft")
    lists = MemberList.objects.filter(pk=nouns["companies"]["pk"])
    MemberListRow.objects.create(member_list=lists[0], number=1, cells=[word("cell")])
    AccessLetter.objects.create(
        organisation=challenge.lab.cluster,
        email="x@kept.example",
        role="partner",
        token_hash="1",
        expires_at=timezone.now(),
    )
    ColleagueLetter.objects.create(
        company=company,
        email="x@kept.example",
        role="editor",
        token_hash="2",
        expires_at=timezone.now(),
    )
    words = {"company.slug": "zqcompanyslugqz"}
    Company.objects.filter(pk=company.pk).update(slug=words["company.slug"])
    for rows in (
        Company.objects.filter(pk=company.pk),
        company.solutions.all(),
        company.references.all(),
        Challenge.objects.filter(pk=draft.pk),
        Application.objects.filter(company=company),
        Attachment.objects.filter(application__company=company),
        Invitation.objects.filter(company=company),
        Claim.objects.filter(company__cluster_memberships__cluster=challenge.lab.cluster),
        lists,
        AccessLetter.objects.filter(organisation=challenge.lab.cluster),
        ColleagueLetter.objects.filter(company=company),
        type(people["manager"]).objects.filter(pk=people["company"].pk),
    ):
        assert rows.exists()
        words |= marked(rows)
    words |= {"cell": word("cell"), "draft.slug": draft.slug}
    type(people["manager"]).objects.filter(pk=people["manager"].pk).update(name=word("managername"))
    words["manager.name"] = word("managername")
    for noun in nouns.values():
        if isinstance(noun, dict) and noun.get("slug") == company.slug:
            noun["slug"] = words["company.slug"]
    score_challenges(request_runs(challenge_ids=[challenge.pk]))
    return people, nouns, words


def everything_asked(client: Client, nouns) -> Iterator[tuple[str, str, object]]:
    """(address, what was in it, reply), of every page and every button."""
    drafts = {**nouns, "challenges": {**nouns["challenges"], "slug": "kept-draft"}}
    for room in ("matching", "invitations", "applications"):
        drafts[room] = {**nouns[room], "slug": "kept-draft"}
    for which in (nouns, drafts):
        for name, how in written():
            kwargs = kwargs_of(name, which)
            if which is drafts and "slug" not in ADDRESSES[name].pattern.converters:
                continue
            path = reverse(name, kwargs=kwargs)
            with transaction.atomic():
                reply = getattr(client, how)(
                    path, nouns["body"].get(name) if how == "post" else None
                )
                transaction.set_rollback(True)
            yield f"{how} {name}", path, reply


def text_of(reply) -> str:
    """All that was answered: headers, page, and what lies in a workbook."""
    body = reply.getvalue() if reply.streaming else reply.content
    if body.startswith(b"PK"):
        parts = zipfile.ZipFile(BytesIO(body))
        body = b"\n".join(parts.read(part) for part in parts.namelist())
    headers = "\n".join(f"{name}: {value}" for name, value in reply.headers.items())
    return f"{headers}\n{html.unescape(body.decode(errors='replace'))}"


@pytest.mark.django_db
def test_nobody_outside_reads_what_is_kept(kept):
    people, nouns, words = kept
    asked, leaked = 0, []

    for who in OUTSIDERS:
        client = signed_in(people.get(who))
        for name, path, reply in everything_asked(client, nouns):
            asked += 1
            text = text_of(reply)
            leaked += [
                (who, name, label)
                for label, kept_word in words.items()
                if kept_word in text and kept_word not in path
            ]

    assert leaked == []
    assert asked >= 300
    assert len(words) > 40


@pytest.mark.django_db
def test_nobody_outside_finds_or_counts_what_is_kept(kept):
    """A search for a kept word answers as a search for a word that stands nowhere."""
    people, _nouns, words = kept
    told = []

    for who in OUTSIDERS:
        client = signed_in(people.get(who))
        for path, name in SEARCHES.items():
            nowhere = answer_to(client, path, name, "zqnowherewordzq")
            told += [
                (who, path, label)
                for label in FINDABLE
                if answer_to(client, path, name, words[label]) != nowhere
            ]

    assert told == []


def answer_to(client: Client, path: str, name: str, asked: str) -> tuple[int, str]:
    reply = client.get(path, {name: asked})
    page = OF_ONE_REQUEST.sub("", reply.content.decode())
    for written_so in (asked, html.escape(asked), quote(asked), quote(asked, safe="")):
        page = page.replace(written_so, "ASKED")
    return reply.status_code, page


@pytest.mark.django_db
def test_its_own_people_do_read_it(kept):
    """Otherwise the words would stand nowhere at all, and the test above would hold for nothing."""
    people, nouns, words = kept

    read = {
        label
        for who in ("company", "manager")
        for _name, path, reply in everything_asked(signed_in(people[who]), nouns)
        for label, kept_word in words.items()
        if kept_word in text_of(reply)
    }

    assert set(words) - read == ON_OTHER_PAGES
