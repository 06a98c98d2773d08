"""Who may call what: every address of the site, method by method.

The table is a declaration, not the guard: each view asks its own scope. The tests walk the URL resolver and
fail on an address or method that is missing here, or is here and gone, and call each with seven people to
see that the view keeps what is declared. HEAD and OPTIONS tell no more than GET and are not listed.
"""

from collections.abc import Mapping
from enum import StrEnum


class Who(StrEnum):
    """Whom an address answers; everybody else gets what the comment says."""

    PUBLIC = "public"  # everybody, with a reason in PUBLIC_BECAUSE
    SIGNED_IN = "signed in"  # shows what is in the person's scope; others: the login page, or 401
    READER = "reader"  # of the unit it is about; outsiders: 404
    WRITER = "writer"  # enters figures of the unit; its other readers: 403
    LEADER = "leader"  # approves reports of the unit or gives them back; its other readers: 403
    COMMUNE = "commune"  # enters figures of the unit or leads it; its other readers: 403
    REVIEWER = "reviewer"  # confirms and returns reports of the unit; its other readers: 403
    ADMINISTRATOR = "administrator"  # of the unit's register or its people; its other readers: 403
    ASKER = "asker"  # reviews or administers a unit above communes, and asks those; others: 403
    LOCAL = "local"  # knows the people of the commune by name; its other readers: 403
    KEEPER = "keeper"  # writes in the living commune's register as its own cadre; its other readers: 403
    REGISTRAR = "registrar"  # keeps the register of units of a province; others: 403
    STAFF = "staff"  # administration pages; others: 403
    OWN = "own"  # a person's own account, password or token


# Django's administration has some 150 addresses of one pattern: they are declared, and tested, as one.
STAFF_PREFIX = "admin/"

