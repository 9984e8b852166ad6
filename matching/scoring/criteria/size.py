"""Size class of the company among those the challenge is meant for."""

from collections.abc import Iterable

from matching.scoring.arrays import Bools, Floats
from matching.scoring.corpus import Corpus
from matching.scoring.criteria.telling import told_once
from matching.scoring.facts import Brief, Profile
from matching.scoring.findings import Reason, Said


def asked(brief: Brief) -> bool:
    return bool(brief.size_classes)


def measure(brief: Brief, corpus: Corpus) -> tuple[Floats, Bools]:
    fits = corpus.size_class.count(brief.size_classes)
    return fits.astype("float64"), corpus.size_class.stated


def explain(brief: Brief, profiles: Iterable[Profile]) -> list[Said]:
    wanted = list(dict.fromkeys(brief.size_classes))

    def told(size_class: str) -> Said:
        if size_class in wanted:
            return Reason("size_fits", size_class=size_class), ()
        return Reason("size_differs", size_class=size_class, wanted=wanted), ()

    return told_once(told, (profile.size_class for profile in profiles))
