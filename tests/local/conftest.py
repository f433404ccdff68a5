"""A short-lived place for servers; not under pytest's own folder, which root keeps closed to the servers' user."""

import shutil
import tempfile
from pathlib import Path

import pytest

from dxportal.local.places import find_place


@pytest.fixture
def var():
    folder = Path(tempfile.mkdtemp(prefix="dxportal-test-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder / "var"
    shutil.rmtree(folder)


@pytest.fixture
def place(var):
    return find_place(var).make()
