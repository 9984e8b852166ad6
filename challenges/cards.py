"""A challenge in a list. Made in Python, because a list has many and templates are slow."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from challenges.choices import Status
from challenges.models import Challenge
from look import markup
from taxonomy.themes import THEME_BY_CODE


def card(challenge: Challenge, *, level: int = 2, with_lab: bool = True) -> SafeString:
    """Needs `for_cards()`. The heading has the level that the page around it asks for."""
    return format_html(
        '<article class="card card-link"><div class="card-body" lang="{language}">{place}'
        '<h{level} class="card-title"><a href="{url}">{title}</a></h{level}><p>{question}</p></div>'
        '<div class="card-aside">{status}{due}<small>{offer}</small></div>'
        '<p class="card-footer">{themes}</p></article>',
        language=challenge.language,
        place=_place(challenge) if with_lab else "",
        level=level,
        url=challenge.get_absolute_url(),
        title=challenge.title,
        question=challenge.question,
        status=""
        if challenge.status == Status.OPEN
        else markup.status("challenge", challenge.status),
        due=_due(challenge),
        offer=challenge.get_offer_kind_display(),
        themes=" · ".join(str(THEME_BY_CODE[code].label) for code in challenge.themes),
    )


def _place(challenge: Challenge) -> SafeString:
    return format_html('<p class="card-above">{}</p>', challenge.lab.name_and_town)


def _due(challenge: Challenge) -> SafeString | str:
    if challenge.deadline is None:
        return ""
    moment = markup.deadline_of(challenge.deadline, challenge.time_zone)
    return format_html(
        '<p class="deadline{}"><strong>{}</strong> <small>{}</small></p>',
        " deadline-near" if moment.near and challenge.is_open else "",
        moment.relative,
        moment.text,
    )
