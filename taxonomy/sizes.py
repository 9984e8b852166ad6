"""Size classes of enterprises, after Recommendations 2003/361/EC and (EU) 2025/1099. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

SIZE_CHOICES = (
    ("micro", _("Micro enterprise")),
    ("small", _("Small enterprise")),
    ("medium", _("Medium-sized enterprise")),
    ("small_mid_cap", _("Small mid-cap")),
    ("large", _("Large enterprise")),
)
SIZE_LABELS = dict(SIZE_CHOICES)
SME = ("micro", "small", "medium")


@dataclass(frozen=True)
class Threshold:
    """`staff_below` people; turnover and balance in million euros, either of which may be met."""

    size_class: str
    staff_below: int
    turnover_meur: float
    balance_meur: float


def size_class_of(
    *,
    staff: int | None,
    turnover_meur: float | None,
    balance_meur: float | None,
    thresholds: Sequence[Threshold],
) -> str | None:
    """The smallest class whose limits hold, None when the number of people is not stated.

    With neither turnover nor balance stated the people decide alone.
    `thresholds` are sorted smallest class first; beyond the last is `large`.
    """
    if staff is None:
        return None
    for threshold in thresholds:
        if staff < threshold.staff_below and _within(threshold, turnover_meur, balance_meur):
            return threshold.size_class
    return "large"


def _within(threshold: Threshold, turnover: float | None, balance: float | None) -> bool:
    if turnover is None and balance is None:
        return True
    return (turnover is not None and turnover <= threshold.turnover_meur) or (
        balance is not None and balance <= threshold.balance_meur
    )
