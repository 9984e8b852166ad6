import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications import actions
from applications.choices import Status
from applications.models import Application
from challenges.models import Challenge
from tests.applications.conftest import end, scored, signed_in
from tests.factories import CompanyFactory, CompanyMemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def new(challenge):
    return reverse("applications:form", args=[challenge.slug])


@pytest.fixture
def edit(draft):
    return reverse("applications:edit", args=[draft.public_id])


def text_of(response):
    return html.unescape(response.content.decode())


def typed(answers, **more):
    return {**answers, "revision": "0", "writer": "page-a", **more}


def test_opening_the_form_changes_nothing(as_freja, new):
    response = as_freja.get(new)

    assert (response.status_code, Application.objects.count()) == (200, 0)
    assert 'name="pitch" value="Cable ear: Sensors for old cables."' in text_of(response)


def test_the_deadline_stands_beside_the_form_with_its_zone(as_freja, new, challenge):
    Challenge.objects.update(deadline="2027-01-15T11:00:59.999999Z")

    page = text_of(as_freja.get(new))

    assert "15 January 2027, 12:00 CET" in page
    assert reverse("challenges:deadline", args=[challenge.slug]) in page


def test_the_first_save_begins_the_application(as_freja, new, answers):
    response = as_freja.post(new, typed(answers))

    row = Application.objects.get()
    assert (row.status, row.pitch, row.started_by.name) == (
        Status.DRAFT,
        "Ears on every cable",
        "Freja Holm",
    )
    assert response.url == reverse("applications:edit", args=[row.public_id])


def test_autosave_says_when(as_freja, new, answers):
    response = as_freja.post(new, typed(answers), headers={"HX-Request": "true"})

    assert re.search(r"Saved at \d\d:\d\d", text_of(response))
    assert 'name="revision" id="id_revision" value="2"' in text_of(response)


def test_autosave_never_sends(as_freja, new, answers):
    as_freja.post(new, typed(answers, send="1"), headers={"HX-Request": "true"})

    assert Application.objects.get().status == Status.DRAFT


def test_autosave_keeps_what_holds_up_and_names_the_rest(as_freja, new, answers):
    faulty = typed(answers, contact_email="freja at home", pitch="Ears!")

    response = as_freja.post(new, faulty, headers={"HX-Request": "true"})

    row = Application.objects.get()
    assert (response.status_code, row.pitch, row.contact_email) == (
        422,
        "Ears!",
        "freja@kabelro.example",
    )
    assert "Enter a valid email address" in text_of(response)


def test_sending_leads_to_the_receipt(as_freja, new, answers):
    response = as_freja.post(new, typed(answers, send="1"), follow=True)

    row = Application.objects.get()
    assert response.redirect_chain == [(row.get_absolute_url(), 302)]
    assert "Your application has arrived" in text_of(response)


def test_sending_twice_leads_to_the_same_page(as_freja, new, answers):
    first = as_freja.post(new, typed(answers, send="1"))

    second = as_freja.post(new, typed(answers, send="1"))

    assert (second.status_code, second.url) == (302, first.url)
    assert Application.objects.get().versions.count() == 0


def test_missing_answers_are_marked_and_the_rest_is_saved(as_freja, new, answers):
    response = as_freja.post(new, typed(answers, send="1", pilot_plan=" ", pitch="Ears!"))

    row = Application.objects.get()
    assert (response.status_code, row.status, row.pitch) == (422, Status.DRAFT, "Ears!")
    assert 'id="id_pilot_plan_error"' in text_of(response)


def test_too_late_keeps_the_text_and_names_both_moments(as_freja, edit, draft, answers):
    Challenge.objects.update(deadline="2026-01-15T11:00:59.999999Z")

    response = as_freja.post(edit, typed(answers, send="1", revision=draft.revision, pitch="Late"))

    draft.refresh_from_db()
    page = text_of(response)
    assert (response.status_code, draft.status, draft.pitch) == (409, Status.DRAFT, "Late")
    assert "The last moment to apply was 15 January 2026, 12:00:59 CET" in page
    assert re.search(r"reached us on \d+ \w+ \d{4}, \d\d:\d\d:\d\d CES?T", page)
    assert 'value="Late"' in page


@pytest.mark.parametrize("status", ["closed", "withdrawn", "decided"])
def test_a_challenge_that_ended_meanwhile_loses_nothing(as_freja, new, answers, status):
    past = timezone.now() - timedelta(seconds=1)
    for step in {"closed": ["closed"]}.get(status, ["closed", status]):
        Challenge.objects.update(status=step, closed_at=past)

    response = as_freja.post(new, typed(answers, send="1", pitch="Late"))

    row = Application.objects.get()
    assert (response.status_code, row.status, row.pitch) == (409, Status.DRAFT, "Late")


