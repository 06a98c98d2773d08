"""The addresses of the cadre's work: home, a report, its values, sending it."""

from django.urls import path

from programs.views import entry, extensions, files, history, home, honesty, review

urlpatterns = [
    path("", home.home, name="home"),
    path("reports/", review.reports, name="reports"),
    path("reports/<int:pk>/", entry.report, name="report"),
    path("reports/<int:pk>/values/", entry.report_values, name="report_values"),
    path("reports/<int:pk>/send/", entry.report_send, name="report_send"),
    path("reports/<int:pk>/extension/", extensions.report_extension, name="report_extension"),
    path("reports/<int:pk>/extension/answer/", extensions.extension_answer, name="extension_answer"),
    path("reports/<int:pk>/review/", review.report_review, name="report_review"),
    path("reports/<int:pk>/accept/", review.report_accept, name="report_accept"),
    path("reports/<int:pk>/return/", review.report_return, name="report_return"),
    path("reports/<int:pk>/evidence/", files.evidence, name="report_evidence"),
    path("files/<int:pk>/<slug:key>/", files.stored_file, name="stored_file"),
    path("changes/", honesty.changes, name="late_changes"),
    path("changes/table.csv", honesty.changes_table, name="late_changes_table"),
    path("units/<str:code>/record.zip", honesty.record, name="unit_record"),
    path("reports/<int:pk>/history/<str:code>/", history.history, name="figure_history"),
]
