"""Words of the pages about burden and effect."""

from django import template
from django.conf import settings

from pillars.models.pulse import Place

register = template.Library()


@register.simple_tag
def least_answers() -> int:
    """How many answers a group needs before anything of it is shown."""
    return settings.PULSE_MINIMUM_ANSWERS


@register.filter
def place_word(place) -> str:
    """本省, 在外公館."""
    return Place(place).label


@register.inclusion_tag("pillars/_scale.html")
def scale(bound, *, question, low, high):
    """{% scale form.burden question=… low=_("小さい") high=_("大きい") %}: 1 to 5 as radio buttons."""
    error = f"{bound.auto_id}_error" if bound.errors else ""
    options = list(bound)
    return {
        "field": bound,
        "question": question,
        "options": [
            (option, {0: low, len(options) - 1: high}.get(k, "")) for k, option in enumerate(options)
        ],
        "error": error,
    }