def test_late_edits_of_a_sent_application_are_kept_beside_it(as_freja, challenge, sent, answers):
    end(challenge)

    as_freja.post(
        reverse("applications:edit", args=[sent.public_id]),
        typed(answers, send="1", revision=sent.revision, pitch="Late"),
    )

    sent.refresh_from_db()
    assert (sent.pitch, sent.pending) == ("Ears on every cable", {"pitch": "Late"})


def test_both_texts_are_shown_when_a_colleague_wrote_meanwhile(as_freja, edit, draft, answers):
    seen = draft.revision
    actions.save_draft(
        application=draft,
        content={"pitch": "Their ears"},
        revision=seen,
        page="page-b",
        by=User.objects.get(),
    )

    response = as_freja.post(edit, typed(answers, pitch="My ears", revision=seen))
    page = text_of(response)
    again = re.search(r'name="revision" value="(\d+)"', page).group(1)
    saved = as_freja.post(edit, typed(answers, pitch="My ears", revision=again))

    draft.refresh_from_db()
    assert (response.status_code, saved.status_code, draft.pitch) == (409, 302, "My ears")
    assert 'value="My ears"' in page
    assert ">Their ears</dd>" in page


def test_two_who_begin_at_once_do_not_overwrite_each_other(as_freja, new, company, answers):
    colleague = CompanyMemberFactory(company=company, role="company_editor").user
    signed_in(colleague).post(new, typed(answers, pitch="Their ears", writer="page-b"))

    response = as_freja.post(new, typed(answers, pitch="My ears"))

    assert (response.status_code, Application.objects.get().pitch) == (409, "Their ears")


def test_who_has_several_companies_chooses(as_freja, freja, new, company):
    other = CompanyMemberFactory(user=freja, company__slug="lydtryk").company
    freja.acting_as = "nothing"

    chosen = as_freja.get(f"{new}?company=lydtryk")
    acting = as_freja.get(new)

    assert f"for {other.name}" in text_of(chosen)
    assert acting.status_code == 200


def test_who_has_no_company_is_told_how_to_get_one(new, db):
    visitor = signed_in(CompanyMemberFactory().user)
    visitor_company = CompanyFactory(slug="not-mine")
    lonely = signed_in(User.objects.create_user("lone@people.example"))

    assert visitor.get(f"{new}?company={visitor_company.slug}").status_code == 404
    assert reverse("companies:register") in text_of(lonely.get(new))


def test_a_closed_challenge_offers_open_ones(as_freja, new, challenge):
    end(challenge)

    response = as_freja.get(new)

    assert "This challenge no longer takes applications" in text_of(response)


def test_other_companies_do_not_see_an_application(sent):
    other = signed_in(CompanyMemberFactory().user)

    found = {
        name: other.get(reverse(f"applications:{name}", args=[sent.public_id])).status_code
        for name in ("own", "edit", "withdraw")
    }

    assert found == {"own": 404, "edit": 404, "withdraw": 404}


def test_withdrawing_asks_first(as_freja, sent):
    address = reverse("applications:withdraw", args=[sent.public_id])
    as_freja.get(address)
    sent.refresh_from_db()
    asked = sent.status

    as_freja.post(address)

    sent.refresh_from_db()
    assert (asked, sent.status) == (Status.SUBMITTED, Status.WITHDRAWN)


def test_a_withdrawn_application_is_taken_up_from_its_page(as_freja, sent, freja):
    actions.withdraw(application=sent, by=freja)

    response = as_freja.post(reverse("applications:take_up", args=[sent.public_id]))

    sent.refresh_from_db()
    assert (sent.status, response.url) == (
        Status.DRAFT,
        reverse("applications:edit", args=[sent.public_id]),
    )


def test_unsent_changes_are_discarded_from_the_page(as_freja, sent, freja):
    actions.save_draft(application=sent, content={"pitch": "Other"}, by=freja)

    as_freja.post(reverse("applications:discard", args=[sent.public_id]))

    sent.refresh_from_db()
    assert sent.pending == {}


def test_the_page_shows_earlier_versions(as_freja, sent, answers, freja):
    actions.submit(
        application=sent,
        content=answers | {"pitch": "Better ears"},
        arrived_at=timezone.now(),
        by=freja,
    )

    page = text_of(as_freja.get(sent.get_absolute_url()))

    assert page.index("Better ears") < page.index("Earlier versions")
    assert page.index("Earlier versions") < page.index("Ears on every cable")


def test_the_list_of_a_company(as_freja, draft):
    page = text_of(as_freja.get(reverse("applications:list")))

    assert draft.challenge.title in page


def test_the_list_of_a_manager_has_no_drafts(as_marta, draft, answers, freja):
    scored(draft.challenge, draft.company)
    before = text_of(as_marta.get(reverse("applications:list")))

    actions.submit(application=draft, content=answers, arrived_at=timezone.now(), by=freja)

    after = text_of(as_marta.get(reverse("applications:list")))
    assert ("Kabelro" in before, "Kabelro" in after) == (False, True)
