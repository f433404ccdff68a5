"""The one settings file. Every value comes from the environment (see .env.example); without one it runs locally.

A secret may also be given as a file: NAME_FILE=/run/secrets/name.
"""

from pathlib import Path

import environ
import pghistory
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environ.Env()("DX_VAR", default=str(BASE_DIR / "var")))

env = environ.FileAwareEnv()
environ.Env.read_env(BASE_DIR / ".env")

# --- which installation is this -----------------------------------------------------------------

PRODUCTION = env.bool("PRODUCTION", default=False)
DEMO = env.bool("DEMO", default=False)
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="gyomu-kaizen-2026")  # of everybody in the demonstration
DEBUG = env.bool("DEBUG", default=False)
LOCAL_SECRET_KEY = "local-only-not-a-secret-" + "0" * 40


def needed(name: str, default: str, what_to_do: str) -> str:
    """A variable with a local default that production has to set. Raises ImproperlyConfigured with what to do."""
    value = env.str(name, default=default)
    if PRODUCTION and value == default:
        raise ImproperlyConfigured(f"{name} is not set. {what_to_do} See .env.example.")
    return value


SECRET_KEY = needed("SECRET_KEY", LOCAL_SECRET_KEY, "Set it to a random text of 50 letters or more.")
# Former keys, while people still hold links and second factors made with them.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is too short. Set it to a random text of 50 letters or more.")
SITE_URL = needed(
    "SITE_URL", "http://localhost:8000", "Set it to the address people type, e.g. https://dx.example.jp."
).rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["*"])
if PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS is empty or holds *. List the host names of the portal.")
if PRODUCTION and (DEBUG or DEMO):
    raise ImproperlyConfigured("DEBUG and DEMO must be off in production. Remove them from the environment.")

ORGANISATION_NAME = env.str("ORGANISATION_NAME", default="外務省")
ORGANISATION_NAME_EN = env.str("ORGANISATION_NAME_EN", default="Ministry of Foreign Affairs")
PORTAL_NAME = env.str("PORTAL_NAME", default="DXポータル")
PORTAL_NAME_EN = env.str("PORTAL_NAME_EN", default="DX Portal")
NEWSLETTER_TITLE = env.str("NEWSLETTER_TITLE", default="業務合理化便り")
NEWSLETTER_TITLE_EN = env.str("NEWSLETTER_TITLE_EN", default="Better Work Weekly")
NEWSLETTER_WEEKDAY = env.int(
    "NEWSLETTER_WEEKDAY", default=2
)  # 0 Monday … 4 Friday: the day of the weekly issue
MISSION = env.str("MISSION", default="外交力の強化 ・ 国民サービスの向上")
MISSION_EN = env.str("MISSION_EN", default="Stronger diplomacy, better service")
EXECUTIVE_TITLE = env.str("EXECUTIVE_TITLE", default="官房長")  # whom the one-page brief is written for
EXECUTIVE_TITLE_EN = env.str("EXECUTIVE_TITLE_EN", default="CDO")
SECRETARIAT_CONTACT = env.str("SECRETARIAT_CONTACT", default="大臣官房総務課 業務合理化推進室(内線 2150)")
SECRETARIAT_CONTACT_EN = env.str(
    "SECRETARIAT_CONTACT_EN", default="Business Process Reform Office (ext. 2150)"
)
LOGO = env.str("LOGO", default="img/icons.svg#logo")

# --- code ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "pgtrigger",
    "pghistory",
    "import_export",
    "django_htmx",
    "django_structlog",
    "dxportal",
    "accounts",
    "pillars",
    "taskforce",
    "newsletter",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.private_pages",
    "accounts.middleware.session_clock",
    "accounts.middleware.viewer",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.require_mfa",
    "accounts.late.late_posts",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "accounts.middleware.history_context",
]

ROOT_URLCONF = "dxportal.urls"
WSGI_APPLICATION = "dxportal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dxportal.context.portal",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "dxportal.templatetags.portal",
                "dxportal.templatetags.fields",
            ],
        },
    }
]

# --- servers ------------------------------------------------------------------------------------

DATABASE_URL = needed(
    "DATABASE_URL",
    f"postgres://dxportal@/dxportal?host={VAR_DIR}/run",
    "Set it to the PostgreSQL database, e.g. postgres://user:password@host:5432/dxportal.",
)
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
DATABASES["default"].update(
    CONN_MAX_AGE=env.int("DATABASE_CONN_MAX_AGE", default=60),
    CONN_HEALTH_CHECKS=True,
)
DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
    "options", "-c lock_timeout=3000 -c statement_timeout=15000 -c idle_in_transaction_session_timeout=60000"
)
REDIS_URL = needed(
    "REDIS_URL",
    f"unix://{VAR_DIR}/run/valkey.sock",
    "Set it to the Redis or Valkey server, e.g. rediss://host:6380/0.",
)
CACHES = {
    "default": {
        "BACKEND": "dxportal.cache.ForgivingRedisCache",
        "LOCATION": env.str("CACHE_URL", default=REDIS_URL),
        "KEY_PREFIX": "dxportal",
    }
}
# Sessions in the database, so that a Redis flush signs nobody out (sending.md, "Settings that matter").
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- mail (sending.md) --------------------------------------------------------------------------

