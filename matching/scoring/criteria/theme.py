"""Themes of the challenge that the company works in."""

from collections.abc import Iterable

from matching.scoring.arrays import Bools, Floats
from matching.scoring.corpus import Corpus
from matching.scoring.criteria.telling import told_once
from matching.scoring.facts import Brief, Profile
from matching.scoring.findings import Reason, Said


def asked(brief: Brief) -> bool:
    return bool(brief.themes)


def measure(brief: Brief, corpus: Corpus) -> tuple[Floats, Bools]:
    themes = set(brief.themes)
    return corpus.themes.count(themes) / len(themes), corpus.themes.stated


def explain(brief: Brief, profiles: Iterable[Profile]) -> list[Said]:
    wanted = tuple(dict.fromkeys(brief.themes))

    def told(themes: tuple[str, ...]) -> Said:
        shared = [code for code in wanted if code in themes]
        missing = [code for code in wanted if code not in themes]
        return Reason(
            "themes_shared" if shared else "themes_differ", shared=shared, missing=missing
        ), ()

    return told_once(told, (profile.themes for profile in profiles))
