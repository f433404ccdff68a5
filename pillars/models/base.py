"""What every object of a plan shares: a code, a place in its list, a version, and changes that leave a trace."""

from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext

from accounts.models import Activity
from dxportal import dates

# Codes stand in addresses, so they are plain ASCII; the workbook's own codes are kept as they are.
validate_code = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z", _("コードは半角の英数字と「-」「_」「.」で書きます。")
)


class SourceKind(models.TextChoices):
    PUBLIC = "public", _("公表")
    PARTLY_PUBLIC = "partly_public", _("一部公表")
    DEMO = "demo", _("実演用")


def shown(obj, field) -> str | None:
    """The value of a field as history shows it: label of a choice, name of a related object, ISO date, number."""
    if field.choices:
        return str(getattr(obj, f"get_{field.name}_display")())
    value = getattr(obj, field.name)
    if isinstance(value, bool):
        return str(pgettext("記号", "はい") if value else pgettext("記号", "いいえ"))
    return None if value is None or value == "" else str(value)


class Recorded(models.Model):
    """An object people edit: `change` is the one way a page writes to it."""

    version = models.PositiveIntegerField(_("版番号"), default=1, editable=False)

    class Meta:
        abstract = True

    def change(self, verb, *, by, reason="", source="web", told=("", ""), **values) -> dict:
        """Set `values`, save only these fields, raise the version and record one Activity.

        `told` is the sentence for feeds, Japanese and English. Returns {label: [before, after]}; when nothing differs
        it saves and records nothing and returns {}.
        """
        changes = {}
        with override("ja"):
            fields = [self._meta.get_field(name) for name in values]
            before = {field.name: shown(self, field) for field in fields}
            for name, value in values.items():
                setattr(self, name, value)
            for field in fields:
                after = shown(self, field)
                if before[field.name] != after:
                    changes[str(field.verbose_name)] = [before[field.name], after]
        if changes:
            with transaction.atomic():
                self.version = models.F("version") + 1
                self.save(update_fields=[*values, *self.derived_fields, "version"])
                self.refresh_from_db(fields=["version"])
                note = {"reason": reason, "source": source, "summary": told[0], "summary_en": told[1]}
                with override("ja"):
                    Activity.record(verb, self, by=by, changes=changes, **note)
        return changes

    # Fields that `save` computes from others and that must be written with them.
    derived_fields: tuple = ()


class PlanItem(Recorded):
    """A coded part of a plan. Codes are unique in the plan; the parent is a column, never read from the code."""

    plan = models.ForeignKey(
        "pillars.Plan", models.PROTECT, related_name="%(class)ss", verbose_name=_("計画"), editable=False
    )
    code = models.CharField(_("コード"), max_length=40, validators=[validate_code])
    position = models.PositiveIntegerField(_("表示順"), default=0)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    def change(self, verb, *, today=None, **details) -> dict:
        """As Recorded.change. Raises PermissionDenied for an act that a plan past its end no longer takes."""
        if not self.plan.takes(verb, today or dates.today()):
            raise PermissionDenied(_now("終わった計画です。直せるのは確定した実績と評価だけです。"))
        return super().change(verb, **details)
