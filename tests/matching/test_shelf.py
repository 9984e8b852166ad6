"""Blocks in files: the same numbers, never those of yesterday, and no harm where a disk fails."""

import os
import time
from pathlib import Path

import pytest

from matching import corpus, shelf
from matching.corpus import Companies
from matching.models import CompanyRanking, MatchRun
from matching.scoring.packing import packed
from tests.matching.test_corpus import numbers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def blocks_on_disk(settings, tmp_path, monkeypatch):
    """Few companies are worth a file here, and no block stays in memory."""
    settings.BLOCKS_ROOT = tmp_path / "blocks"
    monkeypatch.setattr(corpus, "FEW", 1)
    monkeypatch.setattr(corpus, "ROOM", 0)
    corpus._kept.clear()
    return settings.BLOCKS_ROOT


def refuse(*_given):
    raise AssertionError("The database was asked for a whole block.")


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def arrays_of(run: MatchRun) -> list[dict]:
    return [
        {
            name: (array.dtype, array.shape, array.tobytes())
            for name, array in packed(block.corpus).items()
        }
        for block in Companies(run.snapshot).blocks()
    ]


def test_what_comes_from_files_is_what_the_database_gave(three_blocks, scored, blocks_on_disk):
    run = scored()
    before, names = numbers(), names_in(blocks_on_disk)
    CompanyRanking.objects.update(revision=0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "read_block", refuse)
        scored()
        from_files = arrays_of(run)

    assert numbers() == before
    assert len(names) == 3
    for name in names:
        (blocks_on_disk / name).unlink()
    assert from_files == arrays_of(run)


def test_only_the_file_of_an_edited_block_is_made_anew(three_blocks, scored, blocks_on_disk):
    run = scored()
    names = set(names_in(blocks_on_disk))
    three_blocks[5].revision += 1
    three_blocks[5].save()
    scored()

    now = set(names_in(blocks_on_disk))

    assert (len(names), len(now), len(names & now)) == (3, 3, 2)
    assert [block.is_whole for block in Companies(run.snapshot).blocks()] == [True] * 3


def test_a_company_that_left_leaves_the_file_too(three_blocks, scored, blocks_on_disk):
    run = scored()
    left = three_blocks[5].pk
    three_blocks[5].is_active = False
    three_blocks[5].save()
    scored()

    ids = [pk for block in Companies(run.snapshot).blocks() for pk in block.corpus.ids.tolist()]

    assert len(names_in(blocks_on_disk)) == 3
    assert left not in ids


@pytest.mark.parametrize("harm", ["empty", "half", "other"])
def test_a_broken_file_is_read_anew(three_blocks, scored, blocks_on_disk, harm):
    scored()
    before = numbers()
    for path in blocks_on_disk.iterdir():
        whole = path.read_bytes()
        broken = {"empty": b"", "half": whole[: len(whole) // 2], "other": b"no numbers"}
        path.write_bytes(broken[harm])

    scored()

    assert numbers() == before


def test_a_disk_that_takes_nothing_stops_nobody(three_blocks, scored, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.BLOCKS_ROOT = tmp_path / "file" / "blocks"

    run = scored()

    assert run.companies_scored == len(three_blocks)


def test_files_of_other_snapshots_and_half_written_ones_go(blocks_on_disk):
    blocks_on_disk.mkdir()
    for name in ("3-0-a", "4-0-b", "new-now", "new-old", "notes-of-mine"):
        (blocks_on_disk / name).touch()
    long_ago = time.time() - 2 * shelf.HOUR
    os.utime(blocks_on_disk / "new-old", (long_ago, long_ago))

    shelf.keep_only([4])

    assert names_in(blocks_on_disk) == ["4-0-b", "new-now", "notes-of-mine"]


def test_an_edit_beside_the_sample_leaves_the_sample(three_blocks, scored, monkeypatch):
    monkeypatch.setattr(corpus, "SAMPLE", 6)
    run = scored()
    (sample,) = Companies(run.snapshot).sample()
    beside, inside = (
        next(one for one in three_blocks if (one.pk in sample.ids.tolist()) is wanted)
        for wanted in (False, True)
    )
    beside.revision += 1
    beside.save()

    (same,) = Companies(run.snapshot).sample()
    inside.revision += 1
    inside.save()
    (other,) = Companies(run.snapshot).sample()

    assert same is sample
    assert other is not sample
