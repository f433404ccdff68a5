"""Whom a text means by @name: people are found by the words they are called by (T7)."""

import re

from django.db.models import Q, TextField, Value
from django.db.models.functions import Replace

from accounts.models import EmploymentKind, User
from dxportal.text import normalise

FOUND = 12
# After the start, a blank or punctuation, so that an e-mail address names nobody.
MARK = re.compile(r"(?:^|(?<=[\s、。,.・「((]))[@@]([^\s@@、。,.!?!?「」()():;:]{1,40})")
HONORIFIC = re.compile(r"(さん|様|さま|氏|殿).*$")
NAMES = ("name", "name_kana", "name_en")


def can_be_named():
    """People a comment or a note may name: active, and no outside expert."""
    return User.objects.active().exclude(employment_kind=EmploymentKind.EXTERNAL_EXPERT)


def find(words, *, by):
    """People whose name holds all the words, a dozen at most; an outside expert looks nobody up."""
    if by.is_expert or not words.strip():
        return User.objects.none()
    return can_be_named().search(words).select_related("department")[:FOUND]


def marks_in(text: str) -> list[str]:
    """The words after every @, as they compare, each once: 三浦 of 「@三浦さんに聞く」."""
    found = (HONORIFIC.sub("", mark) for mark in MARK.findall(text))
    return list(dict.fromkeys(normalise(mark) for mark in found if mark))


def called(marks, *, by) -> dict[str, list]:
    """{mark: the people called so}: by full name without blanks, or one part of it. One query."""
    if not marks or by.is_expert:
        return {}
    like = Q()
    for mark in marks:
        like |= Q(packed__contains=mark)
    packed = Replace("search_text", Value(" "), Value(""), output_field=TextField())
    people = list(can_be_named().annotate(packed=packed).filter(like).select_related("department"))
    return {mark: [person for person in people if mark in words_of(person)] for mark in marks}


def words_of(person) -> set[str]:
    """Everything the person may be called by: full names without blanks and their parts."""
    words = set()
    for name in NAMES:
        parts = normalise(getattr(person, name)).split()
        words |= {"".join(parts), *parts}
    return words - {""}
