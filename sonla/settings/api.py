"""The REST API's settings: who may knock, how pages, errors and the schema look, how often one may ask."""

from typing import Any

from sonla.settings import environment

# Of one person or program; generous, so that only a loop gone wild meets it.
API_REQUESTS_PER_MINUTE = environment.whole("API_REQUESTS_PER_MINUTE", 600, least=1)

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # First: it names the scheme of WWW-Authenticate, so a missing key is 401, not 403.
        "sonla.api.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["sonla.api.throttling.PerMinute"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["sonla.api.parsing.ExactJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "sonla.api.pagination.Pages",
    "PAGE_SIZE": 100,
    # What may be asked is declared in sonla.api.filters; OPTIONS and ?format= tell nothing more.
    "DEFAULT_FILTER_BACKENDS": [],
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "sonla.api.schema.DescribedView",
    "EXCEPTION_HANDLER": "sonla.api.problems.exception_handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Sonla API",
    "DESCRIPTION": "Tiến độ các chương trình của tỉnh Sơn La: đơn vị, chỉ tiêu, báo cáo, tổng hợp.",
    "VERSION": "1",
    # 3.1 is JSON Schema itself, so that answers can be checked against it.
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATION_PARAMETERS": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "sonla.api.schema.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "VerificationEnum": "communes.models.Verification",
        "LevelEnum": "communes.models.Level",
        "RecognitionLevelEnum": "programs.models.RecognitionLevel",
        "PeriodStateEnum": "programs.models.PeriodState",
        "ReportStateEnum": "programs.models.ReportState",
        "FigureStateEnum": "sonla.api.serializers.figures.STATES",
        "SexEnum": "housing.models.Sex",
        "ArrivalEnum": "housing.models.Arrival",
        "NewArrivalEnum": "sonla.api.serializers.households.ARRIVING",
        "PovertyClassEnum": "housing.models.PovertyClass",
        "ReviewStateEnum": "housing.models.ReviewState",
        "HouseStageEnum": "housing.models.Stage",
        "HouseKindEnum": "housing.models.BuildKind",
        "RoundKindEnum": "housing.models.RoundKind",
    },
    # The documentation page comes from our own static files, not from a CDN.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
