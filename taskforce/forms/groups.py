"""What is written about a group and its members: founding, closing, joining, calls and applications."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PersonField
from dxportal import dates
from dxportal.forms import JapaneseDateField, VersionedForm
from dxportal.text import localized
from taskforce.models import Application, Body, GroupMembership, MemberCall, WorkingGroup


class BodyChoice(forms.ModelChoiceField):
    def label_from_instance(self, body):
        return localized(body, "name")


class GroupForm(VersionedForm):
    body = BodyChoice(Body.objects.none(), label=_("属する会議体"), required=False, empty_label=_("なし"))

    class Meta:
        model = WorkingGroup
        fields = ["name", "name_en", "body"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = Body.objects.taking_children(dates.today())


class NewGroupForm(GroupForm):
    lead = PersonField(label=_("リーダー"), help_text=_("職員番号かメールアドレス"))

    class Meta(GroupForm.Meta):
        fields = ["slug", *GroupForm.Meta.fields]
        help_texts = {"slug": _("アドレスに使う英小文字。あとから変えられません。例: b")}


class ReasonForm(forms.Form):
    """An act that needs its reason."""

    reason = forms.CharField(label=_("わけ"), max_length=500, widget=forms.Textarea)


class LeaveForm(forms.Form):
    reason = forms.CharField(label=_("ひとこと"), max_length=300, required=False)


class MemberForm(forms.Form):
    """Take a person in by e-mail address or number: 10,000 names do not fit a pick list."""

    email = PersonField(label=_("加える人"), help_text=_("職員番号かメールアドレス"))
    part = forms.CharField(label=_("受け持ち"), max_length=30, required=False)
    part_en = forms.CharField(label=_("受け持ち(英語)"), max_length=60, required=False)
    hours_a_month = forms.IntegerField(label=_("月の時間"), min_value=0, max_value=160, initial=4)


class MembershipForm(VersionedForm):
    hours_a_month = forms.IntegerField(label=_("月の時間"), min_value=0, max_value=160)

    class Meta:
        model = GroupMembership
        fields = ["part", "part_en", "hours_a_month"]


class CallForm(VersionedForm):
    opens_on = JapaneseDateField(label=_("受付の始まり"))
    closes_on = JapaneseDateField(label=_("受付の終わり"))
    hours_a_month = forms.IntegerField(label=_("月の時間"), min_value=0, max_value=160, initial=4)

    class Meta:
        model = MemberCall
        fields = ["text", "text_en", "places", "hours_a_month", "opens_on", "closes_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("opens_on", dates.today())
        if self.instance.pk is None:
            self.initial["opens_on"] = dates.today()

    def clean(self):
        cleaned = super().clean()
        opens, closes = cleaned.get("opens_on"), cleaned.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("受付の終わりは、始まりより後の日にしてください。"))
        return cleaned


class ApplyForm(forms.ModelForm):
    class Meta:
        model = Application
        fields = ["line"]
        labels = {"line": _("ひとこと")}
        help_texts = {"line": _("できそうなこと、やってみたいこと。リーダーと事務局だけが読みます。")}


class AnswerForm(forms.Form):
    """The lead's answer to an application, with a word to the person."""

    ACCEPT, DECLINE = "accept", "decline"

    answer = forms.ChoiceField(
        label=_("返事"),
        choices=[(ACCEPT, _("加わってもらう")), (DECLINE, _("今回は見送る"))],
        widget=forms.RadioSelect,
    )
    word = forms.CharField(
        label=_("申し込んだ人へのひとこと"), max_length=500, widget=forms.Textarea, required=False
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("answer") == self.DECLINE and not cleaned.get("word"):
            self.add_error("word", _("見送るときは、わけをひとこと書いてください。"))
        return cleaned
