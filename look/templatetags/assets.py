"""Scripts and stylesheets. A built-in library: no `{% load %}` needed."""

from django import template

from look import assets

register = template.Library()
register.simple_tag(assets.script)
register.simple_tag(assets.stylesheet)
register.simple_tag(assets.integrity)
