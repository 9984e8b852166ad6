from hypothesis import given
from hypothesis import strategies as st

from matching.scoring.marking import Fragment, fragments_of

TEXT = "We build sensors.\nThey find faults, and they last."


def test_quoted_words_are_marked_wherever_lines_break():
    found = fragments_of(TEXT, [(1, "sensors. They find faults, …")])

    assert found == [
        Fragment("We build "),
        Fragment("sensors.\nThey find faults,", (1,)),
        Fragment(" and they last."),
    ]


def test_where_two_findings_quote_the_same_both_are_named():
    found = fragments_of(TEXT, [(2, "They find faults, and they last."), (1, "faults,")])

    assert [fragment.numbers for fragment in found] == [(), (2,), (1, 2), (2,)]


def test_what_is_not_there_and_what_is_empty_is_not_marked():
    assert fragments_of(TEXT, [(1, "bread (fresh"), (2, " …")]) == [Fragment(TEXT)]


@given(
    st.text(alphabet="ab. \n(", max_size=40),
    st.lists(st.tuples(st.integers(1, 3), st.text(alphabet="ab. (", max_size=6)), max_size=4),
)
def test_the_fragments_give_the_text_back(text, quoted):
    assert "".join(fragment.text for fragment in fragments_of(text, quoted)) == text
