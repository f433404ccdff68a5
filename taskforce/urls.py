from django.urls import path

from taskforce.views import comments, groups, ideas, practices, structure, triage, workshops

app_name = "taskforce"

urlpatterns = [
    # structure and groups
    path("taskforce/", structure.structure, name="structure"),
    path("taskforce/groups/<slug:slug>/", groups.group, name="group"),
    path("taskforce/groups/<slug:slug>/theme/", groups.theme_edit, name="theme_edit"),
    path("taskforce/groups/<slug:slug>/theme/review/", groups.theme_review, name="theme_review"),
    path("taskforce/groups/<slug:slug>/items/new/", groups.action_item_new, name="action_item_new"),
    path(
        "taskforce/groups/<slug:slug>/items/<int:pk>/done/", groups.action_item_done, name="action_item_done"
    ),
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
    path("ideas/", ideas.ideas, name="ideas"),
    path("ideas/new/", ideas.idea_edit, name="idea_new"),
    path("ideas/similar/", ideas.idea_similar, name="idea_similar"),
    path("ideas/people/", comments.people_found, name="people_found"),
    path("ideas/triage/", triage.triage, name="triage"),
    path("ideas/<int:number>/", ideas.idea, name="idea"),
    path("ideas/<int:number>/edit/", ideas.idea_edit, name="idea_edit"),
    path("ideas/<int:number>/support/", ideas.idea_support, name="idea_support"),
    path("ideas/<int:number>/comments/", comments.idea_comment, name="idea_comment"),
    path("ideas/<int:number>/comments/<int:pk>/edit/", comments.idea_comment_edit, name="idea_comment_edit"),
    path(
        "ideas/<int:number>/comments/<int:pk>/withdraw/",
        comments.idea_comment_withdraw,
        name="idea_comment_withdraw",
    ),
    path("ideas/<int:number>/comments/<int:pk>/hide/", comments.idea_comment_hide, name="idea_comment_hide"),
    path("ideas/<int:number>/withdraw/", ideas.idea_withdraw, name="idea_withdraw"),
    path("ideas/<int:number>/restore/", ideas.idea_restore, name="idea_restore"),
    path("ideas/<int:number>/history/", ideas.idea_history, name="idea_history"),
    path("ideas/<int:number>/triage/", triage.triage_idea, name="triage_idea"),
    path("ideas/<int:number>/pilots/new/", triage.pilot_new, name="pilot_new"),
    path("ideas/<int:number>/pilots/<int:pk>/", triage.pilot_edit, name="pilot_edit"),
    path("practices/", practices.practices, name="practices"),
    path("practices/new/", practices.practice_edit, name="practice_new"),
    path("practices/<int:pk>/", practices.practice, name="practice"),
    path("practices/<int:pk>/edit/", practices.practice_edit, name="practice_edit"),
    path("practices/<int:pk>/publish/", practices.practice_publish, name="practice_publish"),
    path("practices/<int:pk>/confirm/", practices.practice_confirm, name="practice_confirm"),
    path("practices/<int:pk>/replicate/", practices.practice_replicate, name="practice_replicate"),
    path("practices/<int:pk>/history/", practices.practice_history, name="practice_history"),
]
