"""The addresses of the dashboards; the question travels as ?period=2026&state=submitted."""

from django.urls import path

from sonla.dashboards import views

app_name = "dashboards"

urlpatterns = [
    path("units/", views.search, name="search"),
    path("tong-hop/", views.province, name="province"),
    path("units/<str:code>/", views.unit, name="unit"),
    path("units/<str:code>/table.csv", views.table, name="table"),
    path("poverty/", views.poverty_of_own, name="poverty_of_own"),
    path("units/<str:code>/poverty/", views.poverty, name="poverty"),
    path("units/<str:code>/poverty.csv", views.poverty_public, name="poverty_public"),
    path("units/<str:code>/heatmap/", views.heatmap, name="heatmap"),
    path("units/<str:code>/print/", views.summary, name="print"),
    path("units/<str:code>/print.pdf", views.summary_pdf, name="print_pdf"),
    path("units/<str:code>/print.xlsx", views.summary_xlsx, name="print_xlsx"),
    path("units/<str:code>/reports/", views.reports, name="reports"),
    path("units/<str:code>/standing/", views.standing, name="standing"),
    path("units/<str:code>/after/", views.after, name="after"),
    path("units/<str:code>/series/", views.series, name="series"),
    path("units/<str:code>/indicators/<str:indicator>/", views.indicator, name="indicator"),
    path("units/<str:code>/criteria/<int:number>/", views.criterion, name="criterion"),
]
