"""gunicorn of `make run`: prepares the database in the process that then serves, so that the code is loaded once."""

import json
import os
from pathlib import Path
from runpy import run_path

from dxportal.local.places import PROJECT

globals().update(run_path(str(PROJECT / "gunicorn.conf.py")))
preload_app = True


def on_starting(server):
    """After the code is loaded and before the port is open: migrate, load the demonstration, note the accounts."""
    from django.db import connections

    from dxportal.local.prepare import prepare

    prepared = prepare()
    connections.close_all()  # a connection must not be shared with the workers that are forked next
    Path(os.environ["DX_PREPARED"]).write_text(json.dumps(prepared))