POLICIES: Mapping[str, Mapping[str, Who]] = {
    "healthz": {"GET": Who.PUBLIC},
    "readyz": {"GET": Who.PUBLIC},
    # signing in, one's own account
    "dang-nhap/": {"GET": Who.PUBLIC, "POST": Who.PUBLIC, "PUT": Who.PUBLIC},
    "dang-xuat/": {"POST": Who.PUBLIC},
    "ngon-ngu/": {"POST": Who.PUBLIC},
    "mat-khau/": {"GET": Who.OWN, "POST": Who.OWN, "PUT": Who.OWN},
    "mat-khau/da-doi/": {"GET": Who.SIGNED_IN},
    "tai-khoan/khoa-api/": {"GET": Who.OWN, "POST": Who.OWN},
    "tai-khoan/khoa-api/<int:pk>/thu-hoi/": {"GET": Who.OWN, "POST": Who.OWN},
    # the cadre's and the reviewer's work
    "": {"GET": Who.SIGNED_IN},
    "reports/": {"GET": Who.SIGNED_IN},
    "reports/<int:pk>/": {"GET": Who.READER, "POST": Who.WRITER},
    "reports/<int:pk>/values/": {"POST": Who.WRITER},
    "reports/<int:pk>/send/": {"GET": Who.WRITER, "POST": Who.WRITER},
    "reports/<int:pk>/extension/": {"GET": Who.READER, "POST": Who.WRITER},
    "reports/<int:pk>/extension/answer/": {"POST": Who.REVIEWER},
    "reports/<int:pk>/approve/": {"GET": Who.LEADER, "POST": Who.LEADER},
    "reports/<int:pk>/send-back/": {"POST": Who.LEADER},
    "reports/<int:pk>/signing/": {"POST": Who.COMMUNE},
    "reports/<int:pk>/versions/": {"GET": Who.READER},
    "reports/<int:pk>/versions/<int:number>/": {"GET": Who.READER},
    "reports/<int:pk>/print/": {"GET": Who.READER},
    "reports/<int:pk>/print.pdf": {"GET": Who.READER},
    "reports/<int:pk>/print.xlsx": {"GET": Who.READER},
    "reports/<int:pk>/review/": {"GET": Who.READER},
    "reports/<int:pk>/accept/": {"POST": Who.REVIEWER},
    "reports/<int:pk>/return/": {"POST": Who.REVIEWER},
    "reports/<int:pk>/history/<str:code>/": {"GET": Who.READER},
    "reports/<int:pk>/evidence/": {"GET": Who.READER, "POST": Who.WRITER},
    "reports/<int:pk>/workbook/": {"GET": Who.READER},
    "reports/<int:pk>/import/": {"GET": Who.WRITER, "POST": Who.WRITER},
    "units/<str:code>/workbook/": {"GET": Who.READER},
    "units/<str:code>/import/": {"GET": Who.READER, "POST": Who.WRITER},
    # the people of a commune, its desks, the province's departments
    "units/<str:code>/people/": {"GET": Who.ADMINISTRATOR, "POST": Who.ADMINISTRATOR},
    "units/<str:code>/people/<int:who>/": {"GET": Who.ADMINISTRATOR, "POST": Who.ADMINISTRATOR},
    "units/<str:code>/desks/": {"GET": Who.ADMINISTRATOR, "POST": Who.ADMINISTRATOR},
    "units/<str:code>/departments/": {"GET": Who.READER},
    "units/<str:code>/villages/": {"GET": Who.READER},
    "units/<str:code>/villages/template/": {"GET": Who.ADMINISTRATOR},
    "units/<str:code>/villages/import/": {"GET": Who.ADMINISTRATOR, "POST": Who.ADMINISTRATOR},
    "imports/<int:pk>/": {"GET": Who.OWN, "POST": Who.OWN},
    "imports/<int:pk>/marked/": {"GET": Who.OWN},
    "files/<int:pk>/<slug:key>/": {"GET": Who.READER},
    "ad-hoc/": {"GET": Who.SIGNED_IN},
    "ad-hoc/new/": {"GET": Who.ASKER, "POST": Who.ASKER},
    "ad-hoc/<int:pk>/": {"GET": Who.READER},
    "ad-hoc/<int:pk>/table.csv": {"GET": Who.READER},
    "ad-hoc/<int:pk>/table.xlsx": {"GET": Who.READER},
    "ad-hoc/<int:pk>/state/": {"POST": Who.REVIEWER},
    "changes/": {"GET": Who.SIGNED_IN},
    "changes/table.csv": {"GET": Who.SIGNED_IN},
    "exports/": {"GET": Who.SIGNED_IN},
    "units/<str:code>/record.zip": {"GET": Who.READER},
    # the register of households
    "households/": {"GET": Who.SIGNED_IN},
    "households/<str:code>/": {"GET": Who.LOCAL},
    "households/<str:code>/search/": {"POST": Who.LOCAL},
    "households/<str:code>/workbook/": {"GET": Who.LOCAL},
    "households/<str:code>/import/": {"GET": Who.KEEPER, "POST": Who.KEEPER},
    "households/<str:code>/new/": {"GET": Who.KEEPER, "POST": Who.KEEPER},
    "households/<str:code>/<int:pk>/": {"GET": Who.LOCAL},
    "households/<str:code>/<int:pk>/numbers/": {"POST": Who.LOCAL},
    "households/<str:code>/<int:pk>/edit/": {"GET": Who.KEEPER, "POST": Who.KEEPER},
    "households/<str:code>/<int:pk>/split/": {"GET": Who.KEEPER, "POST": Who.KEEPER},
    "households/<str:code>/<int:pk>/merge/": {"GET": Who.KEEPER, "POST": Who.KEEPER},
    "households/<str:code>/<int:pk>/move/": {"GET": Who.KEEPER, "POST": Who.KEEPER},
    "households/<str:code>/<int:pk>/leave/": {"GET": Who.KEEPER, "POST": Who.KEEPER},
    "households/<str:code>/<int:pk>/restore/": {"POST": Who.KEEPER},
    "households/<str:code>/<int:pk>/members/new/": {"GET": Who.KEEPER, "POST": Who.KEEPER},
    "households/<str:code>/<int:pk>/members/<int:who>/": {"GET": Who.KEEPER, "POST": Who.KEEPER},
    # poverty reviews
    "reviews/": {"GET": Who.SIGNED_IN},
    "reviews/approve/": {"POST": Who.ASKER},
    "reviews/start/<int:pk>/": {"POST": Who.WRITER},
    "reviews/<int:pk>/": {"GET": Who.READER},
    "reviews/<int:pk>/list/": {"POST": Who.WRITER},
    "reviews/<int:pk>/add/": {"GET": Who.WRITER, "POST": Who.WRITER},
    "reviews/<int:pk>/ask/": {"POST": Who.WRITER},
    "reviews/<int:pk>/opinion/": {"POST": Who.REVIEWER},
    "reviews/<int:pk>/recognise/": {"POST": Who.LEADER},
    "reviews/<int:pk>/reopen/": {"POST": Who.REVIEWER},
    "reviews/<int:pk>/source/": {"POST": Who.WRITER},
    "reviews/<int:pk>/ledger/": {"GET": Who.READER},
    "reviews/<int:pk>/scan/": {"GET": Who.LOCAL},
    "reviews/<int:pk>/papers/<str:kind>/": {"GET": Who.LOCAL},
    "reviews/<int:pk>/papers/<str:kind>.pdf": {"GET": Who.LOCAL},
    "reviews/<int:pk>/villages/<int:part>/": {"GET": Who.LOCAL, "POST": Who.WRITER},
    "reviews/<int:pk>/sheets/<int:sheet>/": {"GET": Who.LOCAL, "POST": Who.WRITER},
    "reviews/<int:pk>/sheets/<int:sheet>/unlist/": {"POST": Who.WRITER},
    # houses
    "houses/": {"GET": Who.SIGNED_IN},
    "houses/<str:code>/": {"GET": Who.READER, "POST": Who.LOCAL},
    "houses/<str:code>/new/": {"GET": Who.KEEPER, "POST": Who.KEEPER},
    "houses/<str:code>/targets/": {"GET": Who.REVIEWER, "POST": Who.REVIEWER},
    "houses/<str:code>/<int:pk>/": {"GET": Who.LOCAL},
    "houses/<str:code>/<int:pk>/step/": {"POST": Who.WRITER},
    "houses/<str:code>/<int:pk>/money/": {"POST": Who.WRITER},
    "houses/<str:code>/<int:pk>/photos/": {"POST": Who.WRITER},
    "houses/<str:code>/<int:pk>/photos/<int:photo>/": {"GET": Who.LOCAL},
    # reorganisations of units
    "reorganisations/": {"GET": Who.REGISTRAR},
    "reorganisations/new/": {"GET": Who.REGISTRAR, "POST": Who.REGISTRAR},
    "reorganisations/list.csv": {"GET": Who.REGISTRAR},
    "reorganisations/check/": {"GET": Who.REGISTRAR},
    "reorganisations/hand-over/": {"GET": Who.REGISTRAR, "POST": Who.REGISTRAR},
    "reorganisations/acts/<int:pk>/people/": {"GET": Who.REGISTRAR, "POST": Who.REGISTRAR},
    "reorganisations/acts/<int:pk>/undo/": {"GET": Who.REGISTRAR, "POST": Who.REGISTRAR},
    "reorganisations/<int:pk>/": {"GET": Who.REGISTRAR, "POST": Who.REGISTRAR},
    "reorganisations/<int:pk>/act/": {"GET": Who.REGISTRAR, "POST": Who.REGISTRAR},
    "reorganisations/<int:pk>/line/": {"GET": Who.REGISTRAR, "POST": Who.REGISTRAR},
    "reorganisations/<int:pk>/list/": {"GET": Who.REGISTRAR, "POST": Who.REGISTRAR},
    "reorganisations/<int:pk>/list/<int:file>/": {"GET": Who.REGISTRAR, "POST": Who.REGISTRAR},
    "reorganisations/<int:pk>/confirm/": {"GET": Who.REGISTRAR, "POST": Who.REGISTRAR},
    # dashboards
    "units/": {"GET": Who.SIGNED_IN},
    "tong-hop/": {"GET": Who.SIGNED_IN},
    "units/<str:code>/": {"GET": Who.READER},
    "units/<str:code>/table.csv": {"GET": Who.READER},
    "poverty/": {"GET": Who.SIGNED_IN},
    "units/<str:code>/poverty/": {"GET": Who.READER},
    "units/<str:code>/poverty.csv": {"GET": Who.READER},
    "units/<str:code>/heatmap/": {"GET": Who.READER},
    "units/<str:code>/print/": {"GET": Who.READER},
    "units/<str:code>/print.pdf": {"GET": Who.READER},
    "units/<str:code>/print.xlsx": {"GET": Who.READER},
    "units/<str:code>/reports/": {"GET": Who.READER},
    "units/<str:code>/standing/": {"GET": Who.READER},
    "units/<str:code>/after/": {"GET": Who.READER},
    "recognitions/<int:pk>/revoke/": {"GET": Who.REVIEWER, "POST": Who.REVIEWER},
    "units/<str:code>/series/": {"GET": Who.READER},
    "units/<str:code>/indicators/<str:indicator>/": {"GET": Who.READER},
    "units/<str:code>/criteria/<int:number>/": {"GET": Who.READER},
    # API: its description
    "api/schema/": {"GET": Who.PUBLIC},
    "api/docs/": {"GET": Who.PUBLIC},
    "api/^.*$": dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), Who.PUBLIC),
    # API: tokens
    "api/v1/auth/token/": {"POST": Who.PUBLIC, "DELETE": Who.OWN},
    # API: the same for everybody who is signed in
    "api/v1/indicators/": {"GET": Who.SIGNED_IN},
    "api/v1/criteria-sets/": {"GET": Who.SIGNED_IN},
    "api/v1/criteria-sets/<slug:code>/": {"GET": Who.SIGNED_IN},
    "api/v1/periods/": {"GET": Who.SIGNED_IN},
    "api/v1/poverty-standards/": {"GET": Who.SIGNED_IN},
    "api/v1/poverty-reasons/": {"GET": Who.SIGNED_IN},
    "api/v1/review-rounds/": {"GET": Who.SIGNED_IN},
    "api/v1/housing-lists/": {"GET": Who.SIGNED_IN},
    "api/v1/beneficiary-groups/": {"GET": Who.SIGNED_IN},
    "api/v1/money-sources/": {"GET": Who.SIGNED_IN},
    "api/v1/ethnic-groups/": {"GET": Who.SIGNED_IN},
    # API: lists within the person's scope
    "api/v1/units/": {"GET": Who.SIGNED_IN},
    "api/v1/reports/": {"GET": Who.SIGNED_IN},
    "api/v1/observations/": {"GET": Who.SIGNED_IN},
    "api/v1/recognitions/": {"GET": Who.SIGNED_IN},
    # API: about one unit
    "api/v1/units/<slug:code>/": {"GET": Who.READER},
    "api/v1/units/<slug:code>/predecessors/": {"GET": Who.READER},
    "api/v1/units/<slug:code>/successors/": {"GET": Who.READER},
    "api/v1/recognitions/<int:pk>/revoke/": {"POST": Who.REVIEWER},
    "api/v1/standing/": {"GET": Who.READER},
    "api/v1/after-act/": {"GET": Who.READER},
    "api/v1/rollup/": {"GET": Who.READER},
    "api/v1/assessments/": {"GET": Who.READER},
    # API: about one report
    "api/v1/reports/<int:pk>/": {"GET": Who.READER},
    "api/v1/reports/<int:pk>/observations/": {"GET": Who.READER, "PATCH": Who.WRITER},
    "api/v1/reports/<int:pk>/observations/<str:indicator>/history/": {"GET": Who.READER},
    "api/v1/reports/<int:pk>/submit/": {"POST": Who.WRITER},
    "api/v1/reports/<int:pk>/present/": {"POST": Who.WRITER},
    "api/v1/reports/<int:pk>/approve/": {"POST": Who.LEADER},
    "api/v1/reports/<int:pk>/send-back/": {"POST": Who.LEADER},
    "api/v1/reports/<int:pk>/versions/": {"GET": Who.READER},
    "api/v1/reports/<int:pk>/versions/<int:number>/": {"GET": Who.READER},
    "api/v1/reports/<int:pk>/return/": {"POST": Who.REVIEWER},
    "api/v1/reports/<int:pk>/accept/": {"POST": Who.REVIEWER},
    # API: the register of households
    "api/v1/households/": {"GET": Who.LOCAL, "POST": Who.KEEPER},
    "api/v1/households/search/": {"POST": Who.LOCAL},
    "api/v1/households/<int:pk>/": {"GET": Who.LOCAL, "PATCH": Who.KEEPER},
    "api/v1/households/<int:pk>/split/": {"POST": Who.KEEPER},
    "api/v1/households/<int:pk>/merge/": {"POST": Who.KEEPER},
    "api/v1/households/<int:pk>/move/": {"POST": Who.KEEPER},
    "api/v1/households/<int:pk>/leave/": {"POST": Who.KEEPER},
    "api/v1/households/<int:pk>/restore/": {"POST": Who.KEEPER},
    "api/v1/households/<int:pk>/numbers/": {"POST": Who.LOCAL},
    "api/v1/households/<int:pk>/history/": {"GET": Who.LOCAL},
    "api/v1/households/<int:pk>/members/": {"GET": Who.LOCAL, "POST": Who.KEEPER},
    "api/v1/households/<int:pk>/members/<int:who>/": {"PATCH": Who.KEEPER},
    "api/v1/households/<int:pk>/members/<int:who>/leave/": {"POST": Who.KEEPER},
    # API: poverty reviews
    "api/v1/commune-reviews/": {"GET": Who.READER, "POST": Who.KEEPER},
    "api/v1/commune-reviews/approve/": {"POST": Who.ASKER},
    "api/v1/commune-reviews/<int:pk>/": {"GET": Who.READER},
    "api/v1/commune-reviews/<int:pk>/list/": {"POST": Who.WRITER},
    "api/v1/commune-reviews/<int:pk>/ask/": {"POST": Who.WRITER},
    "api/v1/commune-reviews/<int:pk>/opinion/": {"POST": Who.REVIEWER},
    "api/v1/commune-reviews/<int:pk>/recognise/": {"POST": Who.LEADER},
    "api/v1/commune-reviews/<int:pk>/reopen/": {"POST": Who.REVIEWER},
    "api/v1/commune-reviews/<int:pk>/source/": {"POST": Who.WRITER},
    "api/v1/commune-reviews/<int:pk>/ledger/": {"GET": Who.READER},
    "api/v1/commune-reviews/<int:pk>/villages/": {"GET": Who.LOCAL},
    "api/v1/commune-reviews/<int:pk>/villages/<int:part>/meetings/": {"POST": Who.WRITER},
    "api/v1/commune-reviews/<int:pk>/villages/<int:part>/posting/": {"POST": Who.WRITER},
    "api/v1/commune-reviews/<int:pk>/villages/<int:part>/complaints/": {"POST": Who.WRITER},
    "api/v1/commune-reviews/<int:pk>/villages/<int:part>/complaints/<int:complaint>/answer/": {
        "POST": Who.WRITER
    },
    "api/v1/commune-reviews/<int:pk>/sheets/": {
        "GET": Who.LOCAL,
        "POST": Who.WRITER,
        "PATCH": Who.WRITER,
    },
    "api/v1/sheets/<int:pk>/": {"GET": Who.LOCAL, "PATCH": Who.WRITER},
    "api/v1/sheets/<int:pk>/unlist/": {"POST": Who.WRITER},
    # API: houses
    "api/v1/houses/": {"GET": Who.LOCAL, "POST": Who.KEEPER},
    "api/v1/houses/summary/": {"GET": Who.READER},
    "api/v1/houses/<int:pk>/": {"GET": Who.LOCAL, "PATCH": Who.WRITER},
    "api/v1/houses/<int:pk>/steps/": {"POST": Who.WRITER},
    "api/v1/houses/<int:pk>/undo/": {"POST": Who.WRITER},
    "api/v1/houses/<int:pk>/history/": {"GET": Who.LOCAL},
    "api/v1/houses/<int:pk>/money/": {"POST": Who.WRITER},
    "api/v1/houses/<int:pk>/money/<int:money>/": {"DELETE": Who.WRITER},
    "api/v1/houses/<int:pk>/photos/": {"POST": Who.WRITER},
    "api/v1/houses/<int:pk>/photos/<int:photo>/": {"GET": Who.LOCAL, "DELETE": Who.WRITER},
}

# At most ten addresses answer people who are not signed in.
PUBLIC_BECAUSE: Mapping[str, str] = {
    "healthz": "A load balancer asks whether the process lives; it says 'ok' and nothing else.",
    "readyz": "The same for the database; it names migrations, never data.",
    "dang-nhap/": "Here one signs in; tries are counted by name.",
    "dang-xuat/": "Ending a session that has run out must not ask for a login; it takes POST only.",
    "ngon-ngu/": "The login page itself can be read in English; it sets a cookie and goes back on this site.",
    "api/schema/": "Names of fields and addresses, which are public with the code; no figures.",
    "api/docs/": "The same as a page.",
    "api/^.*$": "Says 404 as a problem document for what does not exist under /api/.",
    "api/v1/auth/token/": "Here a program signs in with a name and a password; tries are counted by name.",
}
