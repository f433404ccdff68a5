"""Who may open the portal's own pages."""

from tests.pillars.sweep import whole
from tests.sweep import EVERYBODY, ROLES, SIGNED_IN, STAFF, Row

MAIL = "20260101T000000.000000-1-000001-a@example.jp"
NOT_THERE = dict.fromkeys(ROLES, 404)  # the suite runs without the demonstration
NOT_READY = dict.fromkeys(ROLES, 503)  # nobody ticks in the suite

SWEEP = {
    "portal:home": Row(get=SIGNED_IN),
    "portal:me": Row(get=SIGNED_IN),
    "portal:search": Row(get=SIGNED_IN, query="?q=引継ぎ"),
    "portal:brief": Row(get=STAFF, kwargs=whole, hidden="P"),
    "portal:brief_edit": Row(get="X", post="X", kwargs=whole, hidden="P"),
    "portal:brief_pdf": Row(get=STAFF, kwargs=whole, hidden="P"),
    "portal:handover": Row(get="X M", post="X M"),
    "portal:help": Row(get=EVERYBODY),
    "portal:help_progress": Row(get=EVERYBODY),
    "portal:help_accessibility": Row(get=EVERYBODY),
    "portal:styleguide": Row(get=STAFF),
    "portal:healthz": Row(get=EVERYBODY),
    "portal:readyz": Row(get=EVERYBODY, expected=NOT_READY),
    "portal:demo_mail_list": Row(get=None, expected=NOT_THERE),
    "portal:demo_mail": Row(get=None, expected=NOT_THERE, kwargs=lambda world: {"name": MAIL}),
    "portal:demo_mail_html": Row(get=None, expected=NOT_THERE, kwargs=lambda world: {"name": MAIL}),
}
