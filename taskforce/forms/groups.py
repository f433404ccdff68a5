"""What members and leads write about their group."""

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, User
from taskforce.models import ActionItem, GroupMembership, Meeting, Theme

DATE = forms.DateInput(attrs={"type": "date"})


class ThemeForm(forms.ModelForm):
    class Meta:
        model = Theme
        fields = ["title", "title_en", "goal", "goal_en", "starts_on", "review_on"]
        widgets = {"starts_on": DATE, "review_on": DATE}

    def clean(self):
        cleaned = super().clean()
        start, review = cleaned.get("starts_on"), cleaned.get("review_on")
        if start and review and review <= start:
            self.add_error(
                "review_on", _("見直しの日は、開始より後の日付にしてください。ふつうは2〜3か月後です。")
            )
        return cleaned

    def save_told(self, *, by):
        """Save the theme and tell the history: a new one is news, a change is not."""
        verb = "theme.changed" if self.instance.pk else "theme.started"
        changes = {
            str(self.fields[name].label): [str(self.initial.get(name) or ""), str(self.cleaned_data[name])]
            for name in self.changed_data
        }
        with transaction.atomic():
            theme = self.save()
            told = {"changes": changes, "label": str(theme.group)}
            if verb == "theme.started":
                told["summary"] = f"次のテーマを「{theme.title}」に決めた"
                told["summary_en"] = f"Chose the next theme: {theme.title_en or theme.title}"
            Activity.record(verb, theme, by=by, **told)
        return theme


class ReviewForm(forms.ModelForm):
    """見直し: what came of the theme and what happens next."""

    DECISIONS = [
        (s.value, s.label) for s in (Theme.State.CONTINUED, Theme.State.HANDED_OVER, Theme.State.ENDED)
    ]

    decision = forms.ChoiceField(label=_("見直しの結果"), choices=DECISIONS, widget=forms.RadioSelect)
    next_review_on = forms.DateField(label=_("続けるとき: 次の見直しの日"), required=False, widget=DATE)

    class Meta:
        model = Theme
        fields = ["outcome", "learnt", "handed_to"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].required = self.fields["learnt"].required = True


class ActionItemForm(forms.ModelForm):
    class Meta:
        model = ActionItem
        fields = ["text", "owner", "due_on"]
        widgets = {"due_on": DATE}

    def __init__(self, *args, group, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.active().filter(
            group_memberships__group=group, group_memberships__left_on=None
        )


class MeetingForm(forms.ModelForm):
    class Meta:
        model = Meeting
        fields = ["title", "title_en", "starts_at", "notes"]
        widgets = {
            "starts_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        }


class MemberForm(forms.ModelForm):
    """Take a person in by e-mail address: 10,000 names do not fit a pick list."""

    email = forms.EmailField(label=_("加える人のメールアドレス"))

    class Meta:
        model = GroupMembership
        fields = ["email", "part", "hours_a_month"]

    def clean_email(self):
        email = self.cleaned_data["email"]
        person = User.objects.active().filter(email__iexact=email).first()
        if person is None:
            raise forms.ValidationError(
                _("「%(email)s」の職員はいません。アドレスを確かめてください。"), params={"email": email}
            )
        self.person = person
        return email
