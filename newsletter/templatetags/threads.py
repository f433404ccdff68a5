"""The thread as one line: templates of every app ask for it, their code does not know it."""

from django import template

from dxportal.text import english
from newsletter import drawn_threads, threads

register = template.Library()
ASKED = {
    "idea": threads.of_idea,
    "pilot": threads.of_pilot,
    "practice": threads.of_practice,
    "initiative": threads.of_initiative,
    "indicator": threads.of_indicator,
    "department": threads.of_department,
    "issue": threads.of_issue,
}


@register.inclusion_tag("newsletter/_threads.html", takes_context=True)
def thread_lines(context, obj, kind):
    """{% thread_lines practice "practice" %}: the threads the page stands in, its own step marked."""
    user = context["user"]
    here = {"indicator": "initiative", "department": "spread"}.get(kind, kind)
    return {"threads": ASKED[kind](obj, user), "here": here, "kind": kind, "english": english()}


@register.simple_tag
def drawn_thread_lines(issue):
    """{% drawn_thread_lines issue %}: the same lines below a published issue, as the timetable drew them last."""
    return drawn_threads.lines(issue)
