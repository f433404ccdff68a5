"""Fields of forms: label, ※必須, help, control, error, joined by aria-describedby (design.md section 6)."""

from django import forms, template
from django.utils.html import format_html, format_html_join
from django.utils.translation import ngettext

register = template.Library()

GROUPS = forms.RadioSelect | forms.CheckboxSelectMultiple
UNMARKED = forms.Select | forms.CheckboxInput


@register.inclusion_tag("components/field.html")
def field(bound, *, label="", help="", mark=True, size="", count=False, box=False, optional=None, cls=""):
    """{% field form.title %}. size: s (44px), n (number), d (date), tall; count=True shows the number of letters;
    box=True frames the choices of a group; mark=False hides ※必須 and 任意; label= and help= replace the form's."""
    widget = bound.field.widget
    ids = Ids(bound, bool(help or bound.help_text), count)
    values = {
        "field": bound,
        "ids": ids,
        "label": label or bound.label,
        "help": help or bound.help_text,
        "errors": bound.errors,
        "mark": _mark(bound, mark, optional),
        "box": box,
        "cls": cls,
    }
    if isinstance(widget, forms.CheckboxInput):
        return {**values, "kind": "checkbox", "control": bound.as_widget(attrs=ids.attributes)}
    if isinstance(widget, GROUPS):
        return {**values, "kind": "group"}
    classes = " ".join(["inp", *(f"inp--{s}" for s in size.split()), widget.attrs.get("class", "")]).strip()
    attributes = {**ids.attributes, "class": classes}
    if count:
        attributes["data-count"] = ids.count
    return {**values, "kind": "control", "control": bound.as_widget(attrs=attributes)}


class Ids:
    """The ids around a control, and the attributes that join them to it."""

    def __init__(self, bound, has_help: bool, has_count: bool):
        base = bound.auto_id or bound.html_name
        self.control = bound.id_for_label or base
        self.help = f"{base}_help" if has_help else ""
        self.count = f"{base}_count" if has_count else ""
        self.error = f"{base}_error" if bound.errors else ""
        self.described = " ".join(filter(None, (self.help, self.count, self.error)))

    @property
    def attributes(self) -> dict:
        found = {"aria-describedby": self.described} if self.described else {}
        return {**found, "aria-invalid": "true"} if self.error else found


def _mark(bound, mark: bool, optional) -> str:
    if not mark:
        return ""
    if bound.field.required:
        return "required"
    shown = not isinstance(bound.field.widget, UNMARKED) if optional is None else optional
    return "optional" if shown else ""


@register.inclusion_tag("components/form_errors.html")
def form_errors(form):
    """{% form_errors form %}: what to put right, each with a link to its field; nothing when there is nothing."""
    found = [
        {"href": f"#{bound.id_for_label or bound.auto_id}", "label": bound.label, "text": error}
        for bound in form
        for error in bound.errors
        if not bound.is_hidden
    ]
    hidden = [error for bound in form.hidden_fields() for error in bound.errors]
    general = [*form.non_field_errors(), *hidden]
    total = len(found) + len(general)
    title = ngettext("%(total)sか所を直してください", "%(total)sか所を直してください", total) % {
        "total": total
    }
    return {"found": found, "general": general, "total": total, "title": title}


@register.inclusion_tag("components/conflict.html")
def conflict(form):
    """{% conflict form %}: both texts when someone else saved first (VersionedForm)."""
    return {"conflicts": getattr(form, "conflicts", [])}


@register.simple_tag
def hidden_fields(form):
    """All hidden fields of a form, with its version."""
    return format_html_join("", "{}", ((field,) for field in form.hidden_fields()))


@register.simple_tag
def button(label, *, kind="", size="", name="", value=""):
    """{% button _("出す") size="l" %}: a submit button. kind: out, text, stop."""
    classes = " ".join(["btn", *(f"btn--{x}" for x in (kind, size) if x)])
    named = format_html(' name="{}" value="{}"', name, value) if name else ""
    return format_html('<button type="submit" class="{}"{}>{}</button>', classes, named, label)
