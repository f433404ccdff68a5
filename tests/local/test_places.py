"""Where the servers keep their files."""

import os
from pathlib import Path

import pytest

from dxportal.local import places
from dxportal.local.places import find_place, fits_a_socket, open_to_all


def test_servers_live_inside_var(var):
    place = find_place(var)

    assert (place.home, place.run, place.mail) == (var, var / "run", var / "mail")


def test_only_root_hands_the_servers_to_another_user(var, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert find_place(var).user is None


def test_a_path_too_long_for_a_socket_moves_the_servers_out():
    var = Path("/var/tmp") / ("long" * 30) / "var"

    place = find_place(var)

    assert place.home.parent == Path("/var/tmp")
    assert (fits_a_socket(var), fits_a_socket(place.home)) == (False, True)


def test_a_folder_behind_a_closed_one_is_not_open_to_all(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    assert open_to_all(closed / "project" / "var") is False


def test_a_folder_of_somebody_else_is_refused(var, monkeypatch):
    monkeypatch.setattr(places, "fits_a_socket", lambda path: False)
    monkeypatch.setattr(places, "FALLBACK", var.parent)
    place = find_place(var)
    place.home.mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: place.home.stat().st_uid + 1)

    with pytest.raises(PermissionError, match="belongs to another user"):
        place.make()


def test_the_socket_folder_is_closed_to_others(place):
    assert place.run.stat().st_mode & 0o777 == 0o700
