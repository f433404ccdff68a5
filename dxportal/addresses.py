"""Addresses of rows, kept in memory: a page of the plan asks for hundreds, and the same ones with every request."""

from functools import lru_cache

from django.urls import get_script_prefix, get_urlconf, reverse

KEPT = 20_000


def address(name: str, *args: str) -> str:
    """`reverse(name, args=args)`, looked up once."""
    return _address(get_urlconf(), get_script_prefix(), name, args)


@lru_cache(KEPT)
def _address(urlconf, prefix, name, args) -> str:
    return reverse(name, urlconf, args=args)
