"""The rows of a list of matches. Made in Python, because a list has many and templates are slow."""

from collections.abc import Mapping, Sequence
from html import escape

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from look import markup
from look.navigation import addresses
from matching.choices import OverrideKind
from matching.measured import of_ten_apply
from matching.models import Override
from matching.showing import ShownMatch


def drawn_rows(
    found: Sequence[ShownMatch],
    *,
    with_challenge: bool,
    by_hand: Mapping[int, Override] | None = None,
) -> SafeString:
    """One `<tr>` each, of matches asked for `with_names`. `with_challenge` names the challenge too,
    in a list of several; `by_hand` are the decisions of managers by company, for managers.
    """
    drawn = Drawn(by_hand or {})
    return mark_safe("".join(drawn.row(one, with_challenge) for one in found))  # noqa: S308 - rows are escaped


def legend_of(found: Sequence[ShownMatch]) -> SafeString:
    """Of all bars in a list: where it mixes challenges, no part has one most for all of them."""
    challenges = {one.match.challenge_id for one in found}
    return markup.score_legend_of([one.parts for one in found], tells_most=len(challenges) < 2)


class Drawn:
    """What all rows of a page have in common, worded once."""

    def __init__(self, by_hand: Mapping[int, Override]) -> None:
        self.by_hand = by_hand
        self.levels: dict[int, str] = {}
        self.company = _label(_("Company"))
        self.challenge = _label(_("Challenge"))
        self.score = _label(_("Score"))
        self.score_words = markup.score_words()
        self.why = _label(_("Why"))
        self.explain = escape(_("Explain"))
        self.own_member = format_html(
            ' <span class="ds-tag" data-color="neutral">{}</span>', _("Own member")
        )
        self.nameless = escape(_("Shown without its name"))
        self.not_eligible = format_html(
            '<p class="not-met small">{} <span class="strong">{}:</span> ',
            markup.icon("alert"),
            _("Not eligible"),
        )
        self.not_yet = format_html('<span class="muted">{}</span>', _("Not yet"))
        self.url_of_match = addresses("matching:detail", str, int)
        self.url_of_matches = addresses("matching:challenge", str)
        self.url_of_company = addresses("companies:detail", str)

    def row(self, one: ShownMatch, with_challenge: bool) -> str:  # noqa: FBT001
        match = one.match
        url = self.url_of_match(match.challenge_slug, match.pk)
        return (
            f"<tr><td{self.company}><div>{self._company(one)}</div></td>"
            f"{self._challenge(one) if with_challenge else ''}"
            f'<td id="score-{match.pk}"{self.score}>{self._scored(one)}</td>'
            f'<td id="why-{match.pk}"{self.why}><div>{self._reasons(one)}</div></td>'
            f'<td><a href="{url}">{self.explain}'
            f'<span class="ds-sr-only">: {escape(one.name)}</span></a></td></tr>\n'
        )

    def _scored(self, one: ShownMatch) -> str:
        if not one.has_total:
            return self.not_yet
        drawn = markup.score(one.match.total, one.parts, words=self.score_words)
        if one.level is None:
            return drawn
        number = one.level.band.of_ten
        if number not in self.levels:
            self.levels[number] = escape(of_ten_apply(one.level.band))
        return f'<div>{drawn}<p class="muted small">{self.levels[number]}</p></div>'

    def _company(self, one: ShownMatch) -> str:
        own = self.own_member if one.is_own else ""
        if one.company is None:
            named = f'<span class="strong">{escape(one.name)}</span>'
            return f'{named}<br><span class="muted small">{self.nameless}</span>{own}'
        if not one.company.name:
            return f'<span class="strong">{escape(one.name)}</span>{own}'
        url = self.url_of_company(one.company.slug)
        return (
            f'<a class="strong" href="{url}">{escape(one.name)}</a><br>'
            f'<span class="muted small">{escape(one.place)}</span>{own}'
        )

    def _challenge(self, one: ShownMatch) -> str:
        match = one.match
        return (
            f'<td{self.challenge}><div><a href="{self.url_of_matches(match.challenge_slug)}">'
            f"{escape(match.challenge_title)}</a><br>"
            f'<span class="muted small">{escape(match.lab_name)}</span></div></td>'
        )

    def _reasons(self, one: ShownMatch) -> str:
        if one.is_waiting:
            waits = f'<p class="awaited muted small">{escape(one.why_waiting)}</p>'
            return f"{waits}{self._decided(one)}"
        reasons = "".join(f"<li>{escape(reason)}</li>" for reason in one.reasons)
        not_met = "".join(f"{self.not_eligible}{escape(c.text)}</p>" for c in one.not_met)
        return f'<ul class="reasons">{reasons}</ul>{not_met}{self._decided(one)}'

    def _decided(self, one: ShownMatch) -> str:
        decided = self.by_hand.get(one.match.company_id)
        return by_hand(decided) if decided else ""


def by_hand(decided: Override) -> SafeString:
    """What a manager decided, for managers; the erasure of a company took the reason."""
    if not decided.reason:
        return format_html(
            '<p class="small">{} <span class="strong">{}</span></p>',
            markup.icon("star"),
            decision_label(decided),
        )
    return format_html(
        '<p class="small">{} <span class="strong">{}:</span> {}</p>',
        markup.icon("star"),
        decision_label(decided),
        decided.reason,
    )


def decision_label(decided: Override) -> str:
    """What a manager decided by hand, in a word or two."""
    if decided.kind == OverrideKind.PIN:
        return _("Pinned")
    if decided.kind == OverrideKind.EXCLUDE:
        return _("Excluded")
    return _("Raised by %(points)d") % {"points": decided.points}


def _label(text: str) -> str:
    """Stands before the cell on a phone."""
    return f' data-label="{escape(text)}"'
