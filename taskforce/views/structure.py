"""Who decides what, and where can one join in? (T1)"""

from django.db.models import Count, Q
from django.shortcuts import render

from accounts.models import Department
from dxportal import dates
from taskforce.forms.structure import OnDateForm
from taskforce.models import Body, GroupMembership, Replication, WorkingGroup


def structure(request):
    """The chart and the nested list of all bodies, on any date (`?on=`)."""
    form = OnDateForm(request.GET or None)
    today = dates.today()
    day = form.cleaned_data["on"] or today if form.is_valid() else today
    bodies = list(Body.objects.on(day))
    groups = list(WorkingGroup.objects.visible_to(request.user).running().with_current_theme().with_members())
    fill_boxes(bodies, groups)
    context = {
        "form": form,
        "day": day,
        "today": today,
        "chart": tree_of([b for b in bodies if b.kind != Body.Kind.SUBCOMMITTEE]),
        "subcommittees": [b for b in bodies if b.kind == Body.Kind.SUBCOMMITTEE],
        "groups": groups,
        "volunteers": volunteers(),
    }
    return render(request, "taskforce/structure.html", context)


def tree_of(bodies):
    """Root bodies, each with `.below` (its children in order), from a flat list."""
    known = {body.pk: body for body in bodies}
    roots = []
    for body in bodies:
        body.below = []
    for body in bodies:
        parent = known.get(body.parent_id)
        (parent.below if parent else roots).append(body)
    return roots


def volunteers():
    """Counts of people in groups now: {"all", "headquarters", "posts"}; a person in two groups counts once."""
    in_groups = GroupMembership.objects.filter(left_on=None, group__closed_on=None)
    at_post = Q(person__department__kind__in=Department.POST_KINDS)
    return in_groups.aggregate(
        all=Count("person", distinct=True),
        posts=Count("person", filter=at_post, distinct=True),
        headquarters=Count("person", filter=~at_post, distinct=True),
        places=Count("person__department", filter=at_post, distinct=True),
    )


def fill_boxes(bodies, groups):
    """Give the taskforce its `running_groups`, each model department the number of departments it `taught`."""
    models = [seat for body in bodies if body.kind == Body.Kind.MODEL for seat in body.current_seats]
    taught = Replication.objects.taught_by([seat.department_id for seat in models]) if models else {}
    for seat in models:
        seat.taught = taught.get(seat.department_id, 0)
    for body in bodies:
        body.running_groups = groups if body.kind == Body.Kind.TASKFORCE else []
