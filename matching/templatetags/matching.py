"""What templates show of matches."""

from django import template

from matching.rows import by_hand, legend_of, rows_of

register = template.Library()
register.simple_tag(rows_of, name="match_rows")
register.simple_tag(legend_of)
register.simple_tag(by_hand, name="decided_by_hand")
