"""What a client confirmed counts for more than what a company says of itself."""

import pytest

from companies.actions import confirm_reference
from companies.models import Company
from matching.actions import explain_waiting, request_runs, rescore_companies, score_challenge
from matching.columns import read_block
from matching.models import Match, MatchRun
from matching.profiles import profiles_of
from matching.scoring.criteria import track_record
from matching.wording import sentence
from tests.factories import ClusterOrganisationFactory, CompanyFactory, ReferenceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(challenge) -> Company:
    company = CompanyFactory(themes=["sensors_grid"], description="Sensors find faults.")
    for _ in range(3):
        ReferenceFactory(company=company)
    return company


def confirm(company: Company, how_many: int) -> None:
    for reference in company.references.all()[:how_many]:
        confirm_reference(reference=reference, organisation=ClusterOrganisationFactory(), by=None)


def part_of(company: Company) -> tuple[int, str]:
    """The tenths of the criterion, and the sentence a reader gets."""
    explain_waiting(may_go_on=lambda: True)
    match = Match.objects.get(company=company)
    (finding,) = [one for one in match.judged if one.criterion == "track_record"]
    return finding.tenths, str(sentence(finding.reason))


def test_each_confirmation_raises_the_share(challenge, company):
    (run,) = request_runs(challenge_ids=[challenge.pk])
    score_challenge(run=MatchRun.objects.get(pk=run))
    claimed, said = part_of(company)

    confirm(company, 2)
    rescore_companies(company_ids=[company.pk])
    confirmed, said_now = part_of(company)

    share = track_record.CONFIRMED[2] + track_record.CLAIM
    assert claimed / confirmed == pytest.approx(2 * track_record.CLAIM / share, abs=0.02)
    assert said == "3 references, not confirmed yet; clients: Utility"
    assert said_now == "3 references, 2 confirmed by the client; clients: Utility"


def test_columns_and_objects_read_the_same(challenge, company):
    confirm(company, 1)
    (run,) = request_runs(challenge_ids=[challenge.pk])
    score_challenge(run=MatchRun.objects.get(pk=run))

    columns = read_block(company.pk >> 13)

    place = columns.ids.tolist().index(company.pk)
    (profile,) = profiles_of([company.pk])
    assert (columns.confirmed[place], columns.claimed[place]) == (1, 2)
    assert [one.confirmed for one in profile.references].count(True) == 1
