"""Hand-over 引継ぎ: everything a person looks after goes to a successor in one act, with a note (D3).

It crosses the apps, so it stands here: duties of accounts, ideas and action items of the taskforce. What belongs to the
person and not to the work stays: membership in a volunteer group, seats, follows, own ideas.
"""

from dataclasses import dataclass

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.forms import PersonField
from accounts.models import Activity, Duty, Role
from dxportal import dates
from taskforce.models import ActionItem, GroupMembership, Idea


@dataclass(frozen=True)
class Owned:
    """What moves (`duties`, `ideas`, `items`), and the duties that stay because they are not the giver's to pass on."""

    duties: list
    kept_duties: list
    ideas: list
    items: list

    @property
    def is_empty(self) -> bool:
        return not (self.duties or self.ideas or self.items)


def owned(person, *, by, today) -> Owned:
    """What `by` would hand over from `person` on the Tokyo date `today`."""
    duties = list(person.duties.on(today).exclude(role=Role.TASKFORCE_MEMBER).select_related("department"))
    return Owned(
        duties=[duty for duty in duties if duty.can_be_managed_by(by)],
        kept_duties=[duty for duty in duties if not duty.can_be_managed_by(by)],
        ideas=list(Idea.objects.unanswered().filter(triage_owner=person)),
        items=list(ActionItem.objects.open().filter(owner=person).select_related("group")),
    )


@transaction.atomic
def hand_over(person, successor, *, note, by, today) -> Owned:
    """Pass everything on; the successor's duties begin today, the person's end today. Returns what was passed.

    Raises PermissionDenied when `successor` is `by`: nobody gives himself a duty (AZ21).
    """
    passed = owned(person, by=by, today=today)
    for duty in passed.duties:
        heir = Duty(
            user=successor, role=duty.role, department=duty.department, scope=duty.scope, starts_on=today
        )
        heir.ends_on = duty.ends_on
        if not heir.exists_already():
            heir.give(by=by, reason=note)
        duty.end(today, by=by, reason=note)
    for idea in passed.ideas:
        idea.assign(by=by, triage_owner=successor)
    for item in passed.items:
        item.pass_to(successor, by=by, reason=note)
    GroupMembership.objects.follow_duties(today + dates.DAY)  # who leads a group has passed on with the duty
    change = {str(_("引継ぎ")): [person.name, successor.name]}
    Activity.record("person.handed_over", person, by=by, changes=change, reason=note)
    return passed


class HandOverForm(forms.Form):
    person = PersonField(label=_("引き継ぐ人"), help_text=_("職員番号かメールアドレス"))
    successor = PersonField(label=_("後任"), help_text=_("職員番号かメールアドレス"))
    note = forms.CharField(label=_("引継ぎのメモ"), max_length=1000, widget=forms.Textarea)

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by

    def clean(self):
        data = super().clean()
        if data.get("person") and data.get("person") == data.get("successor"):
            self.add_error("successor", _("後任には、引き継ぐ人とは別の人を入れてください。"))
        if data.get("successor") == self.by:
            self.add_error("successor", _("自分には引き継げません。ほかの人が行います。"))
        return data
