"""What departments say of the draft, and the secretariat's answers."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from dxportal.forms import VersionedForm
from dxportal.text import localized
from pillars.forms.redrafting import labelled
from pillars.models import DraftComment, Initiative, Pillar, Plan
from pillars.models.access import DEPARTMENT_ROLES


class CommentForm(forms.Form):
    """A comment on the whole draft, one pillar or one initiative, for one of the person's departments."""

    about = forms.ChoiceField(label=_("どこへの意見"), required=False)
    department = forms.ModelChoiceField(Department.objects.none(), label=_("部署"), empty_label=None)
    text = forms.CharField(label=_("意見の文"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    confidentiality = forms.TypedChoiceField(
        label=_("格付"),
        coerce=int,
        choices=DraftComment._meta.get_field("confidentiality").choices,
        initial=2,
    )

    def __init__(self, *args, plan: Plan, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan, self.user = plan, user
        self.fields["department"].queryset = departments_of(user)
        pillars = list(Pillar.objects.visible_to(user).filter(plan=plan))
        initiatives = list(Initiative.objects.visible_to(user).filter(plan=plan).select_related("plan"))
        self.targets = {f"p{p.pk}": p for p in pillars} | {f"i{i.pk}": i for i in initiatives}
        groups = [
            (localized(plan, "pillar_label"), [(f"p{p.pk}", labelled(p)) for p in pillars]),
            (localized(plan, "initiative_label"), [(f"i{i.pk}", labelled(i)) for i in initiatives]),
        ]
        self.fields["about"].choices = [("", _now("計画の全体")), *groups]

    def save(self, *, today) -> DraftComment:
        said = self.cleaned_data
        return DraftComment.write(
            self.plan,
            said["text"],
            by=self.user,
            department=said["department"],
            today=today,
            target=self.targets.get(said["about"]),
            confidentiality=said["confidentiality"],
        )


def departments_of(user):
    """The departments for which the person speaks; with a duty for the whole ministry the person's own."""
    duties = [duty for duty in user.duties_today if duty.role in DEPARTMENT_ROLES]
    keys = {duty.department_id or user.department_id for duty in duties}
    return Department.objects.filter(pk__in=keys).order_by("path")


class AnswerForm(VersionedForm):
    class Meta:
        model = DraftComment
        fields = ["result", "answer"]
        widgets = {"answer": forms.Textarea(attrs={"rows": 3})}

    def _post_clean(self):
        """The verb of the model writes, not the form."""

    def save(self, *, by) -> bool:
        comment = DraftComment.objects.select_related("plan").get(pk=self.instance.pk)
        try:
            comment.reply(self.cleaned_data["answer"], result=self.cleaned_data["result"], by=by)
        except ValidationError as error:
            self.add_error(None, error)
        return not self.errors


class CommentFilter(forms.Form):
    """The filters of the comments; an unknown choice in the address filters nothing."""

    STATES = (("open", _("回答待ち")), *DraftComment.Result.choices)
    state = forms.ChoiceField(label=_("状態"), required=False, choices=[("", _("すべて")), *STATES])
    department = forms.ChoiceField(label=_("部署"), required=False)

    def __init__(self, *args, comments, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.comments = comments
        found = sorted({comment.department for comment in comments}, key=lambda d: d.path)
        self.fields["department"].choices = [("", _now("すべて"))] + [
            (d.code, localized(d, "name")) for d in found
        ]

    def filter(self) -> list:
        wanted = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        state, code = wanted.get("state"), wanted.get("department")
        return [
            comment
            for comment in self.comments
            if state in (None, "", comment.result or "open") and code in (None, "", comment.department.code)
        ]
