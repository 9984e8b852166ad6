"""Counts of what came of invitations, and what of them everybody may see."""

from hypothesis import given
from hypothesis import strategies as st

from matching.learning import Count, Story, count, counts_by, precision_at_ten, publishable

SIZES = st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(1, 40), max_size=8)


def group(companies: int) -> Count:
    return Count(asked=companies + 3, applied=companies // 3, companies=companies)


def test_an_applicant_counts_as_interested_and_answered():
    stories = [
        Story(1, 1, "silent"),
        Story(1, 2, "declined"),
        Story(1, 3, "interested"),
        Story(1, 4, "waiting", step=1),
        Story(2, 4, "interested", step=3),
        Story(1, 5, step=1),
    ]

    assert count(stories) == Count(
        asked=5, answered=4, interested=3, applied=2, piloted=1, companies=4
    )


def test_only_who_was_asked_is_in_a_group():
    stories = [Story(1, n, "silent", reason="ab"[n % 3 > 0]) for n in range(6)]
    stories.append(Story(1, 7, step=1, reason="c"))

    found = counts_by(stories, lambda story: story.reason)

    assert {name: one.asked for name, one in found.items()} == {"a": 2, "b": 4}


def test_the_ten_best_of_each_challenge_that_asked_ten():
    best = [Story(1, n, "interested", total=900) for n in range(6)]
    rest = [Story(1, n, "silent", total=500) for n in range(6, 14)]
    few = [Story(2, n, "interested", total=900) for n in range(9)]

    found = precision_at_ten([*rest, *best, *few])

    assert (found.challenges, found.best, found.best_interested) == (1, 10, 6)
    assert (found.every, found.every_interested) == (14, 6)


@given(SIZES)
def test_nobody_is_recognised_in_a_group_or_in_what_is_left_out(sizes):
    groups = {name: group(companies) for name, companies in sizes.items()}

    shown = publishable(groups, "others", companies=sum(sizes.values()))

    assert all(one.companies >= 10 for one in shown.values())
    left_out = sum(sizes.values()) - sum(one.companies for one in shown.values())
    assert left_out == 0 or not shown


@given(st.lists(st.tuples(st.integers(1, 25), st.sampled_from("AB")), max_size=60))
def test_nobody_is_recognised_where_one_company_is_in_two_groups(invitations):
    """A company asked for the first time and again is a newcomer and a known one."""
    stories = [
        Story(n, company, "silent", reason=one) for n, (company, one) in enumerate(invitations)
    ]
    groups = counts_by(stories, lambda story: story.reason)

    shown = publishable(groups, "others", companies=count(stories).companies)

    for name in shown:
        told = {name} if name != "others" else groups.keys() - shown.keys()
        assert len({story.company for story in stories if story.reason in told}) >= 10
    assert not shown or sum(one.asked for one in shown.values()) == len(stories)


def test_the_same_six_companies_twice_are_not_twelve():
    groups = {"newcomer": group(6), "known": group(6)}

    assert publishable(groups, "others", companies=6) == {}
    assert publishable(groups, "others", companies=10)["others"].companies == 10


def test_small_groups_are_told_together():
    groups = {"DK": group(40), "NO": group(12), "SE": group(6), "FI": group(5)}

    shown = publishable(groups, "others", companies=63)

    assert {name: one.companies for name, one in shown.items()} == {
        "DK": 40,
        "NO": 12,
        "others": 11,
    }


def test_a_single_small_group_takes_the_next_with_it():
    groups = {"DK": group(40), "NO": group(12), "SE": group(6)}

    shown = publishable(groups, "others", companies=58)

    assert {name: one.companies for name, one in shown.items()} == {
        "DK": 40,
        "others": 18,
    }
