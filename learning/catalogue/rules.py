"""Decisions of the catalogue: plain values in, a plain value out."""

from datetime import date


def week_of(starts_on: date, today: date) -> int:
    """Return the number of the week that a day lies in: 1 is the first, 0 or less is before."""
    return (today - starts_on).days // 7 + 1


def takes_applications(*, open_: bool, apply_until: date, today: date) -> bool:
    """Whether somebody may still apply on a day; the last day counts whole."""
    return open_ and today <= apply_until
