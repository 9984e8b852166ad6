"""Reading the member list of a cluster organisation. Pure: no database, no words for people."""

from companies.member_lists.columns import guess_columns
from companies.member_lists.reading import MOST_BYTES, MOST_ROWS, Table, Unreadable, read_table
from companies.member_lists.rows import FIELDS, Fault, Ground, read_row, registry_key
from companies.member_lists.verdict import Known, Verdict, repeated, verdict_of

__all__ = [
    "FIELDS",
    "MOST_BYTES",
    "MOST_ROWS",
    "Fault",
    "Ground",
    "Known",
    "Table",
    "Unreadable",
    "Verdict",
    "guess_columns",
    "read_row",
    "read_table",
    "registry_key",
    "repeated",
    "verdict_of",
]
