"""The thread from a page of the plan to the taskforce: templates of the plan ask for it, its code does not know it."""

from django import template
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from taskforce.models import GoodPractice, Idea

register = template.Library()
SHOWN = 5


@register.inclusion_tag("taskforce/_thread.html", takes_context=True)
def linked_ideas(context, initiative):
    """{% linked_ideas initiative %}: ideas realised through the initiative, each with the good practices that came of
    it, in one query."""
    user = context["user"]
    told = JSONObject(
        pk="pk", title="title", title_en="title_en", place="department__name", place_en="department__name_en"
    )
    practices = GoodPractice.objects.visible_to(user).published().filter(idea=OuterRef("pk"))
    ideas = Idea.objects.about(initiative).visible_to(user).with_supports(user)
    ideas = ideas.annotate(practices_told=ArraySubquery(practices.order_by("pk").values(told=told)))
    found = list(ideas.order_by("-support_count", "number")[:SHOWN])
    for idea in found:
        idea.practices_told = [GoodPracticeTold(**one) for one in idea.practices_told]
    return {"ideas": found, "user": user}


class GoodPracticeTold:
    """A practice as a line of the thread names it."""

    def __init__(self, **values):
        self.__dict__.update(values)
