"""Nothing that anybody typed ever runs in somebody else's browser.

Every text of every noun holds the worst that is known; every page is opened in a real browser. It
reports what ran, what its policy stopped, and what stands in the page that should not be there.
"""

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import models
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext

from accounts.models import Notice, User
from applications.models import Application, Attachment
from challenges.models import Challenge, Requirement
from clusters.models import ClusterOrganisation, Network
from companies.models import (
    Claim,
    Company,
    MemberList,
    MemberListRow,
    Reference,
    Solution,
)
from dashboard.emails import contact_question
from invitations.models import Invitation
from labs.models import LabPartner, LivingLab, Site
from mail.models import Letter
from matching.actions import request_runs
from matching.models import Match
from matching.tasks import explain_list, score_challenges
from tests.factories import (
    ChallengeFactory,
    ClusterMembershipFactory,
    CompanyFactory,
    CompanyMemberFactory,
    LabPartnerFactory,
    LivingLabFactory,
    ReferenceFactory,
    SolutionFactory,
    UserFactory,
)
from tests.reader import PAGES
from tests.security.payloads import ALL, packed
from tests.world import applied, kwargs_of, two_organisations, written

LISTEN = """
window.alert = window.confirm = window.prompt = word => window.reported('ran: ' + word);
document.addEventListener('securitypolicyviolation', event =>
    window.reported('stopped: ' + event.violatedDirective + ' ' + event.blockedURI));
"""
# What no page of ours has: handlers, addresses that run, elements that load or lead elsewhere.
STRANGE = """() => [...document.querySelectorAll('*')].flatMap(element => {
    const runs = [...element.attributes].some(({name, value}) =>
        name.startsWith('on') || name === 'srcdoc' ||
        name === 'style' && /alert|animation-name/.test(value) ||
        /^[\\u0000-\\u0020]*(javascript|vbscript|data):/i.test(value.replace(/[\\t\\n\\r]/g, '')) &&
            ['href', 'src', 'action', 'formaction', 'xlink:href', 'data'].includes(name));
    const odd = element.matches('base, object, embed, marquee, math, video, audio, template, ' +
        'meta[http-equiv=refresh], form[action*="//evil"], link[href*="//evil"], ' +
        'script:not([src^="/static/"]):not([type="application/json"])');
    return runs || odd ? [element.outerHTML.slice(0, 120)] : [];
})"""
MODELS: tuple[type[models.Model], ...] = (
    User,
    Network,
    ClusterOrganisation,
    LivingLab,
    Site,
    LabPartner,
    Company,
    Solution,
    Reference,
    Challenge,
    Requirement,
    Invitation,
    Application,
    Attachment,
    Claim,
    MemberList,
    MemberListRow,
    Notice,
)
# Codes of ours, not words of a person.
CODES = {
    "acting_as",
    "capability",
    "client_type",
    "country",
    "group",
    "kind",
    "language",
    "letter_id",
    "one_click",
    "password",
    "registry_key",
    "sha256",
    "slug",
    "sought",
    "time_zone",
    "token_hash",
    "url",
    "written_from",
    "content_type",
}
SHORT = 110
# Opened by the link that leads to them.
BEHIND_LINKS = set(PAGES.values())
DOWNLOADS = ("deadline", "export", "export_challenge", "export_one", "faults", "file", "readyz")
READERS = ("manager", "company", "administrator", "visitor", "partner")


def infect(instance: models.Model, text: str) -> None:
    """The worst in each of its fields that holds words, as much as the field takes."""
    words: dict[str, Any] = {}
    for field in instance._meta.concrete_fields:
        if field.name in CODES or field.choices:
            continue
        if isinstance(field, models.JSONField):
            words[field.name] = infected_json(getattr(instance, field.name), text)
        elif type(field) is models.TextField:
            words[field.name] = ALL[: field.max_length]
        elif type(field) is models.CharField:
            words[field.name] = text[: field.max_length]
    type(instance).objects.filter(pk=instance.pk).update(**words)


def infected_json(value: Any, text: str) -> Any:
    if isinstance(value, dict):
        return {key: infected_json(one, text) for key, one in value.items()}
    if isinstance(value, list):
        return [infected_json(one, text) for one in value]
    return text if isinstance(value, str) else value


@pytest.fixture
def world(live_server, settings, tmp_path):
    """(people, nouns) of two organisations with many of everything, infected."""
    settings.MEDIA_ROOT, settings.OUTBOX_OPEN, settings.DEBUG = tmp_path, True, False
    texts = packed(SHORT)
    people, nouns = two_organisations()
    people["visitor"] = None
    challenge = Challenge.objects.get(slug=nouns["challenges"]["slug"])
    for _number in texts:
        one_of_each(challenge)
    MemberListRow.objects.create(member_list=MemberList.objects.get(), number=1, cells=["x", "y"])
    for model in MODELS:
        rows = list(model.objects.order_by("pk"))
        assert rows, model
        for number, instance in enumerate(rows):
            infect(instance, texts[number % len(texts)])
    Challenge.objects.filter(pk=challenge.pk).update(language="en")
    score_challenges(request_runs(challenge_ids=[challenge.pk]))
    explain_list(challenge.pk)
    contact_question(name=texts[0], email="a@people.example", question=ALL, challenge=challenge)
    return people, nouns


def one_of_each(challenge: Challenge) -> None:
    lab = LivingLabFactory(cluster=challenge.lab.cluster)
    LabPartnerFactory(lab=lab)
    ChallengeFactory(open=True, lab=lab)
    company = CompanyFactory()
    ClusterMembershipFactory(company=company, cluster=challenge.lab.cluster)
    SolutionFactory(company=company)
    ReferenceFactory(company=company)
    member = CompanyMemberFactory(company=company, user=UserFactory())
    applied(challenge, company, member.user)
    Invitation.objects.create(
        challenge=challenge, company=company, status="sent", letter_id=str(uuid4())
    )


