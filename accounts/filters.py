"""What narrows the list of duties and the security log."""

from datetime import time

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.models.history import SECURITY_EVENTS
from dxportal import dates
from dxportal.forms import JapaneseDateField
from dxportal.text import narrow


class DutyFilterForm(forms.Form):
    """Narrows the list of duties; without a choice it shows those in force today."""

    role = forms.ChoiceField(label=_("役割"), required=False, choices=[("", _("すべて")), *Role.choices])
    when = forms.ChoiceField(
        label=_("時期"),
        required=False,
        choices=[("", _("いま")), ("over", _("終わったもの")), ("all", _("すべて"))],
    )
    q = forms.CharField(label=_("氏名・職員番号"), required=False, max_length=100)

    def filter(self, duties):
        if not self.is_valid():
            return duties.none()
        data = self.cleaned_data
        if data["when"] != "all":
            duties = duties.over(dates.today()) if data["when"] else duties.on(dates.today())
        if data["role"]:
            duties = duties.of_role(data["role"])
        if data["q"]:
            people = User.objects.search(data["q"]).values("pk")
            duties = duties.filter(Q(user__in=people) | Q(user__staff_number__iexact=narrow(data["q"])))
        return duties


class SecurityFilterForm(forms.Form):
    """Narrows the security log by kind, person and first day."""

    event = forms.ChoiceField(
        label=_("できごと"), required=False, choices=[("", _("すべて")), *SECURITY_EVENTS.items()]
    )
    q = forms.CharField(label=_("氏名"), required=False, max_length=100)
    since = JapaneseDateField(label=_("いつから"), required=False)

    def filter(self, events):
        if not self.is_valid():
            return events.none()
        data = self.cleaned_data
        if data["event"]:
            events = events.filter(event=data["event"])
        if data["q"]:
            events = events.filter(actor_name__contains=data["q"])
        if data["since"]:
            events = events.filter(at__gte=dates.local_instant(data["since"], time(0), dates.TOKYO))
        return events
