"""What templates show of matches."""

from django import template

from matching.rows import rows_of

register = template.Library()
register.simple_tag(rows_of, name="match_rows")
