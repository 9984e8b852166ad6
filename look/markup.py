"""The small pieces that stand in every row of a list, made in Python because rows are many."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext, pgettext

from look.marks import mark_of
from look.score import Kind, Segment, kinds, segments
from look.statuses import status_of

WARN_WITHIN = timedelta(days=7)


def icon(name: str) -> SafeString:
    """Decorative: never the only sign of anything."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


def status(noun: str, value: str) -> SafeString:
    label, tone = status_of(noun, value)
    return format_html('<span class="ds-tag status" data-color="{}">{}</span>', tone, label)


def mark(name: str, size: str = "m", kind: str = "company") -> SafeString:
    face = mark_of(str(name))
    return format_html(
        '<span class="mark mark-{} mark-{} hue-{}" aria-hidden="true"><svg viewBox="0 0 40 40">'
        '<use href="{}#m{}"></use></svg><span>{}</span></span>',
        size,
        kind,
        face.hue,
        static("img/icons.svg"),
        face.pattern,
        face.initials,
    )


# Scores.


def points(tenths: int) -> str:
    """Tenths of a point as the reader's language writes them: 824 is 82.4."""
    return _written(int(tenths), formats.get_format("DECIMAL_SEPARATOR"))


def _written(tenths: int, separator: str) -> str:
    whole, tenth = divmod(tenths, 10)
    return f"{whole}{separator}{tenth}"


