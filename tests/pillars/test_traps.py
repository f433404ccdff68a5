"""The cases kept on purpose in the demonstration's plan (its README): the right number, or why there is none."""

from datetime import date

import pytest

from dxportal.demo import people
from dxportal.demo.pillars import CODE, DATA
from pillars import imports, progress
from pillars.models import Indicator
from tests.factories import UserFactory

TODAY = date(2026, 11, 23)
ZERO, NEGATIVE, SAME = progress.ZERO_TARGET, progress.NEGATIVE, progress.TARGET_IS_BASELINE
NO_TARGET, NO_ACTUAL, NO_BASE = progress.NO_TARGET, progress.NO_ACTUAL, progress.NO_BASELINE
RUNNING = progress.STILL_RUNNING

# case: (KPI, year) -> achievement rate, progress from baseline, target met, part of a year
TABLE = {
    "no baseline": ("P1-O1-K03", 2025, "92.7", NO_BASE, False, False),
    "no target either": ("P1-O1-K03", 2022, NO_TARGET, NO_BASE, None, False),
    "zero target, reached": ("P4-O2-K02", 2025, ZERO, "100.0", True, False),
    "zero target, missed": ("P4-O2-K02", 2024, ZERO, "0.0", False, False),
    "zero target, year still running": ("P4-O2-K02", 2026, RUNNING, RUNNING, None, True),
    "zero target to increase": ("P4-O1-K01", 2022, ZERO, SAME, True, False),
    "negative values": ("P2-O1-K04", 2025, NEGATIVE, "91.7", False, False),
    "target is baseline, to maintain": ("P4-O3-K02", 2022, "99.1", SAME, False, False),
    "maintain, reached": ("P4-O3-K02", 2024, "100.0", SAME, True, False),
    "decreasing": ("P2-O1-K03", 2025, "96.8", "89.3", False, False),
    "decreasing, average of the running year": ("P2-O1-K03", 2026, "85.9", "62.1", False, True),
    "sum still to come": ("P2-O2-K04", 2026, NO_ACTUAL, NO_ACTUAL, None, False),
    "calendar year, no target": ("P3-O1-K01", 2022, NO_TARGET, NO_TARGET, None, False),
    "calendar year, no actual": ("P3-O1-K01", 2023, NO_ACTUAL, NO_ACTUAL, None, False),
    "calendar year": ("P3-O1-K01", 2025, "90.0", "90.0", False, False),
    "missing actual": ("P3-O2-K03", 2025, NO_ACTUAL, NO_ACTUAL, None, False),
    "worse than the year before": ("P3-O2-K03", 2023, "95.2", SAME, False, False),
    "worse than the baseline, above the target": ("P3-O2-K04", 2022, "99.2", "110.6", False, False),
    "more than reached": ("P3-O2-K03", 2024, "100.7", "120.0", True, False),
}


@pytest.fixture
def indicators(db):
    """{code: indicator} of the imported plan."""
    people.load(TODAY)
    by = UserFactory(roles=["secretariat"])
    imports.confirm(imports.upload(DATA.read_bytes(), DATA.name, by=by, today=TODAY), by=by, today=TODAY)
    return {i.code: i for i in Indicator.objects.filter(plan__code=CODE).with_values()}


def shown(rate):
    return rate.reason or str(progress.whole(rate.value, 1))


def test_every_case_kept_on_purpose_gives_its_number_or_its_reason(indicators):
    found = {}
    for case, (code, year, *_expected) in TABLE.items():
        indicator = indicators[code]
        value = next(v for v in indicator.values.all() if v.fiscal_year == year)
        rates = progress.achievement_rate, progress.progress_from_baseline
        facts = progress.is_met, progress.is_partial
        numbers = [shown(rate(indicator, value, TODAY)) for rate in rates]
        found[case] = (code, year, *numbers, *(fact(indicator, value, TODAY) for fact in facts))
    assert found == TABLE
