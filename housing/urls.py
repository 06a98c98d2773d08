"""The addresses of the room of households: the register, the reviews, the houses."""

from django.urls import path

from housing.views import household, moves, register

urlpatterns = [
    # the register
    path("households/", register.households, name="households"),
    path("households/<str:code>/", register.register, name="register"),
    path("households/<str:code>/search/", register.register_search, name="register_search"),
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
]
