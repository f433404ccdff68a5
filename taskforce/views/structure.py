"""Who decides what, and where can one join in? (T1)"""

from django.db.models import Count, Q
from django.shortcuts import render

from accounts.models import Department
from dxportal import dates
from taskforce.forms.structure import OnDateForm
from taskforce.models import Body, GroupMembership, MemberCall, ModelDepartment, Replication, WorkingGroup


def structure(request):
    """The chart and the nested list of all bodies, on any date (`?on=`)."""
    form = OnDateForm(request.GET or None, initial={"on": dates.today()})
    today = dates.today()
    day = form.cleaned_data["on"] or today if form.is_valid() else today
    bodies = [body.as_of_day() for body in Body.objects.on(day)]
    groups = list(WorkingGroup.objects.visible_to(request.user).on(day))
    fill_boxes(bodies, groups, day)
    roots = tree_of(bodies)
    context = {
        "form": form,
        "day": day,
        "today": today,
        "chart": without(Body.Kind.SUBCOMMITTEE, roots),
        "everything": roots,
        "subcommittees": [b for b in bodies if b.kind == Body.Kind.SUBCOMMITTEE],
        "groups": groups,
        "vacant": sum(seat.is_vacant for body in bodies for seat in body.current_seats),
        "volunteers": volunteers(day),
        "calls": list(MemberCall.objects.taking(today).select_related("group"))
        if not request.user.is_expert
        else [],
        "may_edit": Body.can_edit(request.user),
    }
    return render(request, "taskforce/structure.html", context)


def tree_of(bodies):
    """Root bodies, each with `.below` (its children in order), from a flat list; a body whose upper one did not exist
    on that day stands at the top."""
    known = {body.pk: body for body in bodies}
    roots = []
    for body in bodies:
        body.below = []
    for body in bodies:
        parent = known.get(body.parent_id)
        (parent.below if parent else roots).append(body)
    return roots


def without(kind, bodies):
    """The same tree less the bodies of a kind that have a place of their own on the page; each with `.drawn`."""
    for body in bodies:
        body.drawn = without(kind, body.below)
    return [body for body in bodies if body.kind != kind]


def volunteers(day):
    """Counts of people in groups on the date: {"all", "headquarters", "posts"}; a person in two groups counts once."""
    in_groups = GroupMembership.objects.on(day)
    at_post = Q(person__department__kind__in=Department.POST_KINDS)
    return in_groups.aggregate(
        all=Count("person", distinct=True),
        posts=Count("person", filter=at_post, distinct=True),
        headquarters=Count("person", filter=~at_post, distinct=True),
        places=Count("person__department", filter=at_post, distinct=True),
    )


def fill_boxes(bodies, groups, day):
    """Give each body the `groups_then` that belong to it, and the box of model departments its `models_then`, each
    with the number of departments it `taught`."""
    has_models = any(body.kind == Body.Kind.MODEL for body in bodies)
    models = list(ModelDepartment.objects.on(day)) if has_models else []
    taught = Replication.objects.taught_by([model.department_id for model in models]) if models else {}
    for model in models:
        model.taught = taught.get(model.department_id, 0)
    for body in bodies:
        body.groups_then = [group for group in groups if group.body_id == body.pk]
        body.models_then = models if body.kind == Body.Kind.MODEL else []