EMAIL_URL = needed(
    "EMAIL_URL", "smtp://127.0.0.1:8025", "Set it to the mail relay, e.g. smtp+tls://relay.example.jp:587."
)
EMAIL_CONFIG = env.email_url_config(EMAIL_URL)
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default=f"{NEWSLETTER_TITLE} <dx-portal@example.jp>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_REPLY_TO = env.str("MAIL_REPLY_TO", default="dx-portal@example.jp")
MAIL_HOST_NAME = env.str("MAIL_HOST_NAME", default="dx.example.jp")  # right side of Message-ID and List-Id
MAIL_CONNECTIONS = env.int("MAIL_CONNECTIONS", default=4)
MAIL_PER_MINUTE = env.int("MAIL_PER_MINUTE", default=0)  # 0 = as fast as the relay takes it
# Recipients the relay takes in 24 hours (Exchange Online 10,000), for the estimate before an approval; 0 = no limit.
MAIL_PER_DAY = env.int("MAIL_PER_DAY", default=0)
MAIL_ALARM_ADDRESS = env.str(
    "MAIL_ALARM_ADDRESS", default=""
)  # a mailbox that hears alarms besides the people
# How long a worker has a mail for itself. Longer than the longest honest send, 10 + 3·30 + 600 s, or mail comes twice.
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=900)
if PRODUCTION and MAIL_LEASE_SECONDS <= 700:
    raise ImproperlyConfigured(
        "MAIL_LEASE_SECONDS is 700 or less: mail would come twice. Leave it out (900)."
    )
MAIL_ALLOWED_RECIPIENTS = env.list("MAIL_ALLOWED_RECIPIENTS", default=[] if PRODUCTION else ["@example.jp"])

# --- signing in ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name", "name_kana", "name_en")}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = [
    "email*",
    "password1*",
]  # allauth asks for a password at sign-in only when it is listed here
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
}
# Tries per account are few; those per address are many, because a ministry leaves through one address (P28).
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "300/m/ip,5/5m/key",
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "60/m/ip",
    "request_login_code": "60/m/ip,3/m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = PORTAL_NAME
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.MFAReauthenticateForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from the staff list
# Roles that must have a second factor; on in production, off in the demonstration (issue: permissions.md, rules).
MFA_REQUIRED_ROLES = env.list(
    "MFA_REQUIRED_ROLES",
    default=["progress_approver", "secretariat", "editor", "support_expert", "admin"] if PRODUCTION else [],
)
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if PRODUCTION else 0)
USERSESSIONS_TRACK_ACTIVITY = False  # accounts.middleware.session_clock does, with fewer queries
SESSION_COOKIE_AGE = env.int("SESSION_IDLE_SECONDS", default=1800)
SESSION_LONGEST_SECONDS = env.int("SESSION_LONGEST_SECONDS", default=12 * 3600)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "dxportal.errors.csrf_failure"

# --- language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("日本語")), ("en", _("英語"))]
LANGUAGE_COOKIE_NAME = "language"
PERSON_COOKIE_NAME = "person"  # who was signed in here, signed (accounts/late.py)
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
LOCALE_PATHS = []

# --- static files and uploads -------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
MEDIA_ROOT = VAR_DIR / "media"
# dxportal/uploads.py: MB a file, of one person, of the portal; from which share of that or of the disk it is told.
UPLOAD_FILE_MB = env.int("UPLOAD_FILE_MB", default=20)
UPLOAD_PERSON_MB = env.int("UPLOAD_PERSON_MB", default=500)
UPLOAD_SITE_MB = env.int("UPLOAD_SITE_MB", default=20_000)
UPLOAD_ALARM_PERCENT = env.int("UPLOAD_ALARM_PERCENT", default=80)
# A scanner for malware as dotted path: function(content: bytes, name: str) -> reason for refusing it, or "".
UPLOAD_SCANNER = env.str("UPLOAD_SCANNER", default="")

# --- burden and effect --------------------------------------------------------------------------

# Answers a group needs before anything of it is shown. It may be raised, never lowered below five (product.md P9).
PULSE_MINIMUM_ANSWERS = max(5, env.int("PULSE_MINIMUM_ANSWERS", default=5))

# --- safety (promises.md P24) -------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-src": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
PERMISSIONS_POLICY = {
    name: [] for name in ("camera", "microphone", "geolocation", "payment", "usb", "autoplay")
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    PERSON_COOKIE_NAME = "__Host-person"
    CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- history and exports ------------------------------------------------------------------------

PGHISTORY_CREATED_AT_FUNCTION = "STATEMENT_TIMESTAMP()"
# Every plan object keeps what it was: also that it was deleted, and nobody can change that record (promises P21).
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
PGHISTORY_APPEND_ONLY = True
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True

# --- logs ---------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso"),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
