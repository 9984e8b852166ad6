import pytest

from challenges.markdown import html_of, plain_of


def test_headings_start_below_those_of_the_page():
    assert html_of("# Need\n\n##### Small") == "<h3>Need</h3>\n<h6>Small</h6>\n"


def test_lists_tables_and_emphasis_are_kept():
    assert html_of("- **a**\n- b") == "<ul>\n<li><strong>a</strong></li>\n<li>b</li>\n</ul>\n"
    assert "<td>1</td>" in html_of("| x |\n|---|\n| 1 |")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://elsewhere.example/track.png)",
        '<img src=x onerror="alert(1)">',
        "<svg><script>alert(1)</script></svg>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '<a href="x" style="color:red" onclick="y">z</a>',
        "[x]( javascript&colon;alert(1) )",
    ],
)
def test_nothing_harmful_is_left(text):
    made = html_of(text)

    for harmful in ("<script", "<img", "<svg", 'href="javascript', 'href="data', '<a href="x"'):
        assert harmful not in made


def test_links_tell_the_other_side_nothing():
    assert html_of("[x](https://a.example)") == (
        '<p><a href="https://a.example" rel="nofollow noopener noreferrer">x</a></p>\n'
    )


def test_plain_text_keeps_words_and_lines_and_drops_marks():
    text = """# Need

- **Saved per family**: 1.5 → 4
- [the plan](https://lab.example/plan) says
  why

| a | b |
|---|---|
| 1 | 2 |

```
as it is
```
"""

    assert plain_of(text).splitlines() == [
        "Need", "Saved per family: 1.5 → 4", "the plan says why", "a", "b", "1", "2", "as it is",
    ]  # fmt: skip
