"""The English catalogues are whole: every string has its English, with the same placeholders and the same HTML."""

import re

import pytest

from dxportal import catalogues

PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w*\}")
HTML_TAG = re.compile(r"</?[a-z]+")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-鿿]")


def pairs(app):
    """(Japanese, English) of each form of each string."""
    for entry in catalogues.load(app):
        if entry.id:
            plural = isinstance(entry.id, tuple)
            yield from zip(
                entry.id if plural else [entry.id], entry.string if plural else [entry.string], strict=True
            )


@pytest.mark.parametrize("app", catalogues.APPS)
def test_every_string_has_its_english(app):
    assert [message.id for message in catalogues.missing(app)] == []


@pytest.mark.parametrize("app", catalogues.APPS)
def test_placeholders_are_kept(app):
    broken = [p for p in pairs(app) if {*PLACEHOLDER.findall(p[0])} != {*PLACEHOLDER.findall(p[1])}]
    assert broken == []


@pytest.mark.parametrize("app", catalogues.APPS)
def test_html_is_kept(app):
    assert [p for p in pairs(app) if sorted(HTML_TAG.findall(p[0])) != sorted(HTML_TAG.findall(p[1]))] == []


@pytest.mark.parametrize("app", catalogues.APPS)
def test_english_is_no_copy_of_the_japanese(app):
    assert [p for p in pairs(app) if p[0] == p[1] and JAPANESE.search(p[0])] == []


def test_one_string_has_one_english():
    """Django puts all catalogues into one: a second English for the same string would never be shown."""
    found = {}
    for app in catalogues.APPS:
        for entry in catalogues.load(app):
            if entry.id:
                found.setdefault((entry.id, entry.context), set()).add(entry.string)
    assert {key: sorted(english) for key, english in found.items() if len(english) > 1} == {}
