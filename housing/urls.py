"""The addresses of the room of households: the register, the reviews, the houses."""

from django.urls import path

from housing.views import house, household, houses, moves, papers, register, reviews, sheets, workbooks

urlpatterns = [
    # the register
    path("households/", register.households, name="households"),
    path("households/<str:code>/", register.register, name="register"),
    path("households/<str:code>/search/", register.register_search, name="register_search"),
    path("households/<str:code>/workbook/", workbooks.register_workbook, name="register_workbook"),
    path("households/<str:code>/import/", workbooks.register_import, name="register_import"),
    path("households/<str:code>/new/", register.household_new, name="household_new"),
    path("households/<str:code>/<int:pk>/", household.household, name="household"),
    path("households/<str:code>/<int:pk>/numbers/", household.household_numbers, name="household_numbers"),
    path("households/<str:code>/<int:pk>/edit/", household.household_edit, name="household_edit"),
    path("households/<str:code>/<int:pk>/split/", moves.household_split, name="household_split"),
    path("households/<str:code>/<int:pk>/merge/", moves.household_merge, name="household_merge"),
    path("households/<str:code>/<int:pk>/move/", moves.household_move, name="household_move"),
    path("households/<str:code>/<int:pk>/leave/", moves.household_leave, name="household_leave"),
    path("households/<str:code>/<int:pk>/restore/", moves.household_restore, name="household_restore"),
    path("households/<str:code>/<int:pk>/members/new/", household.member_new, name="member_new"),
    path("households/<str:code>/<int:pk>/members/<int:who>/", household.member, name="member"),
    # houses
    path("houses/", houses.houses, name="houses"),
    path("houses/<str:code>/", houses.houses_of, name="houses_of"),
    path("houses/<str:code>/new/", houses.house_new, name="house_new"),
    path("houses/<str:code>/targets/", houses.house_targets, name="house_targets"),
    path("houses/<str:code>/<int:pk>/", house.house, name="house"),
    path("houses/<str:code>/<int:pk>/step/", house.house_step, name="house_step"),
    path("houses/<str:code>/<int:pk>/money/", house.house_money, name="house_money"),
    path("houses/<str:code>/<int:pk>/photos/", house.house_photos, name="house_photos"),
    path("houses/<str:code>/<int:pk>/photos/<int:photo>/", house.house_photo, name="house_photo"),
    # poverty reviews
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/approve/", reviews.reviews_approve, name="reviews_approve"),
    path("reviews/start/<int:pk>/", reviews.review_start, name="review_start"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/list/", reviews.review_list, name="review_list"),
    path("reviews/<int:pk>/add/", reviews.review_add, name="review_add"),
    path("reviews/<int:pk>/ask/", reviews.review_ask, name="review_ask"),
    path("reviews/<int:pk>/opinion/", reviews.review_opinion, name="review_opinion"),
    path("reviews/<int:pk>/recognise/", reviews.review_recognise, name="review_recognise"),
    path("reviews/<int:pk>/reopen/", reviews.review_reopen, name="review_reopen"),
    path("reviews/<int:pk>/source/", reviews.review_source, name="review_source"),
    path("reviews/<int:pk>/ledger/", reviews.review_ledger, name="review_ledger"),
    path("reviews/<int:pk>/scan/", papers.review_scan, name="review_scan"),
    path("reviews/<int:pk>/papers/<str:kind>/", papers.review_papers, name="review_papers"),
    path("reviews/<int:pk>/papers/<str:kind>.pdf", papers.review_paper_pdf, name="review_paper_pdf"),
    path("reviews/<int:pk>/villages/<int:part>/", reviews.review_village, name="review_village"),
    path("reviews/<int:pk>/sheets/<int:sheet>/", sheets.sheet, name="review_sheet"),
    path("reviews/<int:pk>/sheets/<int:sheet>/unlist/", reviews.sheet_unlist, name="sheet_unlist"),
]