def most_points(tenths: int) -> str:
    """Tenths as points, without decimals where there are none: 250 is 25."""
    return points(tenths) if tenths % 10 else str(tenths // 10)


class ScoreWords(NamedTuple):
    """What all scores of a page share: looked up once, where there are many."""

    heading: str
    sentence: str
    separator: str


def score_words() -> ScoreWords:
    return ScoreWords(
        gettext("Score"),
        gettext("%(label)s %(points)s of %(most)s"),
        formats.get_format("DECIMAL_SEPARATOR"),
    )


def score_bar(
    total: int,
    parts: Iterable[Mapping[str, Any]],
    *,
    describe: bool = True,
    words: ScoreWords | None = None,
) -> SafeString:
    """The bar. With `describe` it reads out its parts; without, a table beside it must."""
    laid = segments(total, parts)
    drawn = "".join(_drawn(part) for part in laid if part.tenths) if laid else _plain(total)
    told = 'aria-hidden="true"'
    if describe:
        told = f'role="img" aria-label="{escape(_told(laid, words or score_words()))}"'
    return mark_safe(  # noqa: S308 - numbers and an escaped label
        f'<svg class="score-bar" viewBox="0 0 1000 16" preserveAspectRatio="none" {told}>'
        f'<path class="track" d="M0 0h1000v16H0z"/>{drawn}</svg>'
    )


def _drawn(part: Segment) -> str:
    return (
        f'<rect class="s{part.order}" x="{part.start}" width="{part.tenths}" height="16"/>'
        f'<path class="t{part.order}" d="M{part.start} 8H{part.end}"/>'
    )


def _plain(total: int) -> str:
    return f'<rect class="s1" width="{int(total)}" height="16"/>'


def _told(laid: list[Segment], words: ScoreWords) -> str:
    return "; ".join(_part_told(words, p.label, p.tenths, p.weight_tenths) for p in laid)


@lru_cache(maxsize=4096)
def _part_told(words: ScoreWords, label: str, tenths: int, most: int) -> str:
    return words.sentence % {
        "label": label,
        "points": _written(tenths, words.separator),
        "most": _written(most, words.separator) if most % 10 else str(most // 10),
    }


def score(
    total: int, parts: Iterable[Mapping[str, Any]], *, words: ScoreWords | None = None
) -> SafeString:
    words = words or score_words()
    return mark_safe(  # noqa: S308 - numbers, an escaped label and the bar
        '<div class="score"><span class="score-total"><span class="ds-sr-only">'
        f"{escape(words.heading)} </span>{_written(int(total), words.separator)}</span>"
        f"{score_bar(total, parts, words=words)}</div>"
    )


def score_legend(parts: Iterable[Mapping[str, Any]]) -> SafeString:
    """What the stretches of one bar stand for."""
    return score_legend_of([parts])


def score_legend_of(
    scores: Iterable[Iterable[Mapping[str, Any]]], *, tells_most: bool = True
) -> SafeString:
    """What the stretches of the bars stand for, once above a list."""
    drawn = (
        f'<li><svg viewBox="0 0 16 16" aria-hidden="true"><rect class="s{kind.order}" width="16"'
        f' height="16"/><path class="t{kind.order}" d="M0 8H16"/></svg>{escape(kind.label)}'
        f"{_up_to(kind) if tells_most else ''}</li>"
        for kind in kinds(scores)
    )
    return format_html(
        '<ul class="score-legend" aria-label="{}">{}</ul>',
        gettext("What the score is made of"),
        mark_safe("".join(drawn)),  # noqa: S308 - escaped labels
    )


def _up_to(kind: Kind) -> str:
    if kind.most is None:
        return ""
    told = gettext("up to %(most)s") % {"most": most_points(kind.most)}
    return f' <span class="muted">{escape(told)}</span>'


def address(written: str) -> SafeString:
    """An e-mail address that breaks behind its @ rather than inside a word."""
    return mark_safe(escape(written).replace("@", "@<wbr>"))  # noqa: S308 - escaped


# Time.


class Moment(NamedTuple):
    """A point in time, ready to be shown: `text` with its zone, `relative` to now."""

    text: str
    relative: str
    near: bool
    passed: bool


def deadline_of(at: datetime, zone: str = "") -> Moment:
    local = timezone.localtime(at, ZoneInfo(zone) if zone else None)
    day = formats.date_format(local, pgettext("date and time of a deadline", "j F Y, H:i"))
    left = at - timezone.now()
    passed = left <= timedelta(0)
    return Moment(
        text=f"{day} {local:%Z}",
        relative=relative(left),
        near=not passed and left <= WARN_WITHIN,
        passed=passed,
    )


def moment(at: datetime | None, zone: str = "") -> str:
    """Day and minute with the time zone; without `zone` by the clocks of this installation."""
    return _by_clock(at, zone, "SHORT_DATETIME_FORMAT")


def clock(at: datetime | None, zone: str = "") -> str:
    """The minute alone, where the day is said beside it."""
    return _by_clock(at, zone, "TIME_FORMAT")


def _by_clock(at: datetime | None, zone: str, written: str) -> str:
    if at is None:
        return ""
    local = timezone.localtime(at, ZoneInfo(zone) if zone else None)
    return f"{formats.date_format(local, written)} {local:%Z}"


def deadline(at: datetime, zone: str = "", *, short: bool = False) -> SafeString:
    """A moment with its time zone, and how far it is; `short` keeps the moment in the title."""
    moment = deadline_of(at, zone)
    state = " deadline-passed" if moment.passed else " deadline-near" if moment.near else ""
    return format_html(
        '<time class="deadline{}" datetime="{}" title="{}">{}</time>'
        if short
        else '<time class="deadline{}" datetime="{}"><span class="nowrap">{}</span> '
        '<span class="deadline-left">{}</span></time>',
        state,
        at.isoformat(timespec="minutes"),
        moment.text,
        moment.relative,
    )


YEAR = 365 * 86400


def relative(left: timedelta) -> str:
    """How far a moment is, in whole units, the largest that fits: in 12 days, 3 hours ago."""
    seconds = abs(int(left.total_seconds()))
    ahead = left > timedelta(0)
    if (count := seconds // YEAR) >= 2:
        sentence = (
            ngettext("in %(count)d year", "in %(count)d years", count)
            if ahead
            else ngettext("%(count)d year ago", "%(count)d years ago", count)
        )
    elif count := seconds // 86400:
        sentence = (
            ngettext("in %(count)d day", "in %(count)d days", count)
            if ahead
            else ngettext("%(count)d day ago", "%(count)d days ago", count)
        )
    elif count := seconds // 3600:
        sentence = (
            ngettext("in %(count)d hour", "in %(count)d hours", count)
            if ahead
            else ngettext("%(count)d hour ago", "%(count)d hours ago", count)
        )
    else:
        count = seconds // 60
        sentence = (
            ngettext("in %(count)d minute", "in %(count)d minutes", count)
            if ahead
            else ngettext("%(count)d minute ago", "%(count)d minutes ago", count)
        )
    return sentence % {"count": count}
