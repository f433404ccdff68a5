from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from dxportal.search import Letters, Pieces, similar_text_for


def fill_practices(apps, schema_editor):
    """Practices written before this can be found by what they are like."""
    practices = apps.get_model("taskforce", "GoodPractice").objects
    for practice in practices.only("title", "title_en", "summary", "summary_en").iterator():
        texts = (practice.title, practice.title_en, practice.summary, practice.summary_en)
        practices.filter(pk=practice.pk).update(similar_text=similar_text_for(*texts))


class Migration(migrations.Migration):
    """Similar things are found by their rare pieces, and words of one or two letters by their letters."""

    dependencies = [("taskforce", "0001_joined")]

    operations = [
        migrations.RemoveIndex("guidance", "guidance_similar_trgm"),
        migrations.RemoveIndex("idea", "idea_similar_trgm"),
        migrations.AddField("goodpractice", "similar_text", models.TextField(default="", editable=False)),
        migrations.RunPython(fill_practices, migrations.RunPython.noop),
        migrations.AddIndex("goodpractice", GinIndex(Pieces("similar_text"), name="practice_pieces")),
        migrations.AddIndex("guidance", GinIndex(Pieces("similar_text"), name="guidance_pieces")),
        migrations.AddIndex("idea", GinIndex(Letters("search_text"), name="idea_letters")),
        migrations.AddIndex("idea", GinIndex(Pieces("similar_text"), name="idea_pieces")),
    ]
