"""Which objects can be followed: found by the first word of their history key; accounts knows no app above it.

A model that can be followed says so itself:

    class Initiative(models.Model):
        followable = "initiative"            # the first word of history_key

and its QuerySet has `visible_to(user)` and, when the second word is not the primary key, `with_history_id(text)`.
"""

from functools import cache

from django.apps import apps
from django.http import Http404


@cache
def models_by_type() -> dict:
    """History type to model, of every model that says it can be followed."""
    return {model.followable: model for model in apps.get_models() if getattr(model, "followable", "")}


def visible_target(target_type: str, target_id: str, user):
    """The object with that history key, or Http404: none, not to be followed, or hidden from the person."""
    model = models_by_type().get(target_type)
    if model is None:
        raise Http404
    objects = model.objects.visible_to(user)
    try:
        found = (
            objects.with_history_id(target_id)
            if hasattr(objects, "with_history_id")
            else objects.filter(pk=target_id)
        )
        target = found.first()
    except (ValueError, OverflowError):
        target = None
    if target is None:
        raise Http404
    return target
