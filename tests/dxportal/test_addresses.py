"""Addresses kept in memory are the ones the address book gives."""

from django.test.utils import override_script_prefix
from django.urls import reverse

from dxportal.addresses import address


def test_kept_address_is_that_of_the_address_book():
    wanted = reverse("pillars:initiative", args=["NOW", "I1"])
    assert [address("pillars:initiative", "NOW", "I1") for _time in range(2)] == [wanted, wanted]


def test_kept_address_follows_the_place_of_the_portal():
    address("pillars:plan", "NOW")
    with override_script_prefix("/dx/"):
        assert address("pillars:plan", "NOW") == "/dx/plans/NOW/"
