"""One row as the record has it: the states it went through, and how they are read out of the database."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import BooleanField, Case, Exists, JSONField, Model, OuterRef, Value, When
from django.db.models.base import ModelState
from django.db.models.functions import Cast, JSONObject

from dxportal import dates

FACTS = ("pgh_created_at", "pgh_label", "pgh_context__metadata", "is_open")  # of a State, in its order


@lru_cache(64)
def end_of(day: date) -> datetime:
    """The first instant after the day in Tokyo."""
    return dates.local_instant(day + dates.DAY, time(0), dates.TOKYO)


class State(NamedTuple):
    """A row as it was from one moment on."""

    at: datetime
    label: str  # insert, update, delete
    context: dict | None  # what is known of the request: user (pk), url
    is_open: bool | None  # whether the person may read the row today; None when it is gone, or was not asked
    obj: Model


def on(states: Sequence[State], day: date) -> Model | None:
    """The row at the end of the day; None before it was there and after it was deleted."""
    end = end_of(day)
    for state in reversed(states):
        if state.at < end:
            return state.obj if state.label != "delete" else None
    return None


def row_of(model: type[Model], names: Iterable[str], values: Iterable) -> Model:
    """A row from its stored values, as `from_db` makes it but without the signals: the record holds many thousands."""
    row = model.__new__(model)
    row._state = ModelState()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    row.__dict__.update(zip(names, values, strict=True))
    return row


class Exact(json.JSONDecoder):
    """Numbers as they are in the database: Decimals, never floats."""

    def __init__(self, **kwargs):
        super().__init__(parse_float=Decimal, **kwargs)


class Json(JSONObject):
    """A row as one value, so that rows of several tables fit into one query."""

    output_field = JSONField(decoder=Exact)


def add(found: dict[int, list[State]], state: State) -> None:
    """Put the next state of a row behind its earlier ones."""
    if state.label == "insert" and state.obj.pk in found:
        return  # told from elsewhere before: here the database began to keep the record itself
    found.setdefault(state.obj.pk, []).append(state)


def is_open(model, readable):
    """Whether a row of today is among the readable ones; None where it is gone, and where nobody asks."""
    if readable is None:
        return Cast(Value(None), BooleanField())
    same = {"pk": OuterRef("pgh_obj_id")}
    there, may = Exists(model._base_manager.filter(**same)), Exists(readable.order_by().filter(**same))
    return Case(When(there, then=may), output_field=BooleanField())
