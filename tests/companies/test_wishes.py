"""What a company wants of invitations: on its profile, and from a letter without signing in."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.choices import CompanyRole
from companies.models import Company
from companies.tokens import wishes_token, wishes_url
from mail.letters import stop_url
from mail.models import Suppression, hash_of
from tests.factories import CompanyFactory, CompanyMemberFactory
from tests.reader import MailReader

pytestmark = pytest.mark.django_db

ADDRESS = "post@anna.example"
TODAY = timezone.localdate()
CHOSEN = {
    "wants_invitations": "on",
    "no_letters_until": (TODAY + timedelta(days=90)).isoformat(),
    "letters_per_month": "2",
    "letter_language": "da",
    "letter_themes": ["sensors_grid"],
    "letter_countries": ["DK", "SE"],
}


def wishes_of(company: Company) -> tuple:
    company.refresh_from_db()
    return (
        company.wants_invitations,
        company.no_letters_until,
        company.letters_per_month,
        company.letter_language,
        company.letter_themes,
        company.letter_countries,
    )


WANTED = (True, TODAY + timedelta(days=90), 2, "da", ["sensors_grid"], ["DK", "SE"])
NONE = (True, None, None, "", [], [])


@pytest.fixture
def company():
    return CompanyFactory(email=ADDRESS, name="Anna Grid")


@pytest.fixture
def mail_reader():
    """Somebody without a cookie, whose requests bring no token of a form."""
    return MailReader(enforce_csrf_checks=True)


def test_its_people_choose_on_the_profile(client, company):
    client.force_login(CompanyMemberFactory(company=company).user)
    address = reverse("companies:edit", args=[company.slug, "letters"])

    page = client.get(address).content.decode()
    client.post(address, {**CHOSEN, "revision": company.revision})

    assert "Most letters a month" in page
    assert wishes_of(company) == WANTED


@pytest.mark.parametrize(
    "wrong",
    [
        {"letters_per_month": "0"},
        {"letters_per_month": "32"},
        {"letter_language": "tlh"},
        {"letter_themes": ["gardening"]},
        {"letter_countries": ["ZZ"]},
        {"no_letters_until": "soon"},
    ],
)
def test_nonsense_is_refused(client, company, wrong):
    client.force_login(CompanyMemberFactory(company=company).user)
    address = reverse("companies:edit", args=[company.slug, "letters"])

    reply = client.post(address, {**CHOSEN, **wrong, "revision": company.revision})

    assert reply.status_code == 422
    assert wishes_of(company) == NONE


def test_a_pause_that_is_over_is_none(client, company):
    Company.objects.update(no_letters_until=TODAY - timedelta(days=1))
    client.force_login(CompanyMemberFactory(company=company).user)
    address = reverse("companies:edit", args=[company.slug, "letters"])

    posted = {"wants_invitations": "on", "no_letters_until": TODAY.isoformat()}
    client.post(address, {**posted, "revision": company.revision})

    assert wishes_of(company) == NONE


def test_the_page_that_stops_letters_leads_to_fewer_of_them(mail_reader, company):
    door = stop_url(address_hash=hash_of(ADDRESS), list_name="invitations")
    page = mail_reader.get(door).content.decode()
    (path,) = [part.split('"')[0] for part in page.split('href="') if "/wishes/" in part]

    before = mail_reader.get(path)
    after = mail_reader.post(path, {**CHOSEN, "revision": company.revision}, follow=True)

    assert "What Anna Grid wants to hear of" in before.content.decode()
    assert "Saved." in after.content.decode()
    assert wishes_of(company) == WANTED
    assert not Suppression.objects.exists()


def test_a_list_without_a_choice_offers_none(mail_reader):
    door = stop_url(address_hash=hash_of(ADDRESS), list_name="news")

    assert "/wishes/" not in mail_reader.get(door).content.decode()


def test_a_company_without_an_address_is_chosen_for_by_its_owner(mail_reader):
    company = CompanyFactory(email="")
    owner = CompanyMemberFactory(company=company, role=CompanyRole.OWNER).user

    page = mail_reader.get(wishes_url(hash_of(owner.email)))

    assert company.name in page.content.decode()


def test_an_owner_is_not_the_address_of_a_company_that_has_one(mail_reader, company):
    owner = CompanyMemberFactory(company=company, role=CompanyRole.OWNER).user

    assert mail_reader.get(wishes_url(hash_of(owner.email))).status_code == 404


def test_reading_changes_nothing(mail_reader, company):
    before = Company.objects.values().get(pk=company.pk)

    for _number in range(1000):
        mail_reader.get(wishes_url(hash_of(ADDRESS)))

    assert Company.objects.values().get(pk=company.pk) == before


def test_the_token_of_one_address_changes_no_other_company(mail_reader, company):
    other = CompanyFactory(email="post@other.example")
    path = wishes_url(hash_of(ADDRESS))

    reply = mail_reader.post(f"{path}?company={other.slug}", CHOSEN)

    assert reply.status_code == 404
    assert wishes_of(other) == NONE


def test_companies_that_share_an_address_are_chosen_for_one_by_one(mail_reader, company):
    other = CompanyFactory(email=ADDRESS.upper(), name="Berit Grid")
    path = f"{wishes_url(hash_of(ADDRESS))}?company={other.slug}"

    page = mail_reader.get(path).content.decode()
    mail_reader.post(path, {**CHOSEN, "revision": other.revision})

    assert "Anna Grid" in page
    assert (wishes_of(other), wishes_of(company)) == (WANTED, NONE)


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "nothing"])
def test_a_changed_token_shows_nothing(mail_reader, company, change):
    path = reverse("companies:wishes", args=[change(wishes_token(hash_of(ADDRESS)))])

    assert mail_reader.get(path).status_code == 404
    assert mail_reader.post(path, CHOSEN).status_code == 404
    assert wishes_of(company) == NONE


def test_a_token_is_good_for_two_days(mail_reader, company, time_machine):
    path = wishes_url(hash_of(ADDRESS))

    time_machine.move_to(timezone.now() + timedelta(days=2, minutes=1))

    assert mail_reader.get(path).status_code == 404
    assert mail_reader.get(wishes_url(hash_of(ADDRESS))).status_code == 200


def test_the_stop_link_is_no_token_of_wishes(mail_reader, company):
    token = stop_url(address_hash=hash_of(ADDRESS), list_name="invitations").split("/")[-2]

    assert mail_reader.get(reverse("companies:wishes", args=[token])).status_code == 404


def test_the_link_tells_nobody_the_address_and_travels_no_further(mail_reader, company):
    path = wishes_url(hash_of(ADDRESS))

    reply = mail_reader.get(path)

    assert "anna" not in path
    assert reply["Referrer-Policy"] == "no-referrer"
    assert "no-store" in reply["Cache-Control"]
    assert ADDRESS not in reply.content.decode()


def test_who_comes_second_sees_both(mail_reader, company):
    path = wishes_url(hash_of(ADDRESS))
    opened = company.revision
    mail_reader.post(path, {**CHOSEN, "revision": opened})

    reply = mail_reader.post(path, {"letters_per_month": "9", "revision": opened})

    assert reply.status_code == 409
    assert wishes_of(company) == WANTED
