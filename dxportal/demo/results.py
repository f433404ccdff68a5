"""Ties the demonstration's past themes to the ideas, practices and initiatives they led to."""

from django.db import transaction

from taskforce.models import Theme, WorkingGroup


@transaction.atomic
def load(today):
    """The newest ideas of a group go to its newest past themes, with the practices grown from them. Once."""
    if Theme.ideas.through.objects.exists():
        return
    for group in WorkingGroup.objects.all():
        ideas = group.ideas.prefetch_related("practices").order_by("-number")
        for theme, idea in zip(group.themes.past(), ideas, strict=False):
            theme.ideas.add(idea)
            theme.practices.add(*idea.practices.all())
            if idea.initiative_id:
                theme.initiatives.add(idea.initiative_id)
