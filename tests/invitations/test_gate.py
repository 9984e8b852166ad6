"""The send-gate: who may be written to, on what ground, and who never."""

import csv
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invitations.choices import AddressKind, Refusal, RuleChoice
from invitations.gate import (
    OFFICES,
    PROVIDERS,
    CountryRule,
    Effect,
    Kind,
    Recipient,
    Rule,
    Verdict,
    judge,
    kind_of,
)
from invitations.wording import VERDICTS, judged
from matching.scoring import Reason
from runner.checkout import ROOT

DAY = date(2026, 3, 1)
ADDRESSES = {Kind.PERSONAL: "freja.holm@kabelro.example", Kind.GENERIC: "info@kabelro.example"}
PRIVATE = "info@gmail.com"


def table_of_the_file():
    with (ROOT / "invitations/data/country_rules.csv").open(newline="") as file:
        return {
            (row["country"], Kind(row["kind"])): CountryRule(
                Rule(row["rule"]), date.fromisoformat(row["since"])
            )
            for row in csv.DictReader(file)
        }


TABLE = table_of_the_file()
A, R = Effect.ALLOW, Effect.RELAY
# Country: a person's address, an office's, each with nothing else on record.
EXPECTED = {
    "AT": (R, A), "BE": (R, A), "BG": (R, R), "CH": (R, R), "CY": (R, R), "CZ": (R, R),
    "DE": (R, R), "DK": (R, R), "EE": (R, R), "ES": (R, R), "FI": (A, A), "FR": (A, A),
    "GB": (A, A), "GR": (R, R), "HR": (R, R), "HU": (R, R), "IE": (R, R), "IS": (R, R),
    "IT": (R, R), "LI": (R, R), "LT": (R, R), "LU": (R, R), "LV": (R, R), "MT": (R, R),
    "NL": (R, R), "NO": (R, A), "PL": (R, R), "PT": (R, R), "RO": (R, R), "SE": (A, A),
    "SI": (R, R), "SK": (R, R),
}  # fmt: skip


@pytest.mark.parametrize("country", sorted({country for country, _kind in TABLE} | set(EXPECTED)))
def test_the_table_of_countries(country):
    found = tuple(
        judge(Recipient(country=country, address=ADDRESSES[kind], relay=7), TABLE).effect
        for kind in (Kind.PERSONAL, Kind.GENERIC)
    )

    assert found == EXPECTED[country]


@pytest.mark.parametrize("country, kind", sorted(TABLE))
def test_every_row_with_everything_that_can_be_on_record(country, kind):
    """Rule by rule: what nothing, a proof, membership, a request and an objection make of it."""
    plain = Recipient(country=country, address=ADDRESSES[kind], relay=7)
    rule = TABLE[country, kind].rule
    records = product([None, DAY], [None, DAY], [False, True], ["", "stopped"], [False, True])
    for asked_on, published_on, own, objection, alone in records:
        recipient = Recipient(
            country=country,
            address=plain.address,
            asked_on=asked_on,
            published_on=published_on,
            is_own_member=own,
            objection=objection,
            is_one_person=alone,
            relay=7,
        )
        by_rule = {
            Rule.FREE: True,
            Rule.COMPANIES: not alone,
            Rule.PUBLISHED: published_on is not None,
            Rule.REQUEST: False,
        }[rule]
        allowed = bool(asked_on) or own or by_rule

        effect = judge(recipient, TABLE).effect

        assert effect == (Effect.REFUSE if objection else A if allowed else R), recipient


@pytest.mark.parametrize(
    "recipient, verdict",
    [
        (
            {"country": "DK", "address": "info@a.example"},
            Verdict(Effect.REFUSE, Reason("needs_request", country="DK", kind="generic")),
        ),
        (
            {"country": "DK", "address": "info@a.example", "relay": 3},
            Verdict(R, Reason("needs_request", country="DK", kind="generic"), 3),
        ),
        (
            {"country": "NL", "address": "jan@a.example", "relay": 3},
            Verdict(R, Reason("needs_proof", country="NL", kind="personal"), 3),
        ),
        (
            {"country": "NL", "address": "jan@a.example", "published_on": DAY},
            Verdict(A, Reason("published", on="2026-03-01", country="NL", kind="personal")),
        ),
        (
            {"country": "SE", "address": "eva@a.example", "is_one_person": True, "relay": 3},
            Verdict(R, Reason("one_person", country="SE", kind="personal"), 3),
        ),
        (
            {"country": "SE", "address": "eva@gmail.com", "relay": 3},
            Verdict(R, Reason("one_person", country="SE", kind="personal"), 3),
        ),
        (
            {"country": "FI", "address": "eva@a.example"},
            Verdict(A, Reason("free", country="FI", kind="personal")),
        ),
        (
            {"country": "US", "address": "info@a.example", "relay": 3},
            Verdict(R, Reason("no_rule", country="US", kind="generic"), 3),
        ),
        (
            {"country": "", "address": "info@a.example"},
            Verdict(Effect.REFUSE, Reason("no_rule", country="", kind="generic")),
        ),
        ({"country": "FI", "address": ""}, Verdict(Effect.REFUSE, Reason("no_address"))),
        (
            {"country": "DK", "address": "info@a.example", "asked_on": DAY},
            Verdict(A, Reason("asked", on="2026-03-01")),
        ),
        (
            {"country": "DK", "address": "info@a.example", "is_own_member": True},
            Verdict(A, Reason("own_member")),
        ),
    ],
)
def test_every_verdict_carries_its_reason(recipient, verdict):
    assert judge(Recipient(**recipient), TABLE) == verdict


