"""Languages of work: one in common is enough to work together."""

from matching.scoring.arrays import Bools, Floats
from matching.scoring.corpus import Corpus
from matching.scoring.facts import Brief, Profile
from matching.scoring.findings import Quote, Reason


def asked(brief: Brief) -> bool:
    return bool(brief.languages_of_work)


def measure(brief: Brief, corpus: Corpus) -> tuple[Floats, Bools]:
    shared = corpus.languages.count(brief.languages_of_work) > 0
    return shared.astype("float64"), corpus.languages.stated


def explain(brief: Brief, profile: Profile) -> tuple[Reason, tuple[Quote, ...]]:
    wanted = tuple(dict.fromkeys(brief.languages_of_work))
    shared = [code for code in wanted if code in profile.languages]
    if shared:
        return Reason("languages_shared", shared=shared), ()
    return Reason("languages_differ", missing=list(wanted)), ()
