"""Languages of work: one in common is enough to work together."""

from collections.abc import Iterable

from matching.scoring.arrays import Bools, Floats
from matching.scoring.corpus import Corpus
from matching.scoring.criteria.telling import told_once
from matching.scoring.facts import Brief, Profile
from matching.scoring.findings import Reason, Said


def asked(brief: Brief) -> bool:
    return bool(brief.languages_of_work)


def measure(brief: Brief, corpus: Corpus) -> tuple[Floats, Bools]:
    shared = corpus.languages.count(brief.languages_of_work) > 0
    return shared.astype("float64"), corpus.languages.stated


def explain(brief: Brief, profiles: Iterable[Profile]) -> list[Said]:
    wanted = list(dict.fromkeys(brief.languages_of_work))

    def told(spoken: tuple[str, ...]) -> Said:
        shared = [code for code in wanted if code in spoken]
        if shared:
            return Reason("languages_shared", shared=shared), ()
        return Reason("languages_differ", missing=wanted), ()

    return told_once(told, (profile.languages for profile in profiles))
