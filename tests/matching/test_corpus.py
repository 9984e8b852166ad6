"""Companies come block by block; what is kept of them, and who is measured, changes no number."""

import pytest

from matching import corpus
from matching.actions import rescore_companies
from matching.corpus import Companies
from matching.meanings import briefs_of
from matching.models import CompanyRanking, Match
from matching.scoring.blocks import statistics_of

pytestmark = pytest.mark.django_db
NUMBERS = ("company", "total", "parts", "is_eligible", "profile_hash")


def numbers() -> list:
    return list(Match.objects.order_by("company").values_list(*NUMBERS))


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    corpus._kept.clear()


def test_blocks_that_pass_through_give_the_numbers_of_blocks_that_are_kept(
    three_blocks, scored, monkeypatch
):
    monkeypatch.setattr(corpus, "ROOM", 0)
    scored()
    passing, kept_of_passing = numbers(), dict(corpus._kept)
    monkeypatch.undo()

    scored()
    scored()

    assert (len(kept_of_passing), len(corpus._kept)) == (0, 3)
    assert numbers() == passing
    assert len(passing) == len(three_blocks)


def test_only_the_block_of_an_edited_company_is_read_again(three_blocks, scored):
    run = scored()
    before = dict(corpus._kept)
    three_blocks[5].revision += 1
    three_blocks[5].save()

    list(Companies(run.snapshot).blocks())

    again = [key for key, block in corpus._kept.items() if block is not before.get(key)]
    assert again == []
    assert len(corpus._kept) == 2


def test_a_sample_is_measured_where_there_are_many(three_blocks, scored, monkeypatch):
    run = scored()
    monkeypatch.setattr(corpus, "SAMPLE", 6)

    (sample,) = Companies(run.snapshot).sample()
    sampled = scored()

    assert 0 < len(sample) < len(three_blocks)
    count = sampled.brief_statistics["words"][0]
    assert count == len(sample) < run.brief_statistics["words"][0] == len(three_blocks)


def test_an_edit_gives_what_a_full_run_gives_by_a_sample(three_blocks, scored, monkeypatch):
    monkeypatch.setattr(corpus, "SAMPLE", 6)
    scored()
    before = numbers()
    CompanyRanking.objects.update(revision=0)

    rescore_companies(company_ids=[company.pk for company in three_blocks])

    assert numbers() == before


def test_statistics_of_blocks_are_those_of_all(three_blocks, scored, challenge):
    run = scored()
    brief = briefs_of([challenge], run.snapshot.encoders)[challenge.pk]
    blocks = [block.corpus for block in Companies(run.snapshot).blocks()]

    (together,) = statistics_of([brief], blocks)

    assert [len(block) for block in blocks] == [4, 4, 4]
    assert together.to_data() == run.brief_statistics
