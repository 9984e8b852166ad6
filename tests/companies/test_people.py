import pytest

from accounts.models import Notice
from accounts.registry import memberships_of
from companies import actions
from companies.choices import CompanyRole
from companies.models import ColleagueLetter, Company
from companies.problems import CompanyProblem
from mail.models import Letter
from tests.factories import CompanyFactory, CompanyMemberFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return CompanyMemberFactory().user


@pytest.fixture
def company(owner):
    return owner.company_memberships.get().company


def roles(company):
    return {member.user_id: member.role for member in company.members.all()}


def test_belonging_names_company_and_role(owner, company):
    (belonging,) = memberships_of(owner)

    assert belonging.key == f"company:{company.pk}:company_owner"
    assert belonging.url == company.get_absolute_url()
    assert belonging.leave_url == f"/companies/{company.slug}/leave/"


def test_a_deleted_company_is_no_belonging(owner, company):
    actions.retire_company(company=company, by=owner)

    assert memberships_of(owner) == []


@pytest.mark.parametrize(
    "verb",
    [
        lambda member: actions.leave(company=member.company, by=member.user),
        lambda member: actions.remove_person(member=member, by=member.user),
        lambda member: actions.change_role(member=member, role=CompanyRole.EDITOR, by=member.user),
    ],
    ids=["leave", "remove", "become editor"],
)
def test_the_last_owner_stays(owner, company, verb):
    CompanyMemberFactory(company=company, role=CompanyRole.EDITOR)

    with pytest.raises(CompanyProblem):
        verb(company.members.get(user=owner))

    assert roles(company)[owner.pk] == CompanyRole.OWNER


def test_the_last_owner_cannot_delete_the_account(owner, company):
    assert len(list(actions.reasons_to_stay(owner))) == 1

    actions.retire_company(company=company, by=owner)

    assert list(actions.reasons_to_stay(owner)) == []


def test_one_of_two_owners_may_leave(owner, company):
    CompanyMemberFactory(company=company)

    actions.leave(company=company, by=owner)

    assert owner.pk not in roles(company)


def test_hand_over_swaps_the_roles(owner, company):
    editor = CompanyMemberFactory(company=company, role=CompanyRole.EDITOR)

    actions.hand_over(member=editor, by=owner)

    assert roles(company) == {owner.pk: CompanyRole.EDITOR, editor.user_id: CompanyRole.OWNER}


def link_in_the_last_letter():
    return Letter.objects.order_by("-pk").first().text.split("/companies/")[1].split()[0]


def test_a_colleague_comes_in_by_letter_once(client, owner, company):
    client.force_login(owner)
    client.post(
        f"/companies/{company.slug}/people/",
        {
            "verb": "add",
            "email": "Nora@kabelro.example",
            "role": "company_editor",
            "language": "da",
        },
    )
    link = f"/companies/{link_in_the_last_letter()}"
    nora = UserFactory(email="nora@kabelro.example")
    client.force_login(nora)

    client.get(link)
    assert nora.pk not in roles(company)
    client.post("/companies/colleague/", {"with_my_account": "on"})

    assert roles(company)[nora.pk] == CompanyRole.EDITOR
    client.force_login(UserFactory())
    client.get(link)
    assert client.get("/companies/colleague/").status_code == 410
    assert Notice.objects.get(user=owner).kind == "colleague-accepted"


def test_somebody_elses_letter_needs_a_word(client, owner, company):
    letter = actions.invite_colleague(
        company=company, email="nora@kabelro.example", role="company_owner", language="en", by=owner
    )
    other = UserFactory()
    client.force_login(other)
    client.get(f"/companies/{link_in_the_last_letter()}")

    client.post("/companies/colleague/")

    letter.refresh_from_db()
    assert letter.accepted_at is None


def test_a_second_letter_replaces_the_first(owner, company):
    ask = dict(company=company, email="a@b.example", role="company_editor", language="en", by=owner)
    first = actions.invite_colleague(**ask)

    second = actions.invite_colleague(**ask)

    assert list(ColleagueLetter.objects.waiting()) == [second]
    with pytest.raises(CompanyProblem):
        actions.accept_colleague_letter(letter=first, by=UserFactory())


def test_editors_do_not_manage_people(client, company):
    editor = CompanyMemberFactory(company=company, role=CompanyRole.EDITOR).user
    client.force_login(editor)

    assert client.get(f"/companies/{company.slug}/people/").status_code == 404


def test_leaving_by_button(client, company):
    editor = CompanyMemberFactory(company=company, role=CompanyRole.EDITOR).user
    client.force_login(editor)

    client.post(f"/companies/{company.slug}/leave/")

    assert not Company.objects.of(editor).exists()


def test_a_stranger_cannot_leave_or_learn(client):
    hidden = CompanyFactory(visibility="cluster")
    client.force_login(UserFactory())

    assert client.post(f"/companies/{hidden.slug}/leave/").status_code == 404


def test_a_colleague_who_speaks_for_the_company_is_not_asked_again(client, company, owner):
    bo = CompanyMemberFactory(company=company, role=CompanyRole.EDITOR).user
    client.force_login(owner)
    asked = {"verb": "add", "email": bo.email, "role": "company_editor", "language": "en"}

    page = client.post(f"/companies/{company.slug}/people/", asked)

    assert page.status_code == 422
    assert "speaks for the company already" in page.content.decode()


def test_owners_come_first_and_then_names(client, company, owner):
    for name in ("Bo", "Ada"):
        CompanyMemberFactory(company=company, role=CompanyRole.EDITOR, user__name=name)
    client.force_login(owner)

    page = client.get(f"/companies/{company.slug}/people/")

    assert [person.name for person in page.context["people"]] == [owner.name, "Ada", "Bo"]
