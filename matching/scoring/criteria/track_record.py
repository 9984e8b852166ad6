"""References: those a client confirmed count; claims alone bring a quarter at most."""

from collections.abc import Iterable

import numpy as np

from matching.scoring.arrays import Bools, Floats
from matching.scoring.corpus import Corpus
from matching.scoring.facts import Brief, Profile, Reference
from matching.scoring.findings import Quote, Reason, Said

# Three are as good as thirty: a long list must not win every challenge.
CONFIRMED = np.array([0.0, 0.5, 0.75, 1.0])
CLAIM, CLAIMS_COUNTED = 0.125, 2


def asked(brief: Brief) -> bool:
    return True


def measure(brief: Brief, corpus: Corpus) -> tuple[Floats, Bools]:
    confirmed = CONFIRMED.take(corpus.confirmed, mode="clip")
    claimed = CLAIM * np.minimum(corpus.claimed, CLAIMS_COUNTED)
    return np.minimum(confirmed + claimed, 1.0), corpus.confirmed + corpus.claimed > 0


def explain(brief: Brief, profiles: Iterable[Profile]) -> list[Said]:
    return [_told(profile.references) for profile in profiles]


def _told(references: tuple[Reference, ...]) -> Said:
    confirmed = sum([reference.confirmed for reference in references])
    reason = Reason(
        "references_confirmed" if confirmed else "references_claimed",
        confirmed=confirmed,
        references=len(references),
        client_types=sorted({ref.client_type for ref in references if ref.client_type}),
    )
    return reason, tuple([Quote("profile", "reference", ref.id, ref.title) for ref in references])
