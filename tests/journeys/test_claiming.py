"""Taking over a company from a member list: by the letter to the address on file, or by its
cluster manager's word, and in no other way."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Person

Enter = Callable[..., Person]
PROOF = re.compile(r"http://localhost:\d+(/companies/claim/link/[\w-]+/)")
LOST = "This link does not work any more"


def ask_for(page: Page, company: str) -> None:
    page.goto("/companies/claim/")
    page.get_by_role("searchbox").last.fill(company)
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("link", name=company).click()


def speaks_for(page: Page, slug: str) -> bool:
    return page.goto(f"/companies/{slug}/edit/offer/").status == 200


def test_the_letter_to_the_address_on_file_proves_it_once_and_for_the_asker_only(someone: Enter):
    owner, thief = someone(), someone()
    owner.sign_up("Kaj Riis", "kaj@kabelkig.example")
    thief.sign_up("Tove Tyv", "tove@elsewhere.example")
    ask_for(owner.page, "Kabelkig ApS")
    owner.page.get_by_role("button", name="Send the letter").click()
    expect(owner.page.get_by_text("A letter is on its way to the address on file.")).to_be_visible()
    assert not speaks_for(owner.page, "kabelkig-aps")

    letter = owner.newest_letter("hej@kabelkig.example", "Kabelkig ApS")
    link = PROOF.search(letter)[1]
    thief.go(link)
    expect(thief.page.get_by_text("This link belongs to another account")).to_be_visible()
    assert not speaks_for(thief.page, "kabelkig-aps")
    page = owner.go(link)
    assert link not in page.url
    page.get_by_role("button", name="Yes, I speak for this company").click()
    expect(page.get_by_text("You now speak for Kabelkig ApS.")).to_be_visible()
    expect(page.get_by_role("link", name="Edit the profile")).to_be_visible()

    expect(owner.go(link).get_by_role("heading", name=LOST)).to_be_visible()
    ask_page = thief.go("/companies/claim/?q=Kabelkig+ApS")
    expect(ask_page.get_by_text("Not found")).to_be_visible()


def test_the_cluster_manager_confirms_one_claim_and_refuses_another(someone: Enter):
    known, unknown = someone(), someone()
    known.sign_up("Nanna Led", "nanna@nulleder.example")
    unknown.sign_up("Uwe Ukendt", "uwe@elsewhere.example")
    for person, words in ((known, "We met in Esbjerg."), (unknown, "Trust me.")):
        ask_for(person.page, "Nulleder Måleteknik A/S")
        person.page.get_by_label(re.compile("^Message|manager")).first.fill(words)
        person.page.get_by_role("button", name="Ask the cluster organisation").click()
        expect(person.page.get_by_text("The cluster organisation is asked.").first).to_be_visible()
        assert not speaks_for(person.page, "nulleder-maleteknik-a-s")

    manager = someone("Cluster manager")
    page = manager.go("/dashboard/")
    page.get_by_role("link", name="Confirm a claim").first.click()
    expect(page.get_by_text("We met in Esbjerg.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Refuse Uwe Ukendt")).click()
    expect(page.get_by_text("The claim of Uwe Ukendt is refused.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Confirm Nanna Led")).click()
    expect(page.get_by_text("Nanna Led now speaks for Nulleder")).to_be_visible()

    assert speaks_for(known.page, "nulleder-maleteknik-a-s")
    assert not speaks_for(unknown.page, "nulleder-maleteknik-a-s")
    known.newest_letter("nanna@nulleder.example", "You now speak for Nulleder")
    unknown.newest_letter("uwe@elsewhere.example", "did not confirm")


def test_nobody_takes_a_company_without_proof(someone: Enter):
    visitor = someone()
    visitor.go("/companies/claim/")
    expect(visitor.page).to_have_url(re.compile("/accounts/login/"))
    stranger = someone()
    page = stranger.sign_up("Sten Fremmed", "sten@elsewhere.example")

    ask_for(page, "Stuevejr ApS")

    expect(page.get_by_text("hallo@stuevejr.example")).to_have_count(0)
    expect(page.get_by_role("main").get_by_role("button")).to_have_text(
        ["Send the letter", "Ask the cluster organisation"]
    )
    assert page.goto("/companies/stuevejr-aps/edit/offer/").status == 404
    assert page.goto("/companies/claim/tavlevagt-aps/").status == 404
    assert page.goto("/companies/claims/").status == 404
    expect(stranger.go("/companies/claim/prove/").get_by_text(LOST)).to_be_visible()
