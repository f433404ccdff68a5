from django.urls import path

from taskforce.views import groups, structure, workshops

app_name = "taskforce"

urlpatterns = [
    # structure and groups
    path("taskforce/", structure.structure, name="structure"),
    path("taskforce/groups/<slug:slug>/", groups.group, name="group"),
    path("taskforce/groups/<slug:slug>/theme/", groups.theme_edit, name="theme_edit"),
    path("taskforce/groups/<slug:slug>/theme/review/", groups.theme_review, name="theme_review"),
    path("taskforce/groups/<slug:slug>/items/new/", groups.action_item_new, name="action_item_new"),
    path("taskforce/groups/<slug:slug>/items/<int:pk>/done/", groups.action_item_done, name="action_item_done"),
    path("taskforce/groups/<slug:slug>/meetings/new/", groups.meeting_edit, name="meeting_new"),
    path("taskforce/groups/<slug:slug>/meetings/<int:pk>/", groups.meeting, name="meeting"),
    path("taskforce/groups/<slug:slug>/meetings/<int:pk>/edit/", groups.meeting_edit, name="meeting_edit"),
    path("taskforce/groups/<slug:slug>/members/new/", groups.member_new, name="member_new"),
    path("taskforce/groups/<slug:slug>/members/<int:pk>/leave/", groups.member_leave, name="member_leave"),
    # workshops
    path("workshops/", workshops.workshops, name="workshops"),
    path("workshops/<int:pk>/", workshops.workshop, name="workshop"),
    path("workshops/<int:pk>/register/", workshops.workshop_register, name="workshop_register"),
    path("workshops/<int:pk>/withdraw/", workshops.workshop_withdraw, name="workshop_withdraw"),
    # ideas, pilots, practices and their spread
]
