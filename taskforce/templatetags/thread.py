"""The thread from a page of the plan to the taskforce: templates of the plan ask for it, its code does not know it."""

from django import template

from taskforce.models import GoodPractice, Idea

register = template.Library()
SHOWN = 5


@register.inclusion_tag("taskforce/_thread.html", takes_context=True)
def linked_ideas(context, initiative):
    """{% linked_ideas initiative %}: ideas realised through the initiative, and good practices that came of them, in
    two queries."""
    user = context["user"]
    ideas = Idea.objects.about(initiative).visible_to(user).with_supports(user)
    practices = GoodPractice.objects.visible_to(user).published().filter(idea__initiative=initiative)
    return {
        "ideas": list(ideas.order_by("-support_count", "number")[:SHOWN]),
        "practices": list(practices.select_related("department")[:SHOWN]),
        "user": user,
    }
