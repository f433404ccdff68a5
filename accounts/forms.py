"""Forms of sign-in in our words, of a person's settings, and of duties."""

from zoneinfo import available_timezones

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Duty, Role, User
from accounts.models.duties import DEPARTMENT_ROLES, givable_roles
from dxportal import dates
from dxportal.forms import JapaneseDateField
from dxportal.text import narrow

LABELS = {
    "login": _("メールアドレス"),
    "email": _("メールアドレス"),
    "password": _("パスワード"),
    "oldpassword": _("いまのパスワード"),
    "password1": _("新しいパスワード"),
    "password2": _("新しいパスワード(もう一度)"),
    "code": _("番号"),
}
HELPS = {
    "password": "",
    "password1": _(
        "12文字以上。空白も使えます。名前やよくある語だけのものは使えません。長い文のほうが強く、覚えやすくなります。"
    ),
}


class OurWords:
    """A form of allauth with our labels and helps, and without placeholders."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = HELPS.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)


class LoginForm(OurWords, account.LoginForm):
    """E-mail and password."""


class RequestLoginCodeForm(OurWords, account.RequestLoginCodeForm):
    """E-mail, for a code that arrives by mail."""


class ConfirmLoginCodeForm(OurWords, account.ConfirmLoginCodeForm):
    """The code that arrived by mail."""


class ResetPasswordForm(OurWords, account.ResetPasswordForm):
    """E-mail, for a link to a new password."""


class ResetPasswordKeyForm(OurWords, account.ResetPasswordKeyForm):
    """A new password, from the link."""


class ChangePasswordForm(OurWords, account.ChangePasswordForm):
    """Old and new password."""


class SetPasswordForm(OurWords, account.SetPasswordForm):
    """The first password of a person who had none."""


class ReauthenticateForm(OurWords, account.ReauthenticateForm):
    """The password again, before something weighty."""


class AuthenticateForm(OurWords, mfa.AuthenticateForm):
    """The number of the authenticator app, or a recovery code."""


class MFAReauthenticateForm(OurWords, mfa.ReauthenticateForm):
    """The number again, before something weighty."""


class ActivateTOTPForm(OurWords, totp.ActivateTOTPForm):
    """The first number of a new authenticator app."""


# --- a person's settings, duties, the log -------------------------------------------------------------------------

ZONES = sorted(available_timezones())
SCOPE = RegexValidator(r"^[a-z]+(:[A-Za-z0-9-]+)?$", _("範囲は group:b や pillar:P4 の形で書いてください。"))


class SettingsForm(forms.ModelForm):
    """Language, way of writing dates, and a clock of one's own."""

    timezone = forms.ChoiceField(
        label=_("時間帯"), required=False, help_text=_("選ばなければ、所属の時間帯になります。")
    )

    class Meta:
        model = User
        fields = ["language", "calendar", "timezone"]
        widgets = {"language": forms.RadioSelect, "calendar": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["timezone"].choices = [("", _("所属に合わせる")), *((zone, zone) for zone in ZONES)]

    def save(self, commit=True):
        self.instance.save(update_fields=self.Meta.fields)
        return self.instance


class PersonField(forms.CharField):
    """A person, written as staff number or e-mail address: names are not unique."""

    def to_python(self, value):
        typed = narrow(super().to_python(value))
        if not typed:
            return None
        person = User.objects.active().filter(Q(staff_number__iexact=typed) | Q(email__iexact=typed)).first()
        if person is None:
            raise forms.ValidationError(
                _("「%(typed)s」の職員はいません。職員番号かメールアドレスで書いてください。"),
                params={"typed": typed},
            )
        return person

    def validate(self, value):
        if self.required and value is None:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value):
        """The person was looked up; there is no text left to check."""


class GiveDutyForm(forms.Form):
    """Role, scope, days and deputy for one person; offers only what the giver may give."""

    person = PersonField(label=_("職員"), help_text=_("職員番号かメールアドレス"))
    role = forms.ChoiceField(label=_("役割"))
    department = forms.ModelChoiceField(Department.objects.none(), label=_("範囲の組織"), required=False)
    scope = forms.CharField(
        label=_("組織のほかの範囲"),
        required=False,
        max_length=60,
        validators=[SCOPE],
        help_text=_("グループは group:b、柱は pillar:P4 の形"),
    )
    starts_on = JapaneseDateField(label=_("開始日"))
    ends_on = JapaneseDateField(label=_("終了日"), required=False)
    deputy = PersonField(label=_("代理"), required=False, help_text=_("職員番号かメールアドレス"))
    reason = forms.CharField(label=_("わけ"), required=False, max_length=300)

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        offered = givable_roles(by)
        self.fields["role"].choices = [(role.value, role.label) for role in Role if role in offered]
        self.fields["department"].queryset = Department.objects.active()
        self.initial.setdefault("starts_on", dates.today())

    def clean(self):
        data = super().clean()
        role = data.get("role")
        if role in DEPARTMENT_ROLES and not data.get("department"):
            self.add_error("department", _("どの組織の担当かを選んでください。"))
        if role == Role.SUPPORT_EXPERT and not data.get("ends_on"):
            self.add_error("ends_on", _("外部専門家の役割には終了日が要ります。"))
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("終了日が開始日より前です。"))
        if role and not self.errors:
            self._check_rights(data)
        return data

    def _check_rights(self, data):
        if data["person"].pk == self.by.pk:
            self.add_error("person", _("自分に役割は任せられません。ほかの人が任せます。"))
        elif not self._duty().can_be_managed_by(self.by):
            self.add_error("role", _("この範囲では、この役割を任せられません。"))
        elif self._duty().exists_already():
            self.add_error("person", _("この人は同じ役割をすでに持っています。"))

    def _duty(self) -> Duty:
        data = self.cleaned_data
        names = ("role", "department", "scope", "starts_on", "ends_on", "deputy")
        return Duty(user=data["person"], **{name: data[name] for name in names})

    def give(self) -> Duty:
        """The duty, saved and recorded."""
        duty = self._duty()
        duty.give(by=self.by, reason=self.cleaned_data["reason"])
        return duty


class EndDutyForm(forms.Form):
    ends_on = JapaneseDateField(label=_("最後の日"))
    reason = forms.CharField(label=_("わけ"), max_length=300)
