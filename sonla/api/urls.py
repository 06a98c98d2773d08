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
from sonla.api.views.houses import (
    HouseHistoryView,
    HouseMoneyView,
    HousePhotosView,
    HousePhotoView,
    HousesSummaryView,
    HouseStepsView,
    HousesView,
    HouseUndoView,
    HouseView,
    OneMoneyView,
)
from sonla.api.views.housing_rules import (
    BeneficiaryGroupsView,
    EthnicGroupsView,
    HousingListsView,
    MoneySourcesView,
    PovertyReasonsView,
    PovertyStandardsView,
    ReviewRoundsView,
)
from sonla.api.views.poverty import (
    CommuneReviewsView,
    CommuneReviewView,
    ComplaintAnswerView,
    ComplaintsView,
    MeetingsView,
    PostingView,
    ReviewAskView,
    ReviewLedgerView,
    ReviewListView,
    ReviewOpinionView,
    ReviewRecogniseView,
    ReviewReopenView,
    ReviewsApproveView,
    ReviewSourceView,
    VillagePartsView,
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
from sonla.api.views.sheets import SheetsView, SheetUnlistView, SheetView
from sonla.api.views.standing import AfterActView, RevokeView, StandingView
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
    path("recognitions/<int:pk>/revoke/", RevokeView.as_view(), name="api-recognition-revoke"),
    path("standing/", StandingView.as_view(), name="api-standing"),
    path("after-act/", AfterActView.as_view(), name="api-after-act"),
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
    # poverty reviews
    path("commune-reviews/", CommuneReviewsView.as_view(), name="api-reviews"),
    path("commune-reviews/approve/", ReviewsApproveView.as_view(), name="api-reviews-approve"),
    path("commune-reviews/<int:pk>/", CommuneReviewView.as_view(), name="api-review"),
    path("commune-reviews/<int:pk>/list/", ReviewListView.as_view(), name="api-review-list"),
    path("commune-reviews/<int:pk>/ask/", ReviewAskView.as_view(), name="api-review-ask"),
    path("commune-reviews/<int:pk>/opinion/", ReviewOpinionView.as_view(), name="api-review-opinion"),
    path("commune-reviews/<int:pk>/recognise/", ReviewRecogniseView.as_view(), name="api-review-recognise"),
    path("commune-reviews/<int:pk>/reopen/", ReviewReopenView.as_view(), name="api-review-reopen"),
    path("commune-reviews/<int:pk>/source/", ReviewSourceView.as_view(), name="api-review-source"),
    path("commune-reviews/<int:pk>/ledger/", ReviewLedgerView.as_view(), name="api-review-ledger"),
    path("commune-reviews/<int:pk>/villages/", VillagePartsView.as_view(), name="api-review-villages"),
    path(
        "commune-reviews/<int:pk>/villages/<int:part>/meetings/",
        MeetingsView.as_view(),
        name="api-review-meetings",
    ),
    path(
        "commune-reviews/<int:pk>/villages/<int:part>/posting/",
        PostingView.as_view(),
        name="api-review-posting",
    ),
    path(
        "commune-reviews/<int:pk>/villages/<int:part>/complaints/",
        ComplaintsView.as_view(),
        name="api-review-complaints",
    ),
    path(
        "commune-reviews/<int:pk>/villages/<int:part>/complaints/<int:complaint>/answer/",
        ComplaintAnswerView.as_view(),
        name="api-review-complaint-answer",
    ),
    path("commune-reviews/<int:pk>/sheets/", SheetsView.as_view(), name="api-review-sheets"),
    path("sheets/<int:pk>/", SheetView.as_view(), name="api-sheet"),
    path("sheets/<int:pk>/unlist/", SheetUnlistView.as_view(), name="api-sheet-unlist"),
    # houses
    path("houses/", HousesView.as_view(), name="api-houses"),
    path("houses/summary/", HousesSummaryView.as_view(), name="api-houses-summary"),
    path("houses/<int:pk>/", HouseView.as_view(), name="api-house"),
    path("houses/<int:pk>/steps/", HouseStepsView.as_view(), name="api-house-steps"),
    path("houses/<int:pk>/undo/", HouseUndoView.as_view(), name="api-house-undo"),
    path("houses/<int:pk>/history/", HouseHistoryView.as_view(), name="api-house-history"),
    path("houses/<int:pk>/money/", HouseMoneyView.as_view(), name="api-house-money"),
    path("houses/<int:pk>/money/<int:money>/", OneMoneyView.as_view(), name="api-house-money-entry"),
    path("houses/<int:pk>/photos/", HousePhotosView.as_view(), name="api-house-photos"),
    path("houses/<int:pk>/photos/<int:photo>/", HousePhotoView.as_view(), name="api-house-photo"),
    # what poverty and housing are measured by
    path("poverty-standards/", PovertyStandardsView.as_view(), name="api-poverty-standards"),
    path("poverty-reasons/", PovertyReasonsView.as_view(), name="api-poverty-reasons"),
    path("review-rounds/", ReviewRoundsView.as_view(), name="api-review-rounds"),
    path("housing-lists/", HousingListsView.as_view(), name="api-housing-lists"),
    path("beneficiary-groups/", BeneficiaryGroupsView.as_view(), name="api-beneficiary-groups"),
    path("money-sources/", MoneySourcesView.as_view(), name="api-money-sources"),
    path("ethnic-groups/", EthnicGroupsView.as_view(), name="api-ethnic-groups"),
]

urlpatterns = [
    path("v1/", include(version_1)),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
    re_path(r"^.*$", UnknownView.as_view(), name="api-unknown"),
]
