from django.template import Context, Template
from django.utils import translation

from look.navigation import addresses


def test_unchanging_content_is_drawn_once_for_each_language():
    template = Template("{% unchanging %}{{ word }}{% translate 'Language' %}{% endunchanging %}")

    drawn = []
    for language, word in (("en", "first "), ("da", "second "), ("en", "third ")):
        with translation.override(language):
            drawn.append(template.render(Context({"word": word})))

    assert drawn == ["first Language", "second Sprog", "first Language"]


def test_the_language_form_marks_the_language_in_use_and_leads_back(rf):
    context = Context({"request": rf.get("/labs/", {"q": "a&b"}), "csrf_token": "token"})

    with translation.override("nb"):
        html = Template("{% language_form %}").render(context)

    assert 'name="next" value="/labs/?q=a%26b"' in html
    assert 'value="token"' in html
    assert html.count('aria-current="true"') == 1
    assert '<button type="submit" name="language" value="nb" lang="nb" aria-current' in html


def test_many_addresses_are_those_that_reverse_gives():
    url_of = addresses("matching:detail", str, int)

    assert url_of("old-cables", 12) == "/matches/old-cables/12/"
