"""Thanks on the page of the thing they are about."""

from django import template

from taskforce.models import Thanks

register = template.Library()


@register.inclusion_tag("taskforce/_thanks.html", takes_context=True)
def thanks_about(context, subject, key):
    """{% thanks_about idea "idea:118" %}: the notes about it, and the way to write one; one query."""
    return {
        "notes": list(Thanks.objects.about(subject)) if subject else [],
        "key": key,
        "user": context["user"],
    }
