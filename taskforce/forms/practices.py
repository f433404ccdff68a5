"""Good practices, and 「うちでもやる」."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Role, User
from dxportal.forms import JapaneseDateField, VersionedForm
from dxportal.text import localized
from pillars.models import Pillar
from taskforce.forms.ideas import PillarChoice, running_pillars, short_labels
from taskforce.models import GoodPractice, Idea, Replication


def departments_of(user):
    """The departments a person may speak for: any for the secretariat, else the own one and those of the duties."""
    if user.is_secretariat:
        return Department.objects.active()
    found = Department.objects.filter(pk=user.department_id)
    for duty in user.duties_today:
        if duty.role in (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER) and duty.department:
            found |= Department.objects.active().under(duty.department)
    return found


class PracticeForm(VersionedForm):
    """「うちでは、もうやっている」."""

    started_on = JapaneseDateField(label=_("始めた日"), edge="start")
    pillar = PillarChoice(
        queryset=Pillar.objects.none(), label=_("柱"), required=False, empty_label=_("なし")
    )
    contact_email = forms.EmailField(
        label=_("聞く相手のメールアドレス"),
        required=False,
        help_text=_("名前と部署が出ます。"),
    )
    idea_number = forms.IntegerField(label=_("もとのアイデアの番号"), required=False, min_value=1)

    class Meta:
        model = GoodPractice
        fields = [
            "title", "title_en", "summary", "summary_en", "steps", "steps_en", "department", "started_on",
            "contact_email", "hours_saved", "hours_method", "hours_method_en", "pillar", "idea_number",
            "confidentiality",
        ]  # fmt: skip

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        # VersionedForm builds a second form without a user to show what was saved first.
        self.user = user = user or self.instance.proposed_by
        self.fields["pillar"].queryset = running_pillars(user)
        departments = departments_of(user) | Department.objects.filter(pk=self.instance.department_id)
        self.fields["department"].queryset = departments
        self.fields["department"].label_from_instance = lambda department: localized(department, "name")
        self.fields["hours_saved"].localize = False
        if self.instance.pk is None:
            self.initial.setdefault("department", user.department_id)
        else:
            contact, idea = self.instance.contact, self.instance.idea
            self.initial.update(
                contact_email=contact.email if contact else "", idea_number=idea.number if idea else None
            )

    def clean_contact_email(self):
        email = self.cleaned_data["contact_email"]
        self.contact = User.objects.active().filter(email__iexact=email).first() if email else None
        if email and self.contact is None:
            raise ValidationError(_("そのアドレスの職員はいません。"), code="unknown")
        return email

    def clean_idea_number(self):
        number = self.cleaned_data["idea_number"]
        self.idea = (
            Idea.objects.visible_to(self.user).listed().filter(number=number).first() if number else None
        )
        if number and self.idea is None:
            raise ValidationError(_("その番号のアイデアはありません。"), code="unknown")
        return number

    @property
    def texts(self) -> dict:
        """The cleaned values by field of GoodPractice."""
        helpers = ("version", "contact_email", "idea_number")
        values = {name: value for name, value in self.cleaned_data.items() if name not in helpers}
        return {**values, "contact": self.contact, "idea": self.idea}


class ReplicationForm(forms.ModelForm):
    """「うちでもやる」: which department, how far, learnt from whom."""

    status = forms.ChoiceField(
        label=_("どこまで"), choices=Replication.Status.choices, widget=forms.RadioSelect
    )
    started_on = JapaneseDateField(label=_("使い始めた日"), edge="start", required=False)

    class Meta:
        model = Replication
        fields = ["department", "status", "learnt_from", "started_on", "hours_saved", "note"]

    def __init__(self, *args, practice, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.practice = practice
        teachers = [practice.department_id, *(r.department_id for r in practice.adopters)]
        self.fields["department"].queryset = departments_of(user).exclude(pk=practice.department_id)
        self.fields["learnt_from"].queryset = Department.objects.filter(pk__in=teachers)
        self.fields["learnt_from"].empty_label = _("自分たちで")
        for name in ("department", "learnt_from"):
            self.fields[name].label_from_instance = lambda department: localized(department, "name")

    def clean(self):
        cleaned = super().clean()
        department, teacher = cleaned.get("department"), cleaned.get("learnt_from")
        if department and teacher and teacher.pk in self._learners_of(department):
            self.add_error("learnt_from", _("教わった部署に、この部署から教わった部署は選べません。"))
        return cleaned

    def _learners_of(self, department) -> set:
        """The department itself and everybody who learnt from it, directly or not."""
        found, new = {department.pk}, {department.pk}
        while new:
            new = {r.department_id for r in self.practice.spread if r.learnt_from_id in new} - found
            found |= new
        return found


class PracticeFilterForm(forms.Form):
    q = forms.CharField(
        label=_("ことば"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    pillar = PillarChoice(
        label=_("柱"), queryset=Pillar.objects.none(), required=False, empty_label=_("すべて")
    )
    sort = forms.ChoiceField(
        label=_("並び順"),
        choices=[("", _("動きのあった順")), ("spread", _("使う部署の多い順")), ("new", _("新しい順"))],
        required=False,
    )

    def __init__(self, *args, user, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pillar"].queryset = running_pillars(user)
        short_labels(self.fields["pillar"], places)
        self.is_valid()

    def filter(self, practices):
        practices = practices.search(self.cleaned_data.get("q") or "")
        if pillar := self.cleaned_data.get("pillar"):
            practices = practices.filter(pillar=pillar)
        order = {"new": "-published_at", "spread": "-used"}.get(self.cleaned_data.get("sort"), "-moved_at")
        return practices.with_users_counted().order_by(order, "-pk")
