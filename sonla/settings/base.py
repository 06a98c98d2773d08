"""What every installation of Sonla shares."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from sonla.settings import environment
from sonla.settings.api import API_REQUESTS_PER_MINUTE as API_REQUESTS_PER_MINUTE
from sonla.settings.api import REST_FRAMEWORK as REST_FRAMEWORK
from sonla.settings.api import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS
from sonla.settings.databases import tuned

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"

DEBUG = environment.boolean("DEBUG")
SONLA_DEMO = environment.boolean("SONLA_DEMO")

INSTALLED_APPS = [
    "sonla.apps.SonlaAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "communes",
    "programs",
    "housing",
    "sonla.dashboards",
    "sonla.api",
    "sonla.demo",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "sonla.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # A form of 190 kB is 25 kB on the line. Django pads at random against BREACH and masks its tokens.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sonla.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Deny by default: a page without a login says so with @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "sonla.middleware.TemporaryPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "sonla.urls"
WSGI_APPLICATION = "sonla.wsgi.application"
ASGI_APPLICATION = "sonla.asgi.application"

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
                "sonla.context_processors.site",
                "communes.views.whereabouts",
            ],
        },
    },
]

DATABASES = {"default": tuned(environment.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'sonla.sqlite3'}"))}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # How often each caller of the API asked this minute: shared by the processes of one machine.
    "throttling": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People and sessions
AUTH_USER_MODEL = "communes.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"

# A commune office is one address: a lock is on a name, or on a name and address, never on an address alone.
AXES_LOCKOUT_PARAMETERS = ["username", ["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Further tries while locked do not prolong the lock, or anyone could lock a cadre out for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_CLIENT_IP_CALLABLE = "sonla.middleware.client_address"
# How many proxies of ours stand in front: X-Forwarded-For is read that far from its end, and no further.
TRUSTED_PROXY_COUNT = environment.whole("TRUSTED_PROXY_COUNT", 0)

# Language and time
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "sonla.formats"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True

# Files
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
# What `build_assets` makes (fonts) is there only after it has run.
STATICFILES_DIRS = [
    folder for folder in (BASE_DIR / "static", VAR_DIR / "build" / "static") if folder.is_dir()
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# What is compressed already, and source maps that nobody fetches, would triple the time of the first start.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    "map",
    "woff",
    "woff2",
    "png",
    "jpg",
    "jpeg",
    "webp",
    "ico",
    "gz",
    "br",
)
MEDIA_ROOT = VAR_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o640
# A file larger than this is refused by whoever takes files; no more of it is kept on the way in.
LARGEST_UPLOAD = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = [
    "sonla.uploads.Limit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# A report of 204 figures sends several fields for each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# What a page may load and where it may be shown: our own files only, nothing inline.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"

# Imports are read beside the requests: in a thread of the process that took them, or by `manage.py work`.
BACKGROUND = environment.one_of("BACKGROUND", "thread", ("thread", "worker"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "sonla.middleware.RequestIdFilter"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["request_id"], "formatter": "line"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # Every start would say twice that axes is there.
        "axes": {"level": "WARNING"},
    },
}
