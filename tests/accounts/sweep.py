"""Who may open the pages of people and sign-in."""

from accounts.models import Role
from tests.factories.accounts import DutyFactory
from tests.sweep import EVERYBODY, SIGNED_IN, Row

MANAGERS = "L D X M"
VISITOR = Row(get=EVERYBODY, post=EVERYBODY)
OWN = Row(get=SIGNED_IN, post=SIGNED_IN)


def shut(**kwargs):
    """An address allauth would open and we keep shut: nobody gets in, and nobody learns of it (AU9)."""
    return Row(get="", post="", hidden=SIGNED_IN, **kwargs)


def duty_of(world):
    """A duty that every manager may end: membership of the group, in the department."""
    member = world.people["T"]

    def make():
        return DutyFactory(user=member, role=Role.PROGRESS_REPORTER, department=world.department)

    return {"pk": world.once("duty", make).pk}


SWEEP = {
    "account_login": VISITOR,
    "account_request_login_code": VISITOR,
    "account_confirm_login_code": VISITOR,
    "account_logout": VISITOR,
    "account_inactive": Row(get=EVERYBODY),
    "account_signup": shut(),
    "account_email": shut(),
    "account_reauthenticate": Row(get="", post=""),  # 403 for people who, as in the walk, have no password
    "account_change_password": OWN,
    "account_set_password": OWN,
    "account_reset_password": VISITOR,
    "account_reset_password_done": Row(get=EVERYBODY),
    "account_reset_password_from_key": Row(
        get=EVERYBODY, post=EVERYBODY, kwargs=lambda world: {"uidb36": "1", "key": "never-given"}
    ),
    "account_reset_password_from_key_done": Row(get=EVERYBODY),
    "mfa_index": Row(get=SIGNED_IN),
    "mfa_authenticate": VISITOR,
    "mfa_reauthenticate": Row(get="", post=""),
    "mfa_activate_totp": OWN,
    "mfa_deactivate_totp": Row(get="", post="", hidden=SIGNED_IN),  # nobody of the walk has one to remove
    "mfa_view_recovery_codes": Row(get="", hidden=SIGNED_IN),
    "mfa_generate_recovery_codes": OWN,
    "mfa_download_recovery_codes": Row(get="", hidden=SIGNED_IN),
    "usersessions_list": OWN,
    "accounts:language": Row(
        get=None,
        post=EVERYBODY,
        data=lambda world: {"language": "en"},
        expected=dict.fromkeys(EVERYBODY.split(), 405),
    ),
    # Following nothing in particular is a 404 for everybody; following what one sees is tested with each app.
    "accounts:follow": Row(
        get=None, post="", hidden=SIGNED_IN, data=lambda world: {"target_type": "nothing"}
    ),
    "accounts:person": Row(get=SIGNED_IN, kwargs=lambda world: {"pk": world.people["S"].pk}),
    "accounts:settings": OWN,
    "accounts:duties": Row(get=MANAGERS, post=MANAGERS),
    "accounts:duty_end": Row(get="D X", post="D X", kwargs=duty_of, hidden="L"),
    "accounts:security_log": Row(get="M"),
}
