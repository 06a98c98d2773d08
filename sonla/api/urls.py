"""Every address of the API. Version 1 stays compatible: nothing is removed or narrowed."""

from django.urls import include, path, re_path

from sonla.api.views.description import DocsView, SchemaView, UnknownView
from sonla.api.views.figures import FigureHistoryView, ObservationsView, ReportFiguresView
from sonla.api.views.households import (
    HouseholdHistoryView,
    HouseholdLeaveView,
    HouseholdMergeView,
    HouseholdMoveView,
    HouseholdNumbersView,
    HouseholdRestoreView,
    HouseholdSearchView,
    HouseholdSplitView,
    HouseholdsView,
    HouseholdView,
    MemberLeaveView,
    MembersView,
    MemberView,
)
from sonla.api.views.programmes import CriteriaSetsView, CriteriaSetView, IndicatorsView, PeriodsView
from sonla.api.views.reports import (
    AcceptView,
    ApproveView,
    PresentView,
    ReportsView,
    ReportView,
    ReturnView,
    SendBackView,
    SubmitView,
    VersionsView,
    VersionView,
)
from sonla.api.views.results import AssessmentsView, RecognitionsView, RollupView
from sonla.api.views.tokens import TokenView
from sonla.api.views.units import PredecessorsView, SuccessorsView, UnitsView, UnitView

version_1 = [
    path("auth/token/", TokenView.as_view(), name="api-token"),
    path("units/", UnitsView.as_view(), name="api-units"),
    path("units/<slug:code>/", UnitView.as_view(), name="api-unit"),
    path("units/<slug:code>/predecessors/", PredecessorsView.as_view(), name="api-predecessors"),
    path("units/<slug:code>/successors/", SuccessorsView.as_view(), name="api-successors"),
    path("indicators/", IndicatorsView.as_view(), name="api-indicators"),
    path("criteria-sets/", CriteriaSetsView.as_view(), name="api-criteria-sets"),
    path("criteria-sets/<slug:code>/", CriteriaSetView.as_view(), name="api-criteria-set"),
    path("periods/", PeriodsView.as_view(), name="api-periods"),
    path("reports/", ReportsView.as_view(), name="api-reports"),
    path("reports/<int:pk>/", ReportView.as_view(), name="api-report"),
    path("reports/<int:pk>/submit/", SubmitView.as_view(), name="api-report-submit"),
    path("reports/<int:pk>/present/", PresentView.as_view(), name="api-report-present"),
    path("reports/<int:pk>/approve/", ApproveView.as_view(), name="api-report-approve"),
    path("reports/<int:pk>/send-back/", SendBackView.as_view(), name="api-report-send-back"),
    path("reports/<int:pk>/versions/", VersionsView.as_view(), name="api-report-versions"),
    path("reports/<int:pk>/versions/<int:number>/", VersionView.as_view(), name="api-report-version"),
    path("reports/<int:pk>/return/", ReturnView.as_view(), name="api-report-return"),
    path("reports/<int:pk>/accept/", AcceptView.as_view(), name="api-report-accept"),
    path("reports/<int:pk>/observations/", ReportFiguresView.as_view(), name="api-report-observations"),
    path(
        "reports/<int:pk>/observations/<str:indicator>/history/",
        FigureHistoryView.as_view(),
        name="api-observation-history",
    ),
    path("observations/", ObservationsView.as_view(), name="api-observations"),
    path("rollup/", RollupView.as_view(), name="api-rollup"),
    path("assessments/", AssessmentsView.as_view(), name="api-assessments"),
    path("recognitions/", RecognitionsView.as_view(), name="api-recognitions"),
    # households
    path("households/", HouseholdsView.as_view(), name="api-households"),
    path("households/search/", HouseholdSearchView.as_view(), name="api-households-search"),
    path("households/<int:pk>/", HouseholdView.as_view(), name="api-household"),
    path("households/<int:pk>/split/", HouseholdSplitView.as_view(), name="api-household-split"),
    path("households/<int:pk>/merge/", HouseholdMergeView.as_view(), name="api-household-merge"),
    path("households/<int:pk>/move/", HouseholdMoveView.as_view(), name="api-household-move"),
    path("households/<int:pk>/leave/", HouseholdLeaveView.as_view(), name="api-household-leave"),
    path("households/<int:pk>/restore/", HouseholdRestoreView.as_view(), name="api-household-restore"),
    path("households/<int:pk>/numbers/", HouseholdNumbersView.as_view(), name="api-household-numbers"),
    path("households/<int:pk>/history/", HouseholdHistoryView.as_view(), name="api-household-history"),
    path("households/<int:pk>/members/", MembersView.as_view(), name="api-household-members"),
    path("households/<int:pk>/members/<int:who>/", MemberView.as_view(), name="api-household-member"),
    path(
        "households/<int:pk>/members/<int:who>/leave/",
        MemberLeaveView.as_view(),
        name="api-household-member-leave",
    ),
]

urlpatterns = [
    path("v1/", include(version_1)),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
    re_path(r"^.*$", UnknownView.as_view(), name="api-unknown"),
]
