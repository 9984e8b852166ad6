"""Themes of the challenge that the company works in."""

from matching.scoring.arrays import Bools, Floats
from matching.scoring.corpus import Corpus
from matching.scoring.facts import Brief, Profile
from matching.scoring.findings import Quote, Reason


def asked(brief: Brief) -> bool:
    return bool(brief.themes)


def measure(brief: Brief, corpus: Corpus) -> tuple[Floats, Bools]:
    themes = set(brief.themes)
    return corpus.themes.count(themes) / len(themes), corpus.themes.stated


def explain(brief: Brief, profile: Profile) -> tuple[Reason, tuple[Quote, ...]]:
    themes = tuple(dict.fromkeys(brief.themes))
    shared = [code for code in themes if code in profile.themes]
    missing = [code for code in themes if code not in profile.themes]
    code = "themes_shared" if shared else "themes_differ"
    return Reason(code, shared=shared, missing=missing), ()
