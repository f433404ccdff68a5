"""The demonstration can be as large as a ministry (DEMO_STAFF)."""

from dxportal.demo import people


def test_longer_list_begins_with_the_sample():
    sample = (people.DATA / "staff_sample.csv").read_text().splitlines()
    longer = people.staff_file(people.SAMPLE + 2).decode().splitlines()
    assert longer[: len(sample)] == sample
    assert len(longer) == len(sample) + 2
