"""What secretariat and groups decide about an idea. Each form does its act: `form.apply(by=…)`, False with errors."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from dxportal.forms import StaleVersion, shown
from dxportal.text import localized
from pillars.models import Initiative, Plan
from taskforce.models import Idea, IdeaStatus, WorkingGroup

ASSIGNED = ("triage_owner", "group", "initiative", "title_en", "private_notes")


class IdeaAct(forms.Form):
    """A form about one idea whose model verb may refuse: the refusal is shown where the form is."""

    def __init__(self, *args, idea, user, **kwargs):
        super().__init__(*args, auto_id=f"{self.prefix_id}_%s", **kwargs)
        self.idea, self.user, self.conflicts = idea, user, []

    prefix_id = "act"

    def apply(self, *, by) -> bool:
        try:
            self.act(by=by)
        except StaleVersion as refusal:
            self.idea.refresh_from_db()
            self.conflicts = [row for row in self.both() if row["theirs"] != row["mine"]]
            self.data = {**self.data.dict(), **self.newest()}
            self.add_error(None, refusal)
            return False
        except ValidationError as refusal:
            self.add_error(None, refusal.messages)
            return False
        return True

    def both(self) -> list[dict]:
        """What the other person saved beside what this one wrote, by the label of the field."""
        return []

    def newest(self) -> dict:
        """What the form must hold so that sending it again is a decision."""
        return {}

    def last_standing(self):
        return self.idea.answers.standing().order_by("-at", "-pk").first()


class AnswerForm(IdeaAct):
    prefix_id = "answer"
    done = _("返事を出しました。")

    after = forms.IntegerField(required=False, widget=forms.HiddenInput)
    status = forms.ChoiceField(label=_("状態"), choices=IdeaStatus.choices[1:], widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("返事"),
        max_length=2000,
        required=False,
        widget=forms.Textarea,
        help_text=_("見送りには、わけが要ります。"),
    )
    text_en = forms.CharField(label=_("返事(英語)"), max_length=2000, required=False, widget=forms.Textarea)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        last = self.idea.last_answer
        self.initial.update(after=last.pk if last else None)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("status") == IdeaStatus.DECLINED and not cleaned.get("text", "").strip():
            self.add_error("text", _("見送りには、わけを書いてください。"))
        return cleaned

    def act(self, *, by):
        data = self.cleaned_data
        words = {"text_en": data["text_en"], "after": data["after"]}
        self.idea.answer(data["status"], data["text"], by=by, **words)

    def both(self):
        last = self.last_standing()
        return [
            {
                "label": self[name].label,
                "theirs": shown(getattr(last, name, ""), self[name]),
                "mine": shown(self[name].value(), self[name]),
            }
            for name in ("status", "text", "text_en")
        ]

    def newest(self):
        last = self.last_standing()
        return {"after": last.pk if last else ""}


class UndoForm(IdeaAct):
    prefix_id = "undo"
    done = _("最後の返事を取り消しました。")

    after = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("取り消すわけ"), max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        last = self.idea.last_answer
        self.initial.update(after=last.pk if last else None)

    def act(self, *, by):
        self.idea.undo_answer(by=by, reason=self.cleaned_data["reason"], after=self.cleaned_data["after"])

    def newest(self):
        last = self.last_standing()
        return {"after": last.pk if last else ""}


class AssignForm(IdeaAct):
    prefix_id = "assign"
    done = _("担当を保存しました。")

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    triage_owner = forms.ModelChoiceField(
        label=_("返事の担当"), queryset=User.objects.none(), required=False, empty_label=_("決めていない")
    )
    group = forms.ModelChoiceField(
        label=_("担当のグループ"),
        queryset=WorkingGroup.objects.running(),
        required=False,
        empty_label=_("なし"),
    )
    initiative = forms.ModelChoiceField(
        label=_("つながる施策"), queryset=Initiative.objects.none(), required=False, empty_label=_("なし")
    )
    title_en = forms.CharField(label=_("題名(英語)"), max_length=120, required=False)
    private_notes = forms.CharField(
        label=_("内部のメモ"),
        max_length=4000,
        required=False,
        widget=forms.Textarea,
        help_text=_("事務局と担当のグループだけが読めます。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = User.objects.with_role(Role.SECRETARIAT, Role.TASKFORCE_LEAD) | User.objects.filter(
            pk=self.idea.triage_owner_id
        )
        self.fields["triage_owner"].queryset = people.distinct()
        self.fields["initiative"].queryset = Initiative.objects.visible_to(self.user).filter(
            plan__in=Plan.objects.running()[:1]
        )
        self.fields["initiative"].label_from_instance = lambda found: (
            f"{found.code} {localized(found, 'name')}"
        )
        self.fields["group"].label_from_instance = lambda group: localized(group, "name")
        self.initial.update({name: getattr(self.idea, name) for name in ASSIGNED})
        self.initial["version"] = self.idea.triage_version

    def act(self, *, by):
        self.idea.assign(by=by, **self.cleaned_data)

    def both(self):
        return [
            {
                "label": self[name].label,
                "theirs": shown(self.fields[name].prepare_value(getattr(self.idea, name)), self[name]),
                "mine": shown(self[name].value(), self[name]),
            }
            for name in ASSIGNED
        ]

    def newest(self):
        return {"version": self.idea.triage_version}


class MergeForm(IdeaAct):
    prefix_id = "merge"
    done = _("一つにまとめました。賛同と意見も移しました。")

    number = forms.IntegerField(
        label=_("まとめる先の番号"),
        min_value=1,
        help_text=_("No.のあとの数字。この番号の賛同に、このアイデアの賛同を足します。"),
    )

    def clean_number(self):
        number = self.cleaned_data["number"]
        self.other = Idea.objects.visible_to(self.user).listed().filter(number=number).first()
        if self.other is None or self.other == self.idea:
            raise ValidationError(_("その番号の、ほかのアイデアはありません。"), code="unknown")
        return number

    def act(self, *, by):
        self.idea.merge_into(self.other, by=by)


class UnmergeForm(IdeaAct):
    prefix_id = "unmerge"
    done = _("元に戻しました。賛同、意見、フォローも元のアイデアに戻りました。")

    reason = forms.CharField(label=_("元に戻すわけ"), max_length=200)

    def act(self, *, by):
        self.idea.unmerge(by=by, reason=self.cleaned_data["reason"])
