"""Pictures of an issue and what they show."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dxportal import pictures
from dxportal.forms import VersionedForm
from newsletter.models import IssueImage
from newsletter.models.images import LONGEST_SIDE


def said_or_decorative(form) -> None:
    """A picture says something to those who cannot see it, or is decoration: never neither, never both."""
    alt, is_decorative = form.cleaned_data.get("alt"), form.cleaned_data.get("is_decorative")
    if not alt and not is_decorative and "alt" not in form.errors:
        form.add_error(
            "alt", _("何が写っているかを書いてください。情報のない画像なら「飾りの画像」を選びます。")
        )
    elif alt and is_decorative:
        form.add_error(
            "is_decorative", _("飾りの画像は読み上げられません。文を消すか、選択を外してください。")
        )


class ImageForm(forms.ModelForm):
    """A new picture of an issue; `picture` is what dxportal.pictures made of the file."""

    file = forms.FileField(
        label=_("画像のファイル"),
        allow_empty_file=True,  # refused with a sentence of its own
        help_text=_("png、jpeg、webp。長い辺を1,200画素に縮め、撮影の場所などの情報は消す。"),
        widget=forms.FileInput(attrs={"accept": pictures.ACCEPT}),
    )

    class Meta:
        model = IssueImage
        fields = ["alt", "is_decorative"]

    field_order = ["file", "alt", "is_decorative"]

    def clean_file(self):
        return pictures.accept(self.cleaned_data["file"], longest=LONGEST_SIDE)

    def clean(self):
        super().clean()
        said_or_decorative(self)

    def keep(self, issue, *, by) -> IssueImage | None:
        """The kept picture, or None with the reason on the form."""
        try:
            return IssueImage.add(
                issue,
                self.cleaned_data["file"],
                by=by,
                alt=self.cleaned_data["alt"],
                is_decorative=self.cleaned_data["is_decorative"],
            )
        except forms.ValidationError as error:
            self.add_error("file", error)
            return None

    def _post_clean(self):
        """The row is made by IssueImage.add, which knows the rest of its fields."""


class ImageWordsForm(VersionedForm):
    """What a picture shows, said anew."""

    class Meta:
        model = IssueImage
        fields = ["alt", "is_decorative"]

    def clean(self):
        cleaned = super().clean()
        said_or_decorative(self)
        return cleaned

    def save(self, *, by):
        image = IssueImage.objects.select_related("issue").get(pk=self.instance.pk)
        image.describe(by=by, **self.cleaned_data)
        return image
