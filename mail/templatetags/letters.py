from django import template

from mail.health import Standstill, standstill

register = template.Library()


@register.inclusion_tag("mail/_standstill.html")
def letters_standing_still() -> dict[str, Standstill | None]:
    """A red banner for managers while letters do not leave, else nothing."""
    return {"standstill": standstill()}
