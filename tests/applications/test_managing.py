import csv
import html
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from applications import actions
from applications.choices import Status
from applications.models import Application
from tests.applications.conftest import scored, signed_in
from tests.factories import CompanyFactory, CompanyMemberFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def arrive(challenge, answers):
    def one(name, pitch="Ears", tenths=0):
        company = CompanyFactory(name=name, country="NO")
        scored(challenge, company, [tenths, 0, 0, 0, 0, 0, 0, 0])
        draft = actions.start_draft(challenge=challenge, company=company, by=None)
        return actions.submit(
            application=draft,
            content=answers | {"pitch": pitch},
            arrived_at=timezone.now(),
            by=None,
        )

    return one


def tab(challenge, name="challenge", *more):
    return reverse(f"applications:{name}", args=[challenge.slug, *more])


def page_of(client, address):
    return html.unescape(client.get(address).content.decode())


def test_the_tab_shows_the_best_first(as_marta, challenge, arrive):
    arrive("Lydtryk", tenths=90)
    arrive("Kabelro", tenths=200)

    rows = as_marta.get(tab(challenge)).context["arrived"]

    assert [(row.application.company.name, row.total) for row in rows] == [
        ("Kabelro", 200),
        ("Lydtryk", 90),
    ]


@pytest.mark.parametrize(
    "order, names", [("company", ["A", "B"]), ("arrived", ["B", "A"]), ("x", ["A", "B"])]
)
def test_the_order_is_chosen_in_the_address(as_marta, challenge, arrive, order, names):
    arrive("A", tenths=200)
    arrive("B", tenths=100)

    rows = as_marta.get(f"{tab(challenge)}?order={order}").context["arrived"]

    assert [row.application.company.name for row in rows] == names


def test_drafts_and_withdrawn_ones_are_nowhere(as_marta, challenge, draft, arrive):
    withdrawn = arrive("Lydtryk")
    actions.withdraw(application=withdrawn, by=None)

    found = [
        page_of(as_marta, tab(challenge)),
        as_marta.get(tab(challenge, "export", "csv")).content.decode(),
    ]
    reads = [
        as_marta.get(tab(challenge, "read", row.public_id)).status_code
        for row in (draft, withdrawn)
    ]

    assert [("Kabelro" in text, "Lydtryk" in text) for text in found] == [(False, False)] * 2
    assert reads == [404, 404]


def test_one_is_read(as_marta, challenge, arrive):
    row = arrive("Lydtryk", pitch="Ears for all")

    page = page_of(as_marta, tab(challenge, "read", row.public_id))

    assert ("Ears for all" in page, "freja@kabelro.example" in page) == (True, True)


def test_a_profile_that_is_not_shared_is_not_linked(as_marta, challenge, arrive):
    row = arrive("Lydtryk")
    row.company.visibility = "cluster"
    row.company.save()

    page = page_of(as_marta, tab(challenge, "read", row.public_id))

    assert ("Lydtryk" in page, "Company profile" in page) == (True, False)


def test_an_application_of_another_challenge_is_not_read_here(as_marta, challenge, arrive, marta):
    row = arrive("Lydtryk")
    Application.objects.filter(pk=row.pk).update(challenge=_another(marta))

    assert as_marta.get(tab(challenge, "read", row.public_id)).status_code == 404


def _another(manager):
    from tests.factories import ChallengeFactory

    organisation = manager.organisation_memberships.get().organisation
    return ChallengeFactory(open=True, lab__cluster=organisation)


def test_four_stand_beside_each_other(as_marta, challenge, arrive):
    rows = [arrive(name) for name in "ABCDE"]
    query = "&".join(f"a={row.public_id}" for row in reversed(rows)) + "&a=nonsense"

    response = as_marta.get(f"{tab(challenge, 'compare')}?{query}")

    names = [one.application.company.name for one in response.context["arrived"]]
    assert (names, response.context["left_out"]) == (["E", "D", "C", "B"], 1)


def test_the_csv_has_no_live_formulas(as_marta, challenge, arrive):
    arrive("Lydtryk", pitch="=1+1", tenths=200)

    content = as_marta.get(tab(challenge, "export", "csv")).content.decode("utf-8-sig")

    header, row = csv.reader(io.StringIO(content))
    found = dict(zip(header, row, strict=True))
    assert (found["Company"], found["Country"], found["Score"]) == ("Lydtryk", "Norway", "20.0")
    assert found["Your answer in one sentence"] == "'=1+1"


def test_the_workbook_has_a_row_per_application(as_marta, challenge, arrive):
    arrive("B")
    arrive("A")

    content = as_marta.get(tab(challenge, "export", "xlsx")).content

    sheet = load_workbook(io.BytesIO(content)).active
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["A", "B"]


def test_the_pdf_holds_every_application(as_marta, challenge, arrive):
    arrive("Ærø Åben Ølgød")
    one = arrive("Łódź 电缆")

    whole = as_marta.get(tab(challenge, "export", "pdf"))
    single = as_marta.get(tab(challenge, "export_one", one.public_id))

    assert (whole.content[:5], single.content[:5]) == (b"%PDF-", b"%PDF-")
    assert (whole.content.count(b"/Type /Page\n"), single.content.count(b"/Type /Page\n")) == (2, 1)
    assert b"/FontFile2" in whole.content


def test_other_formats_do_not_exist(as_marta, challenge, arrive):
    assert as_marta.get(tab(challenge, "export", "doc")).status_code == 404


def test_only_managers_of_the_cluster_come_in(client, challenge, arrive):
    row = arrive("Lydtryk")
    addresses = [
        tab(challenge),
        tab(challenge, "compare"),
        tab(challenge, "export", "csv"),
        tab(challenge, "read", row.public_id),
        tab(challenge, "export_one", row.public_id),
    ]
    strangers = [
        MembershipFactory().user,
        MembershipFactory(role="partner", organisation=challenge.lab.cluster).user,
        CompanyMemberFactory().user,
    ]

    found = {signed_in(user).get(url).status_code for user in strangers for url in addresses}

    assert (found, {client.get(url).status_code for url in addresses}) == ({404}, {302})


def test_a_list_costs_the_same_with_many(
    as_marta, challenge, arrive, django_assert_max_num_queries
):
    arrive("One")
    with django_assert_max_num_queries(40) as few:
        as_marta.get(tab(challenge))
    for number in range(12):
        arrive(f"Company {number}", tenths=number)

    with django_assert_max_num_queries(len(few)):
        as_marta.get(tab(challenge))


def test_a_decided_application_is_still_read(as_marta, challenge, arrive):
    row = arrive("Lydtryk")
    Application.objects.filter(pk=row.pk).update(status=Status.SHORTLISTED)

    assert as_marta.get(tab(challenge, "read", row.public_id)).status_code == 200
