import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import accounts.models.departments
import taskforce.models.files
import taskforce.models.practice_files


class Migration(migrations.Migration):
    """The migrations up to 2026-11-28 in one. A database that has only some of them is to be brought up to
    date with the commit before this file first; nothing here can tell which steps it lacks."""

    initial = True
    replaces = [
        ("taskforce", "0001_initial"),
        ("taskforce", "0002_idea_voices"),
        ("taskforce", "0003_structure_and_seasons"),
        ("taskforce", "0004_pilots_and_spread"),
        ("taskforce", "0005_workshop_waiting"),
        ("taskforce", "0006_consultations"),
        ("taskforce", "0007_thanks"),
    ]

    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("pillars", "0001_joined"),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="MemberCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=1000, verbose_name="頼みたいこと")),
                ("text_en", models.TextField(blank=True, max_length=2000, verbose_name="頼みたいこと(英語)")),
                (
                    "places",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="人数"
                    ),
                ),
                ("hours_a_month", models.PositiveSmallIntegerField(default=4, verbose_name="月の時間")),
                ("opens_on", models.DateField(verbose_name="受付の始まり")),
                ("closes_on", models.DateField(verbose_name="受付の終わり")),
                (
                    "closed_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="締め切った日"),
                ),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "verbose_name": "募集",
                "verbose_name_plural": "募集",
                "ordering": ["-opens_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                        name="call_closes_after_opening",
                    ),
                    models.CheckConstraint(condition=models.Q(("places__gte", 1)), name="call_has_places"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkshopSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="シリーズの名前")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=120, verbose_name="シリーズの名前(英語)"),
                ),
            ],
            options={
                "verbose_name": "シリーズ",
                "verbose_name_plural": "シリーズ",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Body",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(unique=True, verbose_name="コード")),
                ("name", models.CharField(max_length=60, verbose_name="名前")),
                ("name_en", models.CharField(blank=True, max_length=100, verbose_name="名前(英語)")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("council", "推進本部"),
                            ("team", "チーム"),
                            ("members", "構成する課室"),
                            ("support", "サポートチーム"),
                            ("taskforce", "有志タスクフォース"),
                            ("model", "モデル部署"),
                            ("subcommittee", "分科会"),
                            ("other", "その他"),
                        ],
                        max_length=20,
                        verbose_name="種類",
                    ),
                ),
                (
                    "relation",
                    models.CharField(
                        choices=[("reports", "指示・報告"), ("cooperates", "提案・協力")],
                        default="reports",
                        max_length=12,
                        verbose_name="上との関係",
                    ),
                ),
                ("purpose", models.CharField(blank=True, max_length=200, verbose_name="役目")),
                ("purpose_en", models.CharField(blank=True, max_length=300, verbose_name="役目(英語)")),
                ("open_to", models.CharField(blank=True, max_length=100, verbose_name="開かれている人")),
                (
                    "open_to_en",
                    models.CharField(blank=True, max_length=150, verbose_name="開かれている人(英語)"),
                ),
                ("next_meeting_at", models.DateTimeField(blank=True, null=True, verbose_name="次回")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="並び順")),
                ("starts_on", models.DateField(verbose_name="設置日")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="廃止日")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="accounts.department",
                        verbose_name="組織",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="taskforce.body",
                        verbose_name="上の会議体",
                    ),
                ),
            ],
            options={
                "verbose_name": "会議体",
                "verbose_name_plural": "会議体",
                "ordering": ["position", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("parent", models.F("pk")), _negated=True),
                        name="body_not_its_own_parent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="body_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BodyPast",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateField(verbose_name="この日まで")),
                ("name", models.CharField(max_length=60, verbose_name="名前")),
                ("name_en", models.CharField(blank=True, max_length=100, verbose_name="名前(英語)")),
                (
                    "relation",
                    models.CharField(
                        choices=[("reports", "指示・報告"), ("cooperates", "提案・協力")],
                        max_length=12,
                        verbose_name="上との関係",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="past",
                        to="taskforce.body",
                        verbose_name="会議体",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="taskforce.body",
                        verbose_name="上の会議体",
                    ),
                ),
            ],
            options={
                "verbose_name": "会議体の前の姿",
                "verbose_name_plural": "会議体の前の姿",
                "ordering": ["-until"],
                "constraints": [
                    models.UniqueConstraint(models.F("body"), models.F("until"), name="body_past_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("as_author", models.BooleanField(default=False)),
                ("text", models.TextField(max_length=2000, verbose_name="意見")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("edited_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("hidden_at", models.DateTimeField(null=True)),
                ("hidden_reason", models.CharField(blank=True, max_length=200, verbose_name="わけ")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="idea_comments",
                        to="accounts.department",
                    ),
                ),
                (
                    "hidden_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hidden_comments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="idea_comments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "意見",
                "verbose_name_plural": "意見",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("hidden_at", None),
                            models.Q(
                                ("hidden_by__isnull", False), models.Q(("hidden_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="comment_hidden_with_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CommentEdit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before", models.TextField(max_length=2000)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="edits",
                        to="taskforce.comment",
                    ),
                ),
            ],
            options={
                "verbose_name": "直す前の意見",
                "verbose_name_plural": "直す前の意見",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Consultation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="題名")),
                ("text", models.TextField(max_length=4000, verbose_name="困りごと")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "受付"),
                            ("assigned", "担当決定"),
                            ("answered", "回答済"),
                            ("resolved", "解決"),
                        ],
                        default="received",
                        editable=False,
                        max_length=10,
                        verbose_name="状態",
                    ),
                ),
                (
                    "may_publish",
                    models.BooleanField(default=True, verbose_name="名前を除いて手引きにしてよい"),
                ),
                (
                    "confidentiality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "機密性1"), (2, "機密性2")], default=1, verbose_name="情報の格付"
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="相談した日時"
                    ),
                ),
                ("first_answered_at", models.DateTimeField(editable=False, null=True)),
                ("resolved_at", models.DateTimeField(editable=False, null=True)),
                ("moved_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("search_text", models.TextField(default="", editable=False)),
                (
                    "asker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="相談した人",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultations",
                        to="accounts.department",
                        verbose_name="部署",
                    ),
                ),
                (
                    "expert",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="consultations_to_answer",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答える人",
                    ),
                ),
            ],
            options={
                "verbose_name": "相談",
                "verbose_name_plural": "相談",
                "ordering": ["-moved_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "received"),
                            ("first_answered_at__isnull", False),
                            ("state", "assigned"),
                            _connector="OR",
                        ),
                        name="consultation_answered_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "resolved"), _negated=True),
                            ("resolved_at__isnull", False),
                            _connector="OR",
                        ),
                        name="consultation_resolved_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsultationFile",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("file", models.FileField(editable=False, upload_to=taskforce.models.files.place)),
                ("name", models.CharField(max_length=120, verbose_name="ファイル名")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PNG", "PNG"),
                            ("JPEG", "JPEG"),
                            ("PDF", "PDF"),
                            ("XLSX", "XLSX"),
                            ("CSV", "CSV"),
                        ],
                        max_length=10,
                        verbose_name="種類",
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="大きさ")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "confidentiality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "機密性1"), (2, "機密性2")], default=1, verbose_name="情報の格付"
                    ),
                ),
                (
                    "uploaded_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="添えた日時"),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="取り下げた日時")),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="taskforce.consultation",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="添えた人",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="取り下げた人",
                    ),
                ),
            ],
            options={
                "verbose_name": "相談のファイル",
                "verbose_name_plural": "相談のファイル",
                "ordering": ["uploaded_at", "name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ConsultationMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=4000, verbose_name="本文")),
                ("is_answer", models.BooleanField(default=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultation_messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="taskforce.consultation",
                    ),
                ),
            ],
            options={
                "verbose_name": "相談のやりとり",
                "verbose_name_plural": "相談のやりとり",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Guidance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="題名")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="題名(英語)")),
                ("question", models.TextField(max_length=2000, verbose_name="どんなときか")),
                (
                    "question_en",
                    models.TextField(blank=True, max_length=3000, verbose_name="どんなときか(英語)"),
                ),
                ("answer", models.TextField(max_length=4000, verbose_name="どうするか")),
                ("answer_en", models.TextField(blank=True, max_length=6000, verbose_name="どうするか(英語)")),
                ("published_at", models.DateTimeField(editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("search_text", models.TextField(default="", editable=False)),
                ("similar_text", models.TextField(default="", editable=False)),
                (
                    "consultation",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guidance",
                        to="taskforce.consultation",
                    ),
                ),
            ],
            options={
                "verbose_name": "手引き",
                "verbose_name_plural": "手引き",
                "ordering": ["-published_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Idea",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(editable=False, unique=True, verbose_name="アイデアの番号"),
                ),
                ("title", models.CharField(max_length=80, verbose_name="題名")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="題名(英語)")),
                ("problem", models.TextField(max_length=2000, verbose_name="困っていること")),
                ("wish", models.TextField(max_length=2000, verbose_name="こんなツールがあれば")),
                (
                    "minutes_each",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="1回にかかる時間(分)"),
                ),
                (
                    "times_a_year",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="1年の回数"),
                ),
                (
                    "departments_count",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="同じ仕事をする部署の数"),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("ja", "日本語"), ("en", "英語")],
                        default="ja",
                        max_length=2,
                        verbose_name="書いた言語",
                    ),
                ),
                ("is_anonymous", models.BooleanField(default=False, verbose_name="部署名だけ出す")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "受付"),
                            ("under_review", "検討中"),
                            ("adopted", "採用"),
                            ("piloting", "試行中"),
                            ("realised", "使われている"),
                            ("declined", "見送り"),
                        ],
                        default="received",
                        editable=False,
                        max_length=12,
                        verbose_name="状態",
                    ),
                ),
                ("published_at", models.DateTimeField(editable=False, null=True, verbose_name="出した日時")),
                (
                    "withdrawn_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="取り下げた日時"),
                ),
                (
                    "answer_due_on",
                    models.DateField(editable=False, null=True, verbose_name="最初の返事の約束"),
                ),
                (
                    "first_answered_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="最初の返事"),
                ),
                (
                    "moved_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="動きのあった日時"
                    ),
                ),
                ("triage_version", models.PositiveIntegerField(default=1, editable=False)),
                ("private_notes", models.TextField(blank=True, max_length=4000, verbose_name="内部のメモ")),
                (
                    "confidentiality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "機密性1"), (2, "機密性2")], default=1, verbose_name="情報の格付"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("search_text", models.TextField(default="", editable=False)),
                ("similar_text", models.TextField(default="", editable=False)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ideas",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="出した人",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ideas",
                        to="accounts.department",
                        verbose_name="部署",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="ideas",
                        to="pillars.initiative",
                        verbose_name="つながる施策",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_ideas",
                        to="taskforce.idea",
                    ),
                ),
                (
                    "pillar",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="ideas",
                        to="pillars.pillar",
                        verbose_name="いちばん近い柱",
                    ),
                ),
                (
                    "triage_owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="triaged_ideas",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="返事の担当",
                    ),
                ),
            ],
            options={
                "verbose_name": "アイデア",
                "verbose_name_plural": "アイデア",
                "ordering": ["-number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", models.F("id")), _negated=True),
                        name="idea_not_merged_into_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_at", None), ("answer_due_on__isnull", False), _connector="OR"
                        ),
                        name="idea_published_has_promise",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="comment",
            name="idea",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="comments", to="taskforce.idea"
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="moved_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comments_given",
                to="taskforce.idea",
            ),
        ),
        migrations.CreateModel(
            name="IdeaAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status_before",
                    models.CharField(
                        choices=[
                            ("received", "受付"),
                            ("under_review", "検討中"),
                            ("adopted", "採用"),
                            ("piloting", "試行中"),
                            ("realised", "使われている"),
                            ("declined", "見送り"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "受付"),
                            ("under_review", "検討中"),
                            ("adopted", "採用"),
                            ("piloting", "試行中"),
                            ("realised", "使われている"),
                            ("declined", "見送り"),
                        ],
                        max_length=12,
                        verbose_name="状態",
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=2000, verbose_name="返事")),
                ("text_en", models.TextField(blank=True, max_length=2000, verbose_name="返事(英語)")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_reason", models.CharField(blank=True, max_length=200, verbose_name="取り消すわけ")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="idea_answers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "idea",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="taskforce.idea",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_answers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "返事",
                "verbose_name_plural": "返事",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "declined"), _negated=True),
                            models.Q(("text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="declined_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_at", None),
                            models.Q(
                                ("undone_by__isnull", False), models.Q(("undone_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="answer_undone_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdeaMerge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "follows",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_reason", models.CharField(blank=True, max_length=200, verbose_name="元に戻すわけ")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="idea_merges",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="merges",
                        to="taskforce.idea",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_received",
                        to="taskforce.idea",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_merges",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "まとめ",
                "verbose_name_plural": "まとめ",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)), fields=("source",), name="merged_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True),
                        name="merge_of_two_ideas",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_at", None),
                            models.Q(
                                ("undone_by__isnull", False), models.Q(("undone_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="merge_undone_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.CharField(max_length=300, verbose_name="ひとこと")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "返事待ち"),
                            ("accepted", "加わった"),
                            ("declined", "今回は見送り"),
                            ("withdrawn", "取り下げた"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状態",
                    ),
                ),
                ("applied_at", models.DateTimeField(verbose_name="申し込んだ日時")),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="返事")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答えた日時")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答えた人",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_applications",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="職員",
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="applications",
                        to="taskforce.membercall",
                        verbose_name="募集",
                    ),
                ),
            ],
            options={
                "verbose_name": "参加の申込み",
                "verbose_name_plural": "参加の申込み",
                "ordering": ["applied_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("call"),
                        models.F("person"),
                        condition=models.Q(("state__in", ["waiting", "accepted"])),
                        name="application_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["accepted", "declined"]), _negated=True),
                            models.Q(("answered_by__isnull", False), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="application_answered_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="taskforce.comment",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "知らせた人",
                "verbose_name_plural": "知らせた人",
                "constraints": [models.UniqueConstraint(fields=("comment", "person"), name="mention_once")],
            },
        ),
        migrations.CreateModel(
            name="ModelDepartment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("trying", models.TextField(max_length=1000, verbose_name="先に使うもの")),
                (
                    "trying_en",
                    models.TextField(blank=True, max_length=2000, verbose_name="先に使うもの(英語)"),
                ),
                ("learnt", models.TextField(blank=True, max_length=1000, verbose_name="分かったこと")),
                (
                    "learnt_en",
                    models.TextField(blank=True, max_length=2000, verbose_name="分かったこと(英語)"),
                ),
                ("starts_on", models.DateField(verbose_name="始まり")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="最後の日")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="model_periods",
                        to="accounts.department",
                        verbose_name="部署",
                    ),
                ),
            ],
            options={
                "verbose_name": "モデル部署",
                "verbose_name_plural": "モデル部署",
                "ordering": ["starts_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="model_ends_after_start",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("department", "="),
                            (
                                models.Func(
                                    "starts_on",
                                    "ends_on",
                                    django.contrib.postgres.fields.ranges.RangeBoundary(
                                        inclusive_lower=True, inclusive_upper=True
                                    ),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="model_department_once_a_day",
                        violation_error_message="この部署は、この期間にもうモデル部署になっています。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ModelMeasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="はかるもの")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="はかるもの(英語)")),
                ("unit", models.CharField(blank=True, max_length=10, verbose_name="単位")),
                ("unit_en", models.CharField(blank=True, max_length=20, verbose_name="単位(英語)")),
                ("before", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="前の値")),
                ("before_on", models.DateField(verbose_name="前をはかった日")),
                (
                    "after",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="後の値"
                    ),
                ),
                ("after_on", models.DateField(blank=True, null=True, verbose_name="後をはかった日")),
                ("source", models.CharField(max_length=200, verbose_name="出どころ")),
                ("source_en", models.CharField(blank=True, max_length=300, verbose_name="出どころ(英語)")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="measures",
                        to="taskforce.modeldepartment",
                        verbose_name="モデル部署",
                    ),
                ),
            ],
            options={
                "verbose_name": "前後の値",
                "verbose_name_plural": "前後の値",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("after", None), ("after_on", None)),
                            models.Q(("after__isnull", False), ("after_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="model_measure_after_with_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("after_on", None), ("after_on__gte", models.F("before_on")), _connector="OR"
                        ),
                        name="model_measure_days_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pilot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="始める日")),
                ("ends_on", models.DateField(verbose_name="終える日")),
                ("people_count", models.PositiveIntegerField(blank=True, null=True, verbose_name="人数")),
                ("question", models.TextField(max_length=500, verbose_name="確かめたいこと")),
                (
                    "question_en",
                    models.TextField(blank=True, max_length=500, verbose_name="確かめたいこと(英語)"),
                ),
                (
                    "problems",
                    models.TextField(blank=True, max_length=1000, verbose_name="うまくいかなかった点"),
                ),
                (
                    "problems_en",
                    models.TextField(blank=True, max_length=1000, verbose_name="うまくいかなかった点(英語)"),
                ),
                ("result", models.TextField(blank=True, max_length=1000, verbose_name="分かったこと")),
                (
                    "result_en",
                    models.TextField(blank=True, max_length=1000, verbose_name="分かったこと(英語)"),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("spread", "広げる"), ("extend", "もう一度試す"), ("stop", "ここでやめる")],
                        max_length=8,
                        verbose_name="決めたこと",
                    ),
                ),
                ("decision_text", models.TextField(blank=True, max_length=1000, verbose_name="決めたわけ")),
                (
                    "decision_text_en",
                    models.TextField(blank=True, max_length=1000, verbose_name="決めたわけ(英語)"),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "continues",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="continued_by",
                        to="taskforce.pilot",
                    ),
                ),
                (
                    "departments",
                    models.ManyToManyField(
                        related_name="pilots", to="accounts.department", verbose_name="試す部署"
                    ),
                ),
                (
                    "idea",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pilots",
                        to="taskforce.idea",
                    ),
                ),
            ],
            options={
                "verbose_name": "試行",
                "verbose_name_plural": "試行",
                "ordering": ["starts_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="pilot_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision", ""), ("decided_at__isnull", False), _connector="OR"),
                        name="pilot_decided_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GoodPractice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="題名")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="題名(英語)")),
                ("summary", models.TextField(max_length=500, verbose_name="何がよくなったか")),
                (
                    "summary_en",
                    models.TextField(blank=True, max_length=800, verbose_name="何がよくなったか(英語)"),
                ),
                ("steps", models.TextField(max_length=2000, verbose_name="手順(1行に1つ)")),
                ("steps_en", models.TextField(blank=True, max_length=3000, verbose_name="手順(英語)")),
                ("started_on", models.DateField(verbose_name="始めた日")),
                (
                    "hours_saved",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="減った時間(1年に何時間)",
                    ),
                ),
                (
                    "hours_method",
                    models.CharField(blank=True, max_length=200, verbose_name="減った時間の数え方"),
                ),
                (
                    "hours_method_en",
                    models.CharField(blank=True, max_length=300, verbose_name="減った時間の数え方(英語)"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "確認待ち"),
                            ("returned", "書き直し"),
                            ("published", "公開"),
                            ("archived", "しまったもの"),
                        ],
                        default="proposed",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("published_at", models.DateTimeField(editable=False, null=True)),
                (
                    "confirmed_on",
                    models.DateField(editable=False, null=True, verbose_name="今も正しいと確かめた日"),
                ),
                (
                    "returned_reason",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="書き直してほしい点"
                    ),
                ),
                ("archived_at", models.DateTimeField(editable=False, null=True, verbose_name="しまった日時")),
                (
                    "archived_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="しまったわけ"),
                ),
                ("moved_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "confidentiality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "機密性1"), (2, "機密性2")], default=1, verbose_name="情報の格付"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("search_text", models.TextField(default="", editable=False)),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="practices_as_contact",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="聞く相手",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="practices",
                        to="accounts.department",
                        verbose_name="始めた部署",
                    ),
                ),
                (
                    "pillar",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="practices",
                        to="pillars.pillar",
                        verbose_name="柱",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposed_practices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "idea",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="practices",
                        to="taskforce.idea",
                        verbose_name="もとのアイデア",
                    ),
                ),
                (
                    "pilot",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="practices",
                        to="taskforce.pilot",
                        verbose_name="もとの試行",
                    ),
                ),
            ],
            options={
                "verbose_name": "好事例",
                "verbose_name_plural": "好事例",
                "ordering": ["-moved_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["proposed", "returned"]),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="practice_published_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("archived_at__isnull", False),
                                ("state", "archived"),
                                models.Q(("archived_reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "archived"), _negated=True),
                                ("archived_at", None),
                                ("archived_reason", ""),
                            ),
                            _connector="OR",
                        ),
                        name="practice_archived_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PilotMeasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("label", models.CharField(max_length=60, verbose_name="測ったこと")),
                ("label_en", models.CharField(blank=True, max_length=100, verbose_name="測ったこと(英語)")),
                ("unit", models.CharField(blank=True, max_length=12, verbose_name="単位")),
                ("unit_en", models.CharField(blank=True, max_length=20, verbose_name="単位(英語)")),
                (
                    "before",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=10, null=True, verbose_name="使う前"
                    ),
                ),
                (
                    "after",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=10, null=True, verbose_name="使った後"
                    ),
                ),
                ("people", models.PositiveIntegerField(blank=True, null=True, verbose_name="測った人数")),
                ("note", models.CharField(blank=True, max_length=60, verbose_name="変わり方")),
                ("note_en", models.CharField(blank=True, max_length=100, verbose_name="変わり方(英語)")),
                (
                    "pilot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="measures",
                        to="taskforce.pilot",
                    ),
                ),
            ],
            options={
                "verbose_name": "試行の測定",
                "verbose_name_plural": "試行の測定",
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PracticeFile",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("file", models.FileField(editable=False, upload_to=taskforce.models.practice_files.place)),
                ("name", models.CharField(max_length=120, verbose_name="ファイル名")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PNG", "PNG"),
                            ("JPEG", "JPEG"),
                            ("PDF", "PDF"),
                            ("XLSX", "XLSX"),
                            ("CSV", "CSV"),
                        ],
                        max_length=10,
                        verbose_name="種類",
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="大きさ")),
                ("sha256", models.CharField(max_length=64)),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="何に使うか")),
                ("note_en", models.CharField(blank=True, max_length=300, verbose_name="何に使うか(英語)")),
                (
                    "confidentiality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "機密性1"), (2, "機密性2")], default=1, verbose_name="格付"
                    ),
                ),
                (
                    "uploaded_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="添えた日時"),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="取り下げた日時")),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="taskforce.goodpractice",
                        verbose_name="好事例",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="添えた人",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="取り下げた人",
                    ),
                ),
            ],
            options={
                "verbose_name": "ひな形のファイル",
                "verbose_name_plural": "ひな形のファイル",
                "ordering": ["uploaded_at", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="practice_file_withdrawn_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Replication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "やるつもり"),
                            ("started", "使い始めた"),
                            ("in_use", "使い続けている"),
                            ("stopped", "やめた"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="どこまで",
                    ),
                ),
                ("planned_on", models.DateField(blank=True, null=True, verbose_name="やることにした日")),
                ("started_on", models.DateField(blank=True, null=True, verbose_name="使い始めた日")),
                ("kept_on", models.DateField(blank=True, null=True, verbose_name="使い続けると決めた日")),
                ("stopped_on", models.DateField(blank=True, null=True, verbose_name="やめた日")),
                (
                    "hours_saved",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="減った時間(1年に何時間)",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="ひとこと")),
                ("note_en", models.CharField(blank=True, max_length=300, verbose_name="ひとこと(英語)")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replications",
                        to="accounts.department",
                        verbose_name="部署",
                    ),
                ),
                (
                    "learnt_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taught_replications",
                        to="accounts.department",
                        verbose_name="教わった部署",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replications",
                        to="taskforce.goodpractice",
                    ),
                ),
            ],
            options={
                "verbose_name": "横展開",
                "verbose_name_plural": "横展開",
                "ordering": ["started_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practice", "department"), name="replication_once_per_department"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("department", models.F("learnt_from")), _negated=True),
                        name="replication_not_from_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("started_on", None), ("status", "planned")),
                            models.Q(
                                models.Q(("status", "planned"), _negated=True), ("started_on__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="replication_started_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "stopped"), ("stopped_on__gte", models.F("started_on"))),
                            models.Q(models.Q(("status", "stopped"), _negated=True), ("stopped_on", None)),
                            _connector="OR",
                        ),
                        name="replication_stopped_on",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=60, verbose_name="役名")),
                ("title_en", models.CharField(blank=True, max_length=100, verbose_name="役名(英語)")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="並び順")),
                ("starts_on", models.DateField(verbose_name="設けた日")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="廃した日")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to="taskforce.body",
                        verbose_name="会議体",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="accounts.department",
                        verbose_name="組織",
                    ),
                ),
            ],
            options={
                "verbose_name": "席",
                "verbose_name_plural": "席",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("department", None), _negated=True),
                            _connector="OR",
                        ),
                        name="seat_has_title_or_department",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="seat_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeatTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_deputy", models.BooleanField(default=False, verbose_name="代理")),
                ("starts_on", models.DateField(verbose_name="就任日")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="退任日")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seat_terms",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="職員",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="terms",
                        to="taskforce.seat",
                        verbose_name="席",
                    ),
                ),
            ],
            options={
                "verbose_name": "任期",
                "verbose_name_plural": "任期",
                "ordering": ["-starts_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="seat_term_ends_after_start",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("seat", "="),
                            (
                                django.db.models.functions.comparison.Cast(
                                    "is_deputy", models.IntegerField()
                                ),
                                "=",
                            ),
                            (
                                models.Func(
                                    "starts_on",
                                    "ends_on",
                                    django.contrib.postgres.fields.ranges.RangeBoundary(
                                        inclusive_lower=True, inclusive_upper=True
                                    ),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="seat_one_person_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Support",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="idea_supports",
                        to="accounts.department",
                    ),
                ),
                (
                    "idea",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="supports",
                        to="taskforce.idea",
                    ),
                ),
                (
                    "moved_from",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supports_given",
                        to="taskforce.idea",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="idea_supports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "賛同",
                "verbose_name_plural": "賛同",
                "constraints": [
                    models.UniqueConstraint(fields=("idea", "person"), name="support_once_per_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="Theme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="テーマ")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="テーマ(英語)")),
                ("goal", models.TextField(verbose_name="やりたいこと")),
                ("goal_en", models.TextField(blank=True, verbose_name="やりたいこと(英語)")),
                ("starts_on", models.DateField(verbose_name="開始")),
                ("review_on", models.DateField(verbose_name="見直しの日")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "進行中"),
                            ("continued", "続けて深める"),
                            ("handed_over", "所管に渡した"),
                            ("ended", "終えた"),
                        ],
                        default="running",
                        max_length=12,
                        verbose_name="見直しの結果",
                    ),
                ),
                ("reviewed_on", models.DateField(blank=True, null=True, verbose_name="見直した日")),
                ("outcome", models.TextField(blank=True, verbose_name="できたこと")),
                ("outcome_en", models.TextField(blank=True, verbose_name="できたこと(英語)")),
                ("learnt", models.TextField(blank=True, verbose_name="学んだこと")),
                ("learnt_en", models.TextField(blank=True, verbose_name="学んだこと(英語)")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "handed_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="accounts.department",
                        verbose_name="渡した先",
                    ),
                ),
                (
                    "ideas",
                    models.ManyToManyField(
                        blank=True,
                        related_name="themes",
                        to="taskforce.idea",
                        verbose_name="生まれたアイデア",
                    ),
                ),
                (
                    "initiatives",
                    models.ManyToManyField(
                        blank=True,
                        related_name="themes",
                        to="pillars.initiative",
                        verbose_name="つながる施策",
                    ),
                ),
                (
                    "practices",
                    models.ManyToManyField(
                        blank=True,
                        related_name="themes",
                        to="taskforce.goodpractice",
                        verbose_name="生まれた好事例",
                    ),
                ),
            ],
            options={
                "verbose_name": "テーマ",
                "verbose_name_plural": "テーマ",
                "ordering": ["-starts_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("review_on__gt", models.F("starts_on"))),
                        name="theme_review_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "running"), ("reviewed_on__isnull", False), _connector="OR"
                        ),
                        name="theme_reviewed_on_when_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThemeMeasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="めやす")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="めやす(英語)")),
                ("unit", models.CharField(blank=True, max_length=10, verbose_name="単位")),
                (
                    "start_value",
                    models.DecimalField(decimal_places=1, max_digits=10, verbose_name="始めの値"),
                ),
                (
                    "current_value",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=10, null=True, verbose_name="今の値"
                    ),
                ),
                (
                    "target_value",
                    models.DecimalField(decimal_places=1, max_digits=10, verbose_name="めざす値"),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="measures",
                        to="taskforce.theme",
                        verbose_name="テーマ",
                    ),
                ),
            ],
            options={
                "verbose_name": "成果のめやす",
                "verbose_name_plural": "成果のめやす",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ThemeProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="テーマ")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="テーマ(英語)")),
                ("text", models.TextField(max_length=1000, verbose_name="やりたいこととわけ")),
                (
                    "text_en",
                    models.TextField(blank=True, max_length=2000, verbose_name="やりたいこととわけ(英語)"),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="提案した日時")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="取り下げた日")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="theme_proposals",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提案した人",
                    ),
                ),
            ],
            options={
                "verbose_name": "テーマの提案",
                "verbose_name_plural": "テーマの提案",
                "ordering": ["proposed_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ThemeRound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opened_on", models.DateField(verbose_name="始めた日")),
                ("closes_on", models.DateField(verbose_name="締切")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="決めた日")),
                ("reason", models.TextField(blank=True, max_length=1000, verbose_name="選んだわけ")),
                ("reason_en", models.TextField(blank=True, max_length=2000, verbose_name="選んだわけ(英語)")),
                (
                    "picked",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="taskforce.themeproposal",
                        verbose_name="選んだ提案",
                    ),
                ),
                (
                    "theme",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chosen_in",
                        to="taskforce.theme",
                        verbose_name="テーマ",
                    ),
                ),
            ],
            options={
                "verbose_name": "次のテーマ選び",
                "verbose_name_plural": "次のテーマ選び",
                "ordering": ["-opened_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("picked", None),
                            models.Q(("closed_on__isnull", False), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="round_picked_with_reason",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="themeproposal",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="proposals",
                to="taskforce.themeround",
                verbose_name="次のテーマ選び",
            ),
        ),
        migrations.CreateModel(
            name="ThemeVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="theme_votes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="taskforce.themeproposal",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="taskforce.themeround",
                    ),
                ),
            ],
            options={
                "verbose_name": "投票",
                "verbose_name_plural": "投票",
                "constraints": [
                    models.UniqueConstraint(models.F("round"), models.F("person"), name="vote_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkingGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(unique=True, verbose_name="記号")),
                ("name", models.CharField(max_length=60, verbose_name="名前")),
                ("name_en", models.CharField(blank=True, max_length=100, verbose_name="名前(英語)")),
                ("founded_on", models.DateField(verbose_name="始めた日")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="閉じた日")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="groups",
                        to="taskforce.body",
                        verbose_name="属する会議体",
                    ),
                ),
            ],
            options={
                "verbose_name": "グループ",
                "verbose_name_plural": "グループ",
                "ordering": ["slug"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None), ("closed_on__gte", models.F("founded_on")), _connector="OR"
                        ),
                        name="group_closed_after_founded",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="themeround",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rounds",
                to="taskforce.workinggroup",
                verbose_name="グループ",
            ),
        ),
        migrations.AddField(
            model_name="theme",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="themes",
                to="taskforce.workinggroup",
                verbose_name="グループ",
            ),
        ),
        migrations.AddField(
            model_name="membercall",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="calls",
                to="taskforce.workinggroup",
                verbose_name="グループ",
            ),
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="議題")),
                ("title_en", models.CharField(blank=True, max_length=150, verbose_name="議題(英語)")),
                ("starts_at", models.DateTimeField(verbose_name="日時")),
                ("minutes", models.PositiveSmallIntegerField(default=60, verbose_name="長さ(分)")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="会場・参加先")),
                ("notes", models.TextField(blank=True, verbose_name="議事メモ")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meetings",
                        to="taskforce.workinggroup",
                        verbose_name="グループ",
                    ),
                ),
            ],
            options={
                "verbose_name": "会合",
                "verbose_name_plural": "会合",
                "ordering": ["-starts_at"],
            },
        ),
        migrations.AddField(
            model_name="idea",
            name="group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="ideas",
                to="taskforce.workinggroup",
                verbose_name="担当のグループ",
            ),
        ),
        migrations.CreateModel(
            name="GroupMembership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_lead", models.BooleanField(default=False, verbose_name="リーダー")),
                ("part", models.CharField(blank=True, max_length=30, verbose_name="受け持ち")),
                ("part_en", models.CharField(blank=True, max_length=60, verbose_name="受け持ち(英語)")),
                ("hours_a_month", models.PositiveSmallIntegerField(default=4, verbose_name="月の時間")),
                ("joined_on", models.DateField(verbose_name="加わった日")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="離れた日")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="職員",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="taskforce.workinggroup",
                        verbose_name="グループ",
                    ),
                ),
            ],
            options={
                "verbose_name": "メンバー",
                "verbose_name_plural": "メンバー",
                "ordering": ["-is_lead", "joined_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("group"),
                        models.F("person"),
                        condition=models.Q(("left_on", None)),
                        name="membership_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ActionItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=120, verbose_name="すること")),
                ("due_on", models.DateField(verbose_name="期限")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="終えた日")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="action_items",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="担当",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="action_items",
                        to="taskforce.workinggroup",
                        verbose_name="グループ",
                    ),
                ),
            ],
            options={
                "verbose_name": "宿題",
                "verbose_name_plural": "宿題",
                "ordering": ["done_on", "due_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Workshop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="題名")),
                ("title_en", models.CharField(blank=True, max_length=150, verbose_name="題名(英語)")),
                ("description", models.TextField(blank=True, max_length=4000, verbose_name="内容")),
                ("description_en", models.TextField(blank=True, max_length=4000, verbose_name="内容(英語)")),
                ("host", models.CharField(blank=True, max_length=100, verbose_name="講師・主催")),
                ("host_en", models.CharField(blank=True, max_length=150, verbose_name="講師・主催(英語)")),
                ("starts_at", models.DateTimeField(verbose_name="開始")),
                ("ends_at", models.DateTimeField(verbose_name="終了")),
                (
                    "zone",
                    models.CharField(
                        default="Asia/Tokyo",
                        max_length=40,
                        validators=[accounts.models.departments.validate_timezone],
                        verbose_name="どこの時刻か",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="会場")),
                ("place_en", models.CharField(blank=True, max_length=150, verbose_name="会場(英語)")),
                (
                    "online_url",
                    models.URLField(blank=True, max_length=500, verbose_name="オンラインの参加先"),
                ),
                ("recording_url", models.URLField(blank=True, max_length=500, verbose_name="録画")),
                ("without_material", models.BooleanField(default=False, verbose_name="録画も資料も出さない")),
                (
                    "capacity",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="定員",
                    ),
                ),
                ("cancelled_at", models.DateTimeField(editable=False, null=True)),
                (
                    "cancelled_reason",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="中止のわけ"),
                ),
                ("sequence", models.PositiveIntegerField(default=0, editable=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("search_text", models.TextField(default="", editable=False)),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="workshops",
                        to="taskforce.workinggroup",
                        verbose_name="開くグループ",
                    ),
                ),
                (
                    "organiser",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="organised_workshops",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="担当",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="workshops",
                        to="taskforce.workshopseries",
                        verbose_name="シリーズ",
                    ),
                ),
            ],
            options={
                "verbose_name": "ワークショップ",
                "verbose_name_plural": "ワークショップ",
                "ordering": ["starts_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="workshop_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cancelled_at", None),
                            models.Q(("cancelled_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="workshop_cancelled_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Thanks",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("to_author", models.BooleanField(default=False)),
                ("text", models.TextField(max_length=600, verbose_name="お礼のことば")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("hidden_at", models.DateTimeField(null=True)),
                ("hidden_reason", models.CharField(blank=True, max_length=200, verbose_name="隠すわけ")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="thanks_given",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="thanks",
                        to="accounts.department",
                    ),
                ),
                (
                    "hidden_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hidden_thanks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "idea",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="thanks",
                        to="taskforce.idea",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="thanks_received",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="thanks",
                        to="taskforce.goodpractice",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="thanks",
                        to="taskforce.theme",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="thanks",
                        to="taskforce.workinggroup",
                    ),
                ),
                (
                    "workshop",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="thanks",
                        to="taskforce.workshop",
                    ),
                ),
            ],
            options={
                "verbose_name": "お礼",
                "verbose_name_plural": "お礼",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("person__isnull", False),
                                models.Q(("group__isnull", False), _negated=True),
                                models.Q(("department__isnull", False), _negated=True),
                                models.Q(("to_author", True), _negated=True),
                            ),
                            models.Q(
                                ("group__isnull", False),
                                models.Q(("person__isnull", False), _negated=True),
                                models.Q(("department__isnull", False), _negated=True),
                                models.Q(("to_author", True), _negated=True),
                            ),
                            models.Q(
                                ("department__isnull", False),
                                models.Q(("person__isnull", False), _negated=True),
                                models.Q(("group__isnull", False), _negated=True),
                                models.Q(("to_author", True), _negated=True),
                            ),
                            models.Q(
                                ("to_author", True),
                                models.Q(("person__isnull", False), _negated=True),
                                models.Q(("group__isnull", False), _negated=True),
                                models.Q(("department__isnull", False), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="thanks_to_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("idea__isnull", False),
                                models.Q(("practice__isnull", False), _negated=True),
                                models.Q(("theme__isnull", False), _negated=True),
                                models.Q(("workshop__isnull", False), _negated=True),
                            ),
                            models.Q(
                                ("practice__isnull", False),
                                models.Q(("idea__isnull", False), _negated=True),
                                models.Q(("theme__isnull", False), _negated=True),
                                models.Q(("workshop__isnull", False), _negated=True),
                            ),
                            models.Q(
                                ("theme__isnull", False),
                                models.Q(("idea__isnull", False), _negated=True),
                                models.Q(("practice__isnull", False), _negated=True),
                                models.Q(("workshop__isnull", False), _negated=True),
                            ),
                            models.Q(
                                ("workshop__isnull", False),
                                models.Q(("idea__isnull", False), _negated=True),
                                models.Q(("practice__isnull", False), _negated=True),
                                models.Q(("theme__isnull", False), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="thanks_about_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_author", False), ("idea__isnull", False), _connector="OR"),
                        name="thanks_to_author_of_idea",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("hidden_at", None),
                            models.Q(
                                ("hidden_by__isnull", False), models.Q(("hidden_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="thanks_hidden_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkshopAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "usefulness",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="役に立ちましたか",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="ひとこと")),
                (
                    "workshop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="taskforce.workshop",
                    ),
                ),
            ],
            options={
                "verbose_name": "ワークショップの感想",
                "verbose_name_plural": "ワークショップの感想",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("usefulness__range", (1, 5))), name="workshop_usefulness_1_to_5"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkshopMaterial",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("file", models.FileField(editable=False, upload_to=taskforce.models.files.place)),
                ("name", models.CharField(max_length=120, verbose_name="ファイル名")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PNG", "PNG"),
                            ("JPEG", "JPEG"),
                            ("PDF", "PDF"),
                            ("XLSX", "XLSX"),
                            ("CSV", "CSV"),
                        ],
                        max_length=10,
                        verbose_name="種類",
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="大きさ")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "confidentiality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "機密性1"), (2, "機密性2")], default=1, verbose_name="情報の格付"
                    ),
                ),
                (
                    "uploaded_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="添えた日時"),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="取り下げた日時")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="添えた人",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="取り下げた人",
                    ),
                ),
                (
                    "workshop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="materials",
                        to="taskforce.workshop",
                    ),
                ),
            ],
            options={
                "verbose_name": "資料",
                "verbose_name_plural": "資料",
                "ordering": ["uploaded_at", "name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="WorkshopRegistration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("seat", "参加"), ("waiting", "順番待ち"), ("withdrawn", "取消し")],
                        default="seat",
                        max_length=10,
                        verbose_name="状態",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="申込みの順")),
                (
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="申し込んだ日時"),
                ),
                ("revision", models.PositiveIntegerField(default=0)),
                ("attended", models.BooleanField(null=True, verbose_name="出席")),
                ("answered", models.BooleanField(default=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="workshop_registrations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workshop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="registrations",
                        to="taskforce.workshop",
                    ),
                ),
            ],
            options={
                "verbose_name": "参加の申込み",
                "verbose_name_plural": "参加の申込み",
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("workshop", "person"), name="registration_once"),
                    models.UniqueConstraint(fields=("workshop", "number"), name="registration_number_once"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(fields=["state", "-moved_at"], name="consultation_state_moved"),
        ),
        migrations.AddIndex(
            model_name="guidance",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_text"], name="guidance_search_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="guidance",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["similar_text"], name="guidance_similar_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["person", "-at"], name="comment_person_at"),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(fields=["person", "-at"], name="mention_person_at"),
        ),
        migrations.AddIndex(
            model_name="pilot",
            index=models.Index(fields=["decision", "ends_on"], name="pilot_decision_end"),
        ),
        migrations.AddIndex(
            model_name="goodpractice",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_text"], name="practice_search_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="replication",
            index=models.Index(fields=["status", "department"], name="replication_status_place"),
        ),
        migrations.AddConstraint(
            model_name="themeround",
            constraint=models.UniqueConstraint(
                models.F("group"), condition=models.Q(("closed_on", None)), name="round_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="theme",
            constraint=models.UniqueConstraint(
                models.F("group"), condition=models.Q(("state", "running")), name="theme_one_running"
            ),
        ),
        migrations.AddConstraint(
            model_name="membercall",
            constraint=models.UniqueConstraint(
                models.F("group"), condition=models.Q(("closed_on", None)), name="call_one_open"
            ),
        ),
        migrations.AddIndex(
            model_name="idea",
            index=models.Index(fields=["status", "-moved_at"], name="idea_status_moved"),
        ),
        migrations.AddIndex(
            model_name="idea",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_text"], name="idea_search_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="idea",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["similar_text"], name="idea_similar_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="thanks",
            index=models.Index(fields=["person", "-at"], name="thanks_person_at"),
        ),
        migrations.AddIndex(
            model_name="workshop",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_text"], name="workshop_search_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