recipients = st.builds(
    Recipient,
    country=st.sampled_from(["", "XX", *{country for country, _kind in TABLE}]),
    address=st.sampled_from(["", PRIVATE, *ADDRESSES.values()]),
    is_own_member=st.booleans(),
    asked_on=st.none() | st.dates(),
    published_on=st.none() | st.dates(),
    objection=st.sampled_from(["", Refusal.OPTED_OUT, Refusal.STOPPED, Refusal.OBJECTED]),
    is_one_person=st.booleans(),
    relay=st.none() | st.integers(1, 9),
)
tables = st.dictionaries(
    st.tuples(st.sampled_from(["DK", "SE", "NL"]), st.sampled_from(Kind)),
    st.builds(CountryRule, rule=st.sampled_from(Rule)),
)


@given(recipients, tables)
def test_what_holds_whatever_the_table_says(recipient, table):
    verdict = judge(recipient, table)

    if recipient.objection:
        assert verdict == Verdict(Effect.REFUSE, Reason(recipient.objection))
    elif recipient.asked_on and recipient.address:
        assert verdict.is_allowed
    elif (recipient.country, kind_of(recipient.address)) not in table:
        assert verdict.is_allowed == (recipient.is_own_member and bool(recipient.address))
    assert verdict.is_allowed <= bool(recipient.address)
    assert verdict.is_relayed <= (recipient.relay is not None)
    assert verdict.reason.code in {*VERDICTS, *Refusal.values}
    assert judged(verdict.reason)


@given(recipients)
def test_a_stricter_rule_never_lets_more_through(recipient):
    order = list(Rule)
    allowed = [
        judge(recipient, {(recipient.country, kind): CountryRule(rule) for kind in Kind}).is_allowed
        for rule in (order[0], order[1], order[3])
    ]

    assert allowed == sorted(allowed, reverse=True)


@pytest.mark.parametrize(
    "address, kind",
    [
        ("info@kabelro.example", Kind.GENERIC),
        ("Post@Kabelro.example", Kind.GENERIC),
        ("kontakt+labmatch@kabelro.example", Kind.GENERIC),
        ("sales.support@kabelro.example", Kind.GENERIC),
        ("firmapost@kabelro.example", Kind.GENERIC),
        ("freja@kabelro.example", Kind.PERSONAL),
        ("info.freja@kabelro.example", Kind.PERSONAL),
        ("hr@kabelro.example", Kind.PERSONAL),
        ("kabelro@kabelro.example", Kind.PERSONAL),
        ("info@gmail.com", Kind.PERSONAL),
        ("@kabelro.example", Kind.PERSONAL),
        ("", Kind.PERSONAL),
    ],
)
def test_what_sort_of_address_it_is(address, kind):
    assert kind_of(address) == kind


def test_no_initials_are_taken_for_an_office_and_no_provider_for_a_company():
    assert [word for word in OFFICES if len(word) < 3] == []
    assert [domain for domain in PROVIDERS if "." not in domain] == []


def test_the_choices_on_the_page_are_those_of_the_gate():
    assert set(RuleChoice.values) == {str(rule) for rule in Rule}
    assert set(AddressKind.values) == {str(kind) for kind in Kind}


def test_every_country_of_the_file_has_both_kinds_and_a_source():
    with (ROOT / "invitations/data/country_rules.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))

    assert {row["country"] for row in rows} == set(EXPECTED)
    assert len(rows) == 2 * len(EXPECTED) == len(TABLE)
    assert all(row["source"] for row in rows)
