"""Size class of the company among those the challenge is meant for."""

from matching.scoring.arrays import Bools, Floats
from matching.scoring.corpus import Corpus
from matching.scoring.facts import Brief, Profile
from matching.scoring.findings import Quote, Reason


def asked(brief: Brief) -> bool:
    return bool(brief.size_classes)


def measure(brief: Brief, corpus: Corpus) -> tuple[Floats, Bools]:
    fits = corpus.size_class.count(brief.size_classes)
    return fits.astype("float64"), corpus.size_class.stated


def explain(brief: Brief, profile: Profile) -> tuple[Reason, tuple[Quote, ...]]:
    wanted = list(dict.fromkeys(brief.size_classes))
    if profile.size_class in wanted:
        return Reason("size_fits", size_class=profile.size_class), ()
    return Reason("size_differs", size_class=profile.size_class, wanted=wanted), ()
