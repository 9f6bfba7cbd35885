"""The table of rate limits in the decision record is the one that holds."""

from datetime import timedelta

from flask import Flask

from learning.kit.rate_limit import LIMITS, Rate
from learning.settings import ROOT

RECORD = ROOT / "docs/decisions/0028-rate-limits-leak.md"
WINDOWS = {
    timedelta(minutes=1): "a minute",
    timedelta(minutes=5): "5 minutes",
    timedelta(minutes=15): "15 minutes",
    timedelta(hours=1): "an hour",
    timedelta(days=1): "a day",
}


def text(rates: tuple[Rate, ...]) -> str:
    return ", ".join(f"{rate.attempts} in {WINDOWS[rate.window]}" for rate in rates) or "–"


def test_the_table_of_rate_limits_is_true(app: Flask) -> None:
    assert app.view_functions, "every package is loaded"
    rows = [
        f"| {name} | {text(tuple(limit.each))} | {text(tuple(limit.network))} |"
        for name, limit in sorted(LIMITS.items())
        if "of a test" not in name
    ]
    record = RECORD.read_text().splitlines()
    first = next(n for n, line in enumerate(record) if line.startswith("|---"))
    assert [line for line in record[first + 1 :] if line.startswith("|")] == rows
