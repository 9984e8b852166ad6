"""What templates show of matches."""

from django import template

from matching.rows import by_hand, drawn_rows, legend_of

register = template.Library()
register.simple_tag(drawn_rows, name="match_rows")
register.simple_tag(legend_of)
register.simple_tag(by_hand, name="decided_by_hand")