def pages_of_each_kind(nouns) -> list[tuple[str, str]]:
    """(who reads it, address): every address of the product, by one who may."""
    found = []
    for (name, how), cells in written().items():
        readers = [who for who in READERS if cells[who] == "in"] or ["visitor"]
        path = reverse(name, kwargs=kwargs_of(name, nouns))
        if how == "get" and name not in BEHIND_LINKS and not name.endswith(DOWNLOADS):
            found.append((readers[0], path))
    return found


def pages_of_each_noun(challenge: Challenge) -> list[tuple[str, str]]:
    """The page of each single noun, so that each text is read somewhere in full."""
    slug = challenge.slug
    companies = Company.objects.filter(visibility="public")
    applications = Application.objects.filter(challenge=challenge)
    return [
        *(("visitor", one.get_absolute_url()) for one in companies),
        *(("visitor", one.get_absolute_url()) for one in LivingLab.objects.all()),
        *(("visitor", one.get_absolute_url()) for one in Challenge.objects.public()),
        *(("visitor", f"/outbox/{one.pk}/html/") for one in Letter.objects.all()[:30]),
        *(("visitor", f"/outbox/{one.pk}/") for one in Letter.objects.all()[:5]),
        *(
            ("manager", reverse("applications:read", args=[slug, one.public_id]))
            for one in applications
        ),
        *(("partner", f"/matches/{slug}/{one.pk}/") for one in Match.objects.all()[:10]),
        *(("visitor", f"/search/?q={word}") for word in ("alert", "script", "svg")),
        ("visitor", "/companies/?search=alert"),
        ("visitor", "/challenges/?search=script"),
        ("manager", f"/matches/{slug}/?page=2"),
        ("manager", f"/invitations/challenge/{slug}/?page=2"),
    ]


def reflected() -> list[tuple[str, str]]:
    """Pages that show what stands in their address."""
    return [
        ("visitor", f"{path}{quote(text)}")
        for text in packed(300)
        for path in ("/search/?q=", "/challenges/?search=", "/companies/?search=", "/outbox/?q=")
    ]


@pytest.mark.xdist_group("scripts")
def test_nothing_that_was_typed_runs(world, new_context, base_url):
    people, nouns = world
    challenge = Challenge.objects.get(slug=nouns["challenges"]["slug"])
    todo = [*pages_of_each_kind(nouns), *pages_of_each_noun(challenge), *reflected()]
    reported: list[tuple[str, str]] = []

    statuses, shown = set(), 0
    for who in dict.fromkeys(reader for reader, _path in todo):
        context = listening(new_context(), people[who], base_url, reported)
        page = context.new_page()
        for path in [path for reader, path in todo if reader == who]:
            reply = page.goto(path)
            statuses.add(reply.status)
            shown += "alert(1)" in page.content()
            reported += [(path, strange) for strange in page.evaluate(STRANGE)]
        context.close()

    assert reported == []
    assert shown > 150
    assert statuses <= {200, 404, 410}


def listening(
    context: BrowserContext, user: User | None, base_url: str, reported: list[tuple[str, str]]
) -> BrowserContext:
    """A browser of this person that tells what runs and what is stopped."""
    context.set_default_timeout(60_000)
    context.expose_binding(
        "reported", lambda source, what: reported.append((source["page"].url, what))
    )
    context.add_init_script(LISTEN)
    context.on("dialog", lambda dialog: reported.append(("dialog", dialog.message)))
    if user is not None:
        client = Client()
        client.force_login(User.objects.get(pk=user.pk))
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        name = django_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": cookie, "url": base_url}])
    return context


@pytest.mark.xdist_group("scripts")
def test_the_preview_of_what_is_being_typed_runs_nothing(world, new_context, base_url):
    people, nouns = world
    reported: list[tuple[str, str]] = []
    context = listening(new_context(), people["manager"], base_url, reported)
    page = context.new_page()
    page.goto(reverse("challenges:edit", args=[nouns["challenges"]["slug"], "need"]))

    field = page.locator("textarea[name=need]")
    with page.expect_response("**/challenges/markdown/**"):
        field.press("End")
        field.type("!")
    page.wait_for_timeout(500)

    assert reported + [("preview", strange) for strange in page.evaluate(STRANGE)] == []
    context.close()


@pytest.mark.xdist_group("scripts")
def test_the_listening_browser_hears(live_server, new_context, base_url):
    """What runs, what the policy stops, and what stands there."""
    reported: list[tuple[str, str]] = []
    context = listening(new_context(), None, base_url, reported)
    page = context.new_page()
    page.goto("/about/")

    page.evaluate("alert('heard')")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    page.wait_for_timeout(300)

    assert {what.split(" ")[0] for _where, what in reported} == {"ran:", "stopped:"}
    assert page.evaluate(STRANGE) == ['<img src="x" onerror="alert(1)">']
    context.close()


@pytest.mark.django_db
@pytest.mark.parametrize("bad", ["javascript:alert(1)", "data:text/html,x", " javascript:alert(1)"])
def test_an_address_that_runs_is_refused_as_a_website(bad, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    people, _nouns = two_organisations()
    client = Client()
    client.force_login(people["company"])
    company = Company.objects.get(members__user=people["company"])

    client.post(
        f"/companies/{company.slug}/edit/basics/",
        {"website": bad, "name": company.name, "revision": company.revision},
    )

    assert not Company.objects.exclude(website="").exists()
