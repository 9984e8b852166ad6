"""What a reason may tell of a company whose name the reader may not see. Pure.

One table for all of them: how the company stands against what the challenge asks, and nothing that
it states beyond that. Its words, its country and place, its clients and the number of its
references, its levels of readiness and its size could give it away, or show that two companies
without a name are the same. A code without a row tells nothing and cannot be worded.
"""

from collections.abc import Mapping
from typing import Any

# The code that is told instead, and what of the data stays.
Told = tuple[str, frozenset[str]]
Table = Mapping[str, Told]


def keeping(code: str, *keys: str) -> Told:
    return code, frozenset(keys)


TOLD: Table = {
    "text_close": keeping("text_close"),
    "text_related": keeping("text_related"),
    "text_distant": keeping("text_distant"),
    "text_unrelated": keeping("text_unrelated"),
    "text_not_stated": keeping("text_not_stated"),
    "capabilities_covered": keeping(
        "capabilities_covered", "covered", "missing", "must_have", "must_have_covered", "required"
    ),
    "capabilities_none": keeping("capabilities_none", "missing"),
    "capabilities_not_stated": keeping("capabilities_not_stated"),
    "themes_shared": keeping("themes_shared", "shared", "missing"),
    "themes_differ": keeping("themes_differ", "missing"),
    "theme_not_stated": keeping("theme_not_stated"),
    "trl_in_range": keeping("trl_within", "low", "high"),
    "trl_gap": keeping("trl_outside", "low", "high"),
    "trl_not_stated": keeping("trl_not_stated"),
    "market_home": keeping("market_there", "country"),
    "market_served": keeping("market_there", "country"),
    "market_not_served": keeping("market_not_served", "country"),
    "market_distance": keeping("market_distance"),
    "market_not_stated": keeping("market_not_stated"),
    "references_confirmed": keeping("references_with_clients"),
    "references_claimed": keeping("references_without_clients"),
    "track_record_not_stated": keeping("track_record_not_stated"),
    "languages_shared": keeping("languages_shared", "shared"),
    "languages_differ": keeping("languages_differ", "missing"),
    "languages_not_stated": keeping("languages_not_stated"),
    "size_fits": keeping("size_within"),
    "size_differs": keeping("size_outside", "wanted"),
    "size_not_stated": keeping("size_not_stated"),
    "granted": keeping("granted", "share", "found", "missing"),
    "raised_by_manager": keeping("raised_by_manager"),
    "must_not_opt_out_met": keeping("must_not_opt_out_met"),
    "must_not_opt_out_not_met": keeping("must_not_opt_out_not_met"),
    "must_country_met": keeping("must_country_within", "wanted"),
    "must_country_not_met": keeping("must_country_outside", "wanted"),
    "must_country_not_stated": keeping("must_country_not_stated"),
    "must_size_met": keeping("size_within"),
    "must_size_not_met": keeping("size_outside", "wanted"),
    "must_size_not_stated": keeping("must_size_not_stated"),
    "must_trl_met": keeping("must_trl_met", "low", "high"),
    "must_trl_not_met": keeping("must_trl_outside", "low", "high"),
    "must_trl_not_stated": keeping("must_trl_not_stated", "low", "high"),
}


def told_of_unnamed(
    code: str, data: Mapping[str, Any], table: Table = TOLD
) -> tuple[str, dict[str, Any]]:
    """A reason as it may be told without the name; `table` is of the room that words it."""
    told, kept = table[code]
    left = {key: value for key, value in data.items() if key in kept}
    if "found" in left:
        inner, inner_data = told_of_unnamed(left["found"]["code"], left["found"]["data"], table)
        left["found"] = {"code": inner, "data": inner_data}
    return told, left
