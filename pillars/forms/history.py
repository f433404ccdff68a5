"""What narrows the history of a part of the plan."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

KINDS = {
    "report": _("報告"),
    "milestone": _("節目"),
    "indicator": _("指標"),
    "evaluation": _("評価"),
    "initiative": _("施策"),
    "plan": _("計画の構成"),
    "import": _("取込"),
    "proposal": _("提案"),
    "record": _("記録だけの変更"),
}
WITHIN = {"plan": ("plan.", "pillar.", "objective."), "indicator": ("indicator.", "indicatorvalue.")}


class HistoryForm(forms.Form):
    """By kind and by person; both stand in the address."""

    kind = forms.ChoiceField(label=_("種類"), required=False, choices=[("", _("すべて")), *KINDS.items()])
    who = forms.CharField(label=_("だれ"), required=False, max_length=100)

    def filter(self, acts, recorded: list) -> tuple:
        """The acts and recorded changes it lets through; an unknown kind lets everything through."""
        wanted = self.cleaned_data if self.is_bound and (self.is_valid() or self.cleaned_data) else {}
        kind, who = wanted.get("kind", ""), wanted.get("who", "").strip()
        starts = WITHIN.get(kind, (f"{kind}.",))
        if kind == "record":
            acts = acts.none()
        elif kind:
            verbs = Q()
            for start in starts:
                verbs |= Q(verb__startswith=start)
            acts = acts.filter(verbs)
            recorded = [act for act in recorded if act.verb.startswith(starts)]
        if who:
            acts = acts.filter(Q(actor_name__contains=who) | Q(on_behalf_of__contains=who))
            recorded = [act for act in recorded if who in act.actor_name]
        return acts, recorded
