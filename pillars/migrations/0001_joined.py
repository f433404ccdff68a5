import uuid
from decimal import Decimal

import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import pillars.models.evidence
import pillars.models.pulse

# The row that says who changed something is written with the first change of a request and completed by the later
# ones of the same request. Afterwards nobody may name somebody else, or take the row away (promises P21).
KEEP_CONTEXTS = """
CREATE FUNCTION pillars_keep_context() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.created_at > statement_timestamp() - interval '1 day'
        AND (OLD.metadata -> 'user' IS NULL OR OLD.metadata -> 'user' IS NOT DISTINCT FROM NEW.metadata -> 'user')
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'history can only be added to: % of %', TG_OP, TG_TABLE_NAME;
END $$;
CREATE TRIGGER keep_context BEFORE UPDATE OR DELETE ON pghistory_context
    FOR EACH ROW EXECUTE FUNCTION pillars_keep_context();
"""
FORGET_CONTEXTS = "DROP TRIGGER keep_context ON pghistory_context; DROP FUNCTION pillars_keep_context();"


class Migration(migrations.Migration):
    """The migrations up to 2026-11-28 in one. A database that has only some of them is to be brought up to
    date with the commit before this file first; nothing here can tell which steps it lacks."""

    initial = True
    replaces = [
        ("pillars", "0001_initial"),
        ("pillars", "0002_history_is_kept"),
        ("pillars", "0003_proposals"),
        ("pillars", "0004_calls"),
        ("pillars", "0005_imports"),
        ("pillars", "0006_last_year"),
        ("pillars", "0007_executive_notes"),
        ("pillars", "0008_pulse_and_evidence"),
        ("pillars", "0009_definition"),
        ("pillars", "0010_report_support"),
        ("pillars", "0011_import_told_and_undone"),
    ]

    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Grade",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, verbose_name="評価")),
                ("identifier", models.CharField(blank=True, max_length=40, verbose_name="識別子")),
                ("description", models.CharField(blank=True, max_length=200, verbose_name="説明")),
                ("description_en", models.CharField(blank=True, max_length=200, verbose_name="説明(英語)")),
                (
                    "minimum_share",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=5, null=True, verbose_name="達成割合の下限"
                    ),
                ),
                ("not_measured", models.BooleanField(default=False, verbose_name="測定なしの評価")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="表示順")),
            ],
            options={
                "verbose_name": "評価の段階",
                "verbose_name_plural": "評価の段階",
                "ordering": ["scale", "position"],
            },
        ),
        migrations.CreateModel(
            name="GradeScale",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="評価尺度の名前")),
            ],
            options={
                "verbose_name": "評価尺度",
                "verbose_name_plural": "評価尺度",
            },
        ),
        migrations.CreateModel(
            name="Objective",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._-]*\\Z",
                                "コードは半角の英数字と「-」「_」「.」で書きます。",
                            )
                        ],
                        verbose_name="コード",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="表示順")),
                ("name", models.CharField(max_length=200, verbose_name="目標名")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="目標名(英語)")),
                ("description", models.TextField(blank=True, verbose_name="説明")),
                ("description_en", models.TextField(blank=True, verbose_name="説明(英語)")),
            ],
            options={
                "verbose_name": "目標",
                "verbose_name_plural": "目標",
                "ordering": ["plan", "pillar__position", "position", "code"],
            },
        ),
        migrations.CreateModel(
            name="Pillar",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._-]*\\Z",
                                "コードは半角の英数字と「-」「_」「.」で書きます。",
                            )
                        ],
                        verbose_name="コード",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="表示順")),
                ("name", models.CharField(max_length=200, verbose_name="柱名")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="柱名(英語)")),
                ("description", models.TextField(blank=True, verbose_name="説明")),
                ("description_en", models.TextField(blank=True, verbose_name="説明(英語)")),
                ("is_restricted", models.BooleanField(default=False, verbose_name="閲覧を限る")),
            ],
            options={
                "verbose_name": "柱",
                "verbose_name_plural": "柱",
                "ordering": ["plan", "position", "code"],
            },
        ),
        migrations.CreateModel(
            name="CarryOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("continued", "継続"),
                            ("merged", "統合"),
                            ("revised", "見直し"),
                            ("abolished", "廃止"),
                        ],
                        max_length=10,
                        verbose_name="引き継ぎ",
                    ),
                ),
                ("why", models.TextField(verbose_name="わけ")),
                ("proposed_at", models.DateTimeField(editable=False, verbose_name="提案した日時")),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="決めた日時")),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="決めた人",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提案した人",
                    ),
                ),
            ],
            options={
                "verbose_name": "引き継ぎの判断",
                "verbose_name_plural": "引き継ぎの判断",
                "ordering": ["initiative"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                        name="carry_over_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None)),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="carry_over_decided_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("file", models.FileField(editable=False, upload_to=pillars.models.evidence.place)),
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
                        choices=[(1, "機密性1"), (2, "機密性2")], default=1, verbose_name="格付"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="何を示すか")),
                (
                    "uploaded_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="添えた日時"),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="取り下げた日時")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="取り下げたわけ")),
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
                "verbose_name": "根拠資料",
                "verbose_name_plural": "根拠資料",
                "ordering": ["uploaded_at", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("withdrawn_at", None), ("withdrawn_by", None), ("withdrawn_reason", "")
                            ),
                            models.Q(
                                ("withdrawn_at__isnull", False),
                                ("withdrawn_by__isnull", False),
                                models.Q(("withdrawn_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_withdrawn_with_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "met_count",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="達成KPI数"),
                ),
                (
                    "measured_count",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="測定KPI数"),
                ),
                (
                    "suggested_code",
                    models.CharField(blank=True, max_length=20, verbose_name="数字からの評価"),
                ),
                ("override_reason", models.TextField(blank=True, verbose_name="数字と違う評価にするわけ")),
                ("comment", models.TextField(blank=True, verbose_name="講評")),
                ("evaluated_on", models.DateField(blank=True, null=True, verbose_name="評価日")),
                (
                    "grade",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="pillars.grade",
                        verbose_name="評価",
                    ),
                ),
                (
                    "objective",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="pillars.objective",
                        verbose_name="目標",
                    ),
                ),
            ],
            options={
                "verbose_name": "年度評価",
                "verbose_name_plural": "年度評価",
                "ordering": ["objective", "fiscal_year"],
                "constraints": [
                    models.UniqueConstraint(fields=("objective", "fiscal_year"), name="evaluation_year")
                ],
            },
        ),
        migrations.CreateModel(
            name="GradeEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.CharField(max_length=20, verbose_name="評価")),
                ("identifier", models.CharField(blank=True, max_length=40, verbose_name="識別子")),
                ("description", models.CharField(blank=True, max_length=200, verbose_name="説明")),
                ("description_en", models.CharField(blank=True, max_length=200, verbose_name="説明(英語)")),
                (
                    "minimum_share",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=5, null=True, verbose_name="達成割合の下限"
                    ),
                ),
                ("not_measured", models.BooleanField(default=False, verbose_name="測定なしの評価")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="表示順")),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.grade",
                    ),
                ),
                (
                    "scale",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.gradescale",
                        verbose_name="評価尺度",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="grade",
            name="scale",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="grades",
                to="pillars.gradescale",
                verbose_name="評価尺度",
            ),
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._-]*\\Z",
                                "コードは半角の英数字と「-」「_」「.」で書きます。",
                            )
                        ],
                        verbose_name="コード",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="表示順")),
                ("name", models.CharField(max_length=200, verbose_name="指標名")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="指標名(英語)")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[("output", "アウトプット"), ("outcome", "アウトカム")],
                        max_length=10,
                        verbose_name="種類",
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="単位")),
                ("unit_en", models.CharField(blank=True, max_length=20, verbose_name="単位(英語)")),
                (
                    "direction",
                    models.CharField(
                        choices=[("increase", "増加"), ("decrease", "減少"), ("maintain", "維持")],
                        default="increase",
                        max_length=10,
                        verbose_name="望ましい方向",
                    ),
                ),
                (
                    "aggregation",
                    models.CharField(
                        choices=[
                            ("point_in_time", "年度末時点"),
                            ("fiscal_year_sum", "年度計"),
                            ("fiscal_year_average", "年度平均"),
                            ("cumulative", "累計"),
                            ("calendar_year", "暦年"),
                        ],
                        default="point_in_time",
                        max_length=20,
                        verbose_name="集計方法",
                    ),
                ),
                ("decimals", models.PositiveSmallIntegerField(default=0, verbose_name="小数桁数")),
                (
                    "baseline_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="基準値"
                    ),
                ),
                (
                    "baseline_fiscal_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="基準年度"),
                ),
                (
                    "last_fiscal_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="測る最後の年度"),
                ),
                (
                    "source_kind",
                    models.CharField(
                        blank=True,
                        choices=[("public", "公表"), ("partly_public", "一部公表"), ("demo", "実演用")],
                        max_length=15,
                        verbose_name="出典区分",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="備考")),
                (
                    "continues",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="continued_by",
                        to="pillars.indicator",
                        verbose_name="続きのもと",
                    ),
                ),
                (
                    "lead_department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="indicators",
                        to="accounts.department",
                        verbose_name="主管課",
                    ),
                ),
            ],
            options={
                "verbose_name": "KPI",
                "verbose_name_plural": "KPI",
                "ordering": [
                    "plan",
                    "objective__pillar__position",
                    "objective__position",
                    "position",
                    "code",
                ],
            },
        ),
        migrations.CreateModel(
            name="ExecutiveNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                ("fiscal_year", models.PositiveSmallIntegerField(editable=False, verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(editable=False, verbose_name="四半期")),
                ("first", models.CharField(blank=True, max_length=140, verbose_name="1つめ")),
                ("first_en", models.CharField(blank=True, max_length=280, verbose_name="1つめ(英語)")),
                ("second", models.CharField(blank=True, max_length=140, verbose_name="2つめ")),
                ("second_en", models.CharField(blank=True, max_length=280, verbose_name="2つめ(英語)")),
                ("third", models.CharField(blank=True, max_length=140, verbose_name="3つめ")),
                ("third_en", models.CharField(blank=True, max_length=280, verbose_name="3つめ(英語)")),
                (
                    "handed_over_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="渡した日時"),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="書いた人",
                    ),
                ),
                (
                    "indicators",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="pillars.indicator",
                        verbose_name="いっしょに示す指標",
                    ),
                ),
            ],
            options={
                "verbose_name": "幹部あてのことば",
                "verbose_name_plural": "幹部あてのことば",
                "ordering": ["plan", "-fiscal_year", "-quarter"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)),
                        name="executive_note_quarter_1_to_4",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("handed_over_at", None), models.Q(("first", ""), _negated=True), _connector="OR"
                        ),
                        name="executive_note_has_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IndicatorValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "target_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="目標値"
                    ),
                ),
                (
                    "actual_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="実績値"
                    ),
                ),
                (
                    "value_status",
                    models.CharField(
                        choices=[
                            ("final", "確定"),
                            ("preliminary", "速報"),
                            ("estimate", "見込"),
                            ("none", "なし"),
                        ],
                        default="none",
                        max_length=12,
                        verbose_name="実績区分",
                    ),
                ),
                (
                    "forecast_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="着地見込み"
                    ),
                ),
                ("measured_on", models.DateField(blank=True, null=True, verbose_name="測定日")),
                (
                    "source_kind",
                    models.CharField(
                        blank=True,
                        choices=[("public", "公表"), ("partly_public", "一部公表"), ("demo", "実演用")],
                        max_length=15,
                        verbose_name="出典区分",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="備考")),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="values",
                        to="pillars.indicator",
                        verbose_name="KPI",
                    ),
                ),
            ],
            options={
                "verbose_name": "KPI値",
                "verbose_name_plural": "KPI値",
                "ordering": ["indicator", "fiscal_year"],
                "constraints": [
                    models.UniqueConstraint(fields=("indicator", "fiscal_year"), name="indicator_year"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actual_value", None), ("value_status", "none")),
                            models.Q(
                                ("actual_value__isnull", False),
                                models.Q(("value_status", "none"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="indicator_value_status_matches",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IndicatorValueEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "target_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="目標値"
                    ),
                ),
                (
                    "actual_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="実績値"
                    ),
                ),
                (
                    "value_status",
                    models.CharField(
                        choices=[
                            ("final", "確定"),
                            ("preliminary", "速報"),
                            ("estimate", "見込"),
                            ("none", "なし"),
                        ],
                        default="none",
                        max_length=12,
                        verbose_name="実績区分",
                    ),
                ),
                (
                    "forecast_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="着地見込み"
                    ),
                ),
                ("measured_on", models.DateField(blank=True, null=True, verbose_name="測定日")),
                (
                    "source_kind",
                    models.CharField(
                        blank=True,
                        choices=[("public", "公表"), ("partly_public", "一部公表"), ("demo", "実演用")],
                        max_length=15,
                        verbose_name="出典区分",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="備考")),
                (
                    "indicator",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.indicator",
                        verbose_name="KPI",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.indicatorvalue",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Initiative",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._-]*\\Z",
                                "コードは半角の英数字と「-」「_」「.」で書きます。",
                            )
                        ],
                        verbose_name="コード",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="表示順")),
                ("name", models.CharField(max_length=200, verbose_name="施策名")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="施策名(英語)")),
                ("summary", models.TextField(blank=True, verbose_name="概要")),
                ("summary_en", models.TextField(blank=True, verbose_name="概要(英語)")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="開始日")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="終了日")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("not_started", "未着手"),
                            ("in_progress", "実施中"),
                            ("completed", "完了"),
                            ("suspended", "休止"),
                            ("cancelled", "中止"),
                        ],
                        default="not_started",
                        max_length=12,
                        verbose_name="状態",
                    ),
                ),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="進捗率(%)",
                    ),
                ),
                (
                    "confidentiality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "機密性1"), (2, "機密性2")], default=1, verbose_name="格付"
                    ),
                ),
                ("is_priority", models.BooleanField(default=False, verbose_name="重点施策")),
                (
                    "source_kind",
                    models.CharField(
                        blank=True,
                        choices=[("public", "公表"), ("partly_public", "一部公表"), ("demo", "実演用")],
                        max_length=15,
                        verbose_name="出典区分",
                    ),
                ),
                ("search_text", models.TextField(default="", editable=False)),
                (
                    "lead_department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_initiatives",
                        to="accounts.department",
                        verbose_name="主管課",
                    ),
                ),
                (
                    "related_departments",
                    models.ManyToManyField(
                        blank=True,
                        related_name="related_initiatives",
                        to="accounts.department",
                        verbose_name="関係課",
                    ),
                ),
                (
                    "objective",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="initiatives",
                        to="pillars.objective",
                        verbose_name="目標",
                    ),
                ),
            ],
            options={
                "verbose_name": "施策",
                "verbose_name_plural": "施策",
                "ordering": [
                    "plan",
                    "objective__pillar__position",
                    "objective__position",
                    "position",
                    "code",
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("percent", None), ("percent__lte", 100), _connector="OR"),
                        name="initiative_percent_to_100",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on", None),
                            ("ends_on", None),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="initiative_dates_in_order",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="indicator",
            name="initiative",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="indicators",
                to="pillars.initiative",
                verbose_name="施策",
            ),
        ),
        migrations.CreateModel(
            name="DraftComment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                ("about", models.CharField(max_length=300, verbose_name="どこへの意見")),
                ("text", models.TextField(verbose_name="意見の文")),
                (
                    "confidentiality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "機密性1"), (2, "機密性2")], default=2, verbose_name="格付"
                    ),
                ),
                (
                    "written_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="書いた日時"),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("taken", "反映する"),
                            ("partly", "一部反映する"),
                            ("not_taken", "反映しない"),
                        ],
                        max_length=10,
                        verbose_name="結果",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="回答")),
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
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draft_comments",
                        to="accounts.department",
                        verbose_name="部署",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="書いた人",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="draft_comments",
                        to="pillars.initiative",
                    ),
                ),
                (
                    "pillar",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="draft_comments",
                        to="pillars.pillar",
                    ),
                ),
            ],
            options={
                "verbose_name": "案への意見",
                "verbose_name_plural": "案への意見",
                "ordering": ["plan", "-written_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_by", None), ("result", "")),
                            models.Q(("answered_by__isnull", False), models.Q(("result", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="draft_comment_answer_is_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CarryOverEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("continued", "継続"),
                            ("merged", "統合"),
                            ("revised", "見直し"),
                            ("abolished", "廃止"),
                        ],
                        max_length=10,
                        verbose_name="引き継ぎ",
                    ),
                ),
                ("why", models.TextField(verbose_name="わけ")),
                ("proposed_at", models.DateTimeField(editable=False, verbose_name="提案した日時")),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="決めた日時")),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="決めた人",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.carryover",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提案した人",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.initiative",
                        verbose_name="施策",
                    ),
                ),
                (
                    "merge_into",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.initiative",
                        verbose_name="統合先",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="carryover",
            name="initiative",
            field=models.OneToOneField(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="carry_over",
                to="pillars.initiative",
                verbose_name="施策",
            ),
        ),
        migrations.AddField(
            model_name="carryover",
            name="merge_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_from",
                to="pillars.initiative",
                verbose_name="統合先",
            ),
        ),
        migrations.CreateModel(
            name="InitiativeReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("reached", "達成"), ("partly", "一部達成"), ("not_reached", "未達成")],
                        max_length=15,
                        verbose_name="目指したこと",
                    ),
                ),
                ("why", models.TextField(blank=True, verbose_name="そう見るわけ")),
                ("lessons", models.TextField(blank=True, verbose_name="学んだこと")),
                (
                    "confidentiality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "機密性1"), (2, "機密性2")], default=1, verbose_name="格付"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "下書き"),
                            ("submitted", "確認待ち"),
                            ("returned", "差戻し"),
                            ("confirmed", "確認済"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="振り返りの状態",
                    ),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="提出した日時"),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="確認した日時"),
                ),
                ("return_reason", models.TextField(blank=True, editable=False, verbose_name="差戻しのわけ")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="確認した人",
                    ),
                ),
                (
                    "initiative",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review",
                        to="pillars.initiative",
                        verbose_name="施策",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出した人",
                    ),
                ),
            ],
            options={
                "verbose_name": "計画期間の振り返り",
                "verbose_name_plural": "計画期間の振り返り",
                "ordering": ["initiative"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("submitted_by", models.F("confirmed_by")), _negated=True),
                        name="review_confirmed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "confirmed"), _negated=True),
                            models.Q(
                                ("confirmed_by__isnull", False), models.Q(("outcome", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="review_confirmed_is_complete",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InitiativeReviewEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("reached", "達成"), ("partly", "一部達成"), ("not_reached", "未達成")],
                        max_length=15,
                        verbose_name="目指したこと",
                    ),
                ),
                ("why", models.TextField(blank=True, verbose_name="そう見るわけ")),
                ("lessons", models.TextField(blank=True, verbose_name="学んだこと")),
                (
                    "confidentiality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "機密性1"), (2, "機密性2")], default=1, verbose_name="格付"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "下書き"),
                            ("submitted", "確認待ち"),
                            ("returned", "差戻し"),
                            ("confirmed", "確認済"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="振り返りの状態",
                    ),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="提出した日時"),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="確認した日時"),
                ),
                ("return_reason", models.TextField(blank=True, editable=False, verbose_name="差戻しのわけ")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="確認した人",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.initiative",
                        verbose_name="施策",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.initiativereview",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出した人",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._-]*\\Z",
                                "コードは半角の英数字と「-」「_」「.」で書きます。",
                            )
                        ],
                        verbose_name="コード",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="表示順")),
                ("name", models.CharField(max_length=200, verbose_name="マイルストーン名")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=200, verbose_name="マイルストーン名(英語)"),
                ),
                ("planned_on", models.DateField(verbose_name="予定日")),
                ("due_on", models.DateField(verbose_name="現在の期日")),
                ("completed_on", models.DateField(blank=True, null=True, verbose_name="完了日")),
                (
                    "weight",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("1"),
                        max_digits=6,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="重み",
                    ),
                ),
                ("is_cancelled", models.BooleanField(default=False, verbose_name="中止")),
                (
                    "source_kind",
                    models.CharField(
                        blank=True,
                        choices=[("public", "公表"), ("partly_public", "一部公表"), ("demo", "実演用")],
                        max_length=15,
                        verbose_name="出典区分",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="milestones",
                        to="pillars.initiative",
                        verbose_name="施策",
                    ),
                ),
            ],
            options={
                "verbose_name": "マイルストーン",
                "verbose_name_plural": "マイルストーン",
                "ordering": ["initiative", "position", "planned_on", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weight__gte", 0)), name="milestone_weight_not_negative"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MilestoneMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("moved_from", models.DateField(verbose_name="前の期日")),
                ("moved_to", models.DateField(verbose_name="新しい期日")),
                ("reason", models.TextField(verbose_name="わけ")),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="pillars.milestone",
                    ),
                ),
            ],
            options={
                "verbose_name": "期日の変更",
                "verbose_name_plural": "期日の変更",
                "ordering": ["milestone", "at"],
            },
        ),
        migrations.AddField(
            model_name="indicator",
            name="objective",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="indicators",
                to="pillars.objective",
                verbose_name="目標",
            ),
        ),
        migrations.CreateModel(
            name="EvaluationEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "met_count",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="達成KPI数"),
                ),
                (
                    "measured_count",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="測定KPI数"),
                ),
                (
                    "suggested_code",
                    models.CharField(blank=True, max_length=20, verbose_name="数字からの評価"),
                ),
                ("override_reason", models.TextField(blank=True, verbose_name="数字と違う評価にするわけ")),
                ("comment", models.TextField(blank=True, verbose_name="講評")),
                ("evaluated_on", models.DateField(blank=True, null=True, verbose_name="評価日")),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.evaluation",
                    ),
                ),
                (
                    "grade",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.grade",
                        verbose_name="評価",
                    ),
                ),
                (
                    "objective",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.objective",
                        verbose_name="目標",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="objective",
            name="pillar",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="objectives",
                to="pillars.pillar",
                verbose_name="柱",
            ),
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._-]*\\Z",
                                "コードは半角の英数字と「-」「_」「.」で書きます。",
                            )
                        ],
                        verbose_name="計画コード",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="計画名")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="計画名(英語)")),
                ("first_fiscal_year", models.PositiveSmallIntegerField(verbose_name="開始年度")),
                ("last_fiscal_year", models.PositiveSmallIntegerField(verbose_name="終了年度")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="策定日")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "策定中"), ("active", "実施中"), ("closed", "終了")],
                        default="draft",
                        max_length=10,
                        verbose_name="状態",
                    ),
                ),
                ("edition", models.CharField(blank=True, max_length=20, verbose_name="版")),
                ("note", models.TextField(blank=True, verbose_name="備考")),
                ("pillar_label", models.CharField(default="柱", max_length=30, verbose_name="柱の呼称")),
                (
                    "pillar_label_en",
                    models.CharField(
                        blank=True, default="Pillar", max_length=30, verbose_name="柱の呼称(英語)"
                    ),
                ),
                (
                    "objective_label",
                    models.CharField(default="目標", max_length=30, verbose_name="目標の呼称"),
                ),
                (
                    "objective_label_en",
                    models.CharField(
                        blank=True, default="Objective", max_length=30, verbose_name="目標の呼称(英語)"
                    ),
                ),
                (
                    "initiative_label",
                    models.CharField(default="施策", max_length=30, verbose_name="施策の呼称"),
                ),
                (
                    "initiative_label_en",
                    models.CharField(
                        blank=True, default="Initiative", max_length=30, verbose_name="施策の呼称(英語)"
                    ),
                ),
                ("status_words", models.JSONField(blank=True, default=dict, verbose_name="進捗状況の言葉")),
                ("review_due_on", models.DateField(blank=True, null=True, verbose_name="振り返りの締切")),
                ("comments_due_on", models.DateField(blank=True, null=True, verbose_name="意見照会の締切")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="閉じた日")),
                (
                    "on_track_points",
                    models.DecimalField(
                        decimal_places=1,
                        default=Decimal("-5"),
                        max_digits=5,
                        verbose_name="順調の下限(ポイント)",
                    ),
                ),
                (
                    "slightly_delayed_points",
                    models.DecimalField(
                        decimal_places=1,
                        default=Decimal("-15"),
                        max_digits=5,
                        verbose_name="やや遅れの下限(ポイント)",
                    ),
                ),
                (
                    "grade_scale",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="pillars.gradescale",
                        verbose_name="評価尺度",
                    ),
                ),
                (
                    "lead_department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="accounts.department",
                        verbose_name="主管課",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="組織",
                    ),
                ),
                (
                    "predecessor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successors",
                        to="pillars.plan",
                        verbose_name="前の計画",
                    ),
                ),
            ],
            options={
                "verbose_name": "計画",
                "verbose_name_plural": "計画",
                "ordering": ["-first_fiscal_year", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_fiscal_year__gte", models.F("first_fiscal_year"))),
                        name="plan_years_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("slightly_delayed_points__lte", models.F("on_track_points"))),
                        name="plan_thresholds_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("predecessor", models.F("pk")), _negated=True),
                        name="plan_follows_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PillarEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._-]*\\Z",
                                "コードは半角の英数字と「-」「_」「.」で書きます。",
                            )
                        ],
                        verbose_name="コード",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="表示順")),
                ("name", models.CharField(max_length=200, verbose_name="柱名")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="柱名(英語)")),
                ("description", models.TextField(blank=True, verbose_name="説明")),
                ("description_en", models.TextField(blank=True, verbose_name="説明(英語)")),
                ("is_restricted", models.BooleanField(default=False, verbose_name="閲覧を限る")),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.pillar",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.plan",
                        verbose_name="計画",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="pillar",
            name="plan",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="pillars.plan",
                verbose_name="計画",
            ),
        ),
        migrations.CreateModel(
            name="ObjectiveEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._-]*\\Z",
                                "コードは半角の英数字と「-」「_」「.」で書きます。",
                            )
                        ],
                        verbose_name="コード",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="表示順")),
                ("name", models.CharField(max_length=200, verbose_name="目標名")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="目標名(英語)")),
                ("description", models.TextField(blank=True, verbose_name="説明")),
                ("description_en", models.TextField(blank=True, verbose_name="説明(英語)")),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.objective",
                    ),
                ),
                (
                    "pillar",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.pillar",
                        verbose_name="柱",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.plan",
                        verbose_name="計画",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="objective",
            name="plan",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="pillars.plan",
                verbose_name="計画",
            ),
        ),
        migrations.CreateModel(
            name="MilestoneEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._-]*\\Z",
                                "コードは半角の英数字と「-」「_」「.」で書きます。",
                            )
                        ],
                        verbose_name="コード",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="表示順")),
                ("name", models.CharField(max_length=200, verbose_name="マイルストーン名")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=200, verbose_name="マイルストーン名(英語)"),
                ),
                ("planned_on", models.DateField(verbose_name="予定日")),
                ("due_on", models.DateField(verbose_name="現在の期日")),
                ("completed_on", models.DateField(blank=True, null=True, verbose_name="完了日")),
                (
                    "weight",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("1"),
                        max_digits=6,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="重み",
                    ),
                ),
                ("is_cancelled", models.BooleanField(default=False, verbose_name="中止")),
                (
                    "source_kind",
                    models.CharField(
                        blank=True,
                        choices=[("public", "公表"), ("partly_public", "一部公表"), ("demo", "実演用")],
                        max_length=15,
                        verbose_name="出典区分",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.initiative",
                        verbose_name="施策",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.milestone",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.plan",
                        verbose_name="計画",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="milestone",
            name="plan",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="pillars.plan",
                verbose_name="計画",
            ),
        ),
        migrations.CreateModel(
            name="InitiativeEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._-]*\\Z",
                                "コードは半角の英数字と「-」「_」「.」で書きます。",
                            )
                        ],
                        verbose_name="コード",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="表示順")),
                ("name", models.CharField(max_length=200, verbose_name="施策名")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="施策名(英語)")),
                ("summary", models.TextField(blank=True, verbose_name="概要")),
                ("summary_en", models.TextField(blank=True, verbose_name="概要(英語)")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="開始日")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="終了日")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("not_started", "未着手"),
                            ("in_progress", "実施中"),
                            ("completed", "完了"),
                            ("suspended", "休止"),
                            ("cancelled", "中止"),
                        ],
                        default="not_started",
                        max_length=12,
                        verbose_name="状態",
                    ),
                ),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="進捗率(%)",
                    ),
                ),
                (
                    "confidentiality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "機密性1"), (2, "機密性2")], default=1, verbose_name="格付"
                    ),
                ),
                ("is_priority", models.BooleanField(default=False, verbose_name="重点施策")),
                (
                    "source_kind",
                    models.CharField(
                        blank=True,
                        choices=[("public", "公表"), ("partly_public", "一部公表"), ("demo", "実演用")],
                        max_length=15,
                        verbose_name="出典区分",
                    ),
                ),
                ("search_text", models.TextField(default="", editable=False)),
                (
                    "lead_department",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.department",
                        verbose_name="主管課",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.initiative",
                    ),
                ),
                (
                    "objective",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.objective",
                        verbose_name="目標",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.plan",
                        verbose_name="計画",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="initiative",
            name="plan",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="pillars.plan",
                verbose_name="計画",
            ),
        ),
        migrations.CreateModel(
            name="IndicatorEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._-]*\\Z",
                                "コードは半角の英数字と「-」「_」「.」で書きます。",
                            )
                        ],
                        verbose_name="コード",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="表示順")),
                ("name", models.CharField(max_length=200, verbose_name="指標名")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="指標名(英語)")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[("output", "アウトプット"), ("outcome", "アウトカム")],
                        max_length=10,
                        verbose_name="種類",
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="単位")),
                ("unit_en", models.CharField(blank=True, max_length=20, verbose_name="単位(英語)")),
                (
                    "direction",
                    models.CharField(
                        choices=[("increase", "増加"), ("decrease", "減少"), ("maintain", "維持")],
                        default="increase",
                        max_length=10,
                        verbose_name="望ましい方向",
                    ),
                ),
                (
                    "aggregation",
                    models.CharField(
                        choices=[
                            ("point_in_time", "年度末時点"),
                            ("fiscal_year_sum", "年度計"),
                            ("fiscal_year_average", "年度平均"),
                            ("cumulative", "累計"),
                            ("calendar_year", "暦年"),
                        ],
                        default="point_in_time",
                        max_length=20,
                        verbose_name="集計方法",
                    ),
                ),
                ("decimals", models.PositiveSmallIntegerField(default=0, verbose_name="小数桁数")),
                (
                    "baseline_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="基準値"
                    ),
                ),
                (
                    "baseline_fiscal_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="基準年度"),
                ),
                (
                    "last_fiscal_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="測る最後の年度"),
                ),
                (
                    "source_kind",
                    models.CharField(
                        blank=True,
                        choices=[("public", "公表"), ("partly_public", "一部公表"), ("demo", "実演用")],
                        max_length=15,
                        verbose_name="出典区分",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="備考")),
                (
                    "continues",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.indicator",
                        verbose_name="続きのもと",
                    ),
                ),
                (
                    "lead_department",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.department",
                        verbose_name="主管課",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.indicator",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.initiative",
                        verbose_name="施策",
                    ),
                ),
                (
                    "objective",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.objective",
                        verbose_name="目標",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.plan",
                        verbose_name="計画",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="indicator",
            name="plan",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="pillars.plan",
                verbose_name="計画",
            ),
        ),
        migrations.CreateModel(
            name="ExecutiveNoteEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                ("fiscal_year", models.PositiveSmallIntegerField(editable=False, verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(editable=False, verbose_name="四半期")),
                ("first", models.CharField(blank=True, max_length=140, verbose_name="1つめ")),
                ("first_en", models.CharField(blank=True, max_length=280, verbose_name="1つめ(英語)")),
                ("second", models.CharField(blank=True, max_length=140, verbose_name="2つめ")),
                ("second_en", models.CharField(blank=True, max_length=280, verbose_name="2つめ(英語)")),
                ("third", models.CharField(blank=True, max_length=140, verbose_name="3つめ")),
                ("third_en", models.CharField(blank=True, max_length=280, verbose_name="3つめ(英語)")),
                (
                    "handed_over_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="渡した日時"),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.executivenote",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="書いた人",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.plan",
                        verbose_name="計画",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="executivenote",
            name="plan",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="executive_notes",
                to="pillars.plan",
                verbose_name="計画",
            ),
        ),
        migrations.CreateModel(
            name="DraftCommentEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                ("about", models.CharField(max_length=300, verbose_name="どこへの意見")),
                ("text", models.TextField(verbose_name="意見の文")),
                (
                    "confidentiality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "機密性1"), (2, "機密性2")], default=2, verbose_name="格付"
                    ),
                ),
                (
                    "written_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="書いた日時"),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("taken", "反映する"),
                            ("partly", "一部反映する"),
                            ("not_taken", "反映しない"),
                        ],
                        max_length=10,
                        verbose_name="結果",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="回答")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答えた日時")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答えた人",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.department",
                        verbose_name="部署",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.draftcomment",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="書いた人",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.initiative",
                    ),
                ),
                (
                    "pillar",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.pillar",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.plan",
                        verbose_name="計画",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="draftcomment",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="draft_comments",
                to="pillars.plan",
                verbose_name="計画",
            ),
        ),
        migrations.CreateModel(
            name="PlanEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._-]*\\Z",
                                "コードは半角の英数字と「-」「_」「.」で書きます。",
                            )
                        ],
                        verbose_name="計画コード",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="計画名")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="計画名(英語)")),
                ("first_fiscal_year", models.PositiveSmallIntegerField(verbose_name="開始年度")),
                ("last_fiscal_year", models.PositiveSmallIntegerField(verbose_name="終了年度")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="策定日")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "策定中"), ("active", "実施中"), ("closed", "終了")],
                        default="draft",
                        max_length=10,
                        verbose_name="状態",
                    ),
                ),
                ("edition", models.CharField(blank=True, max_length=20, verbose_name="版")),
                ("note", models.TextField(blank=True, verbose_name="備考")),
                ("pillar_label", models.CharField(default="柱", max_length=30, verbose_name="柱の呼称")),
                (
                    "pillar_label_en",
                    models.CharField(
                        blank=True, default="Pillar", max_length=30, verbose_name="柱の呼称(英語)"
                    ),
                ),
                (
                    "objective_label",
                    models.CharField(default="目標", max_length=30, verbose_name="目標の呼称"),
                ),
                (
                    "objective_label_en",
                    models.CharField(
                        blank=True, default="Objective", max_length=30, verbose_name="目標の呼称(英語)"
                    ),
                ),
                (
                    "initiative_label",
                    models.CharField(default="施策", max_length=30, verbose_name="施策の呼称"),
                ),
                (
                    "initiative_label_en",
                    models.CharField(
                        blank=True, default="Initiative", max_length=30, verbose_name="施策の呼称(英語)"
                    ),
                ),
                ("status_words", models.JSONField(blank=True, default=dict, verbose_name="進捗状況の言葉")),
                ("review_due_on", models.DateField(blank=True, null=True, verbose_name="振り返りの締切")),
                ("comments_due_on", models.DateField(blank=True, null=True, verbose_name="意見照会の締切")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="閉じた日")),
                (
                    "on_track_points",
                    models.DecimalField(
                        decimal_places=1,
                        default=Decimal("-5"),
                        max_digits=5,
                        verbose_name="順調の下限(ポイント)",
                    ),
                ),
                (
                    "slightly_delayed_points",
                    models.DecimalField(
                        decimal_places=1,
                        default=Decimal("-15"),
                        max_digits=5,
                        verbose_name="やや遅れの下限(ポイント)",
                    ),
                ),
                (
                    "grade_scale",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.gradescale",
                        verbose_name="評価尺度",
                    ),
                ),
                (
                    "lead_department",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.department",
                        verbose_name="主管課",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.department",
                        verbose_name="組織",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.plan",
                    ),
                ),
                (
                    "predecessor",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.plan",
                        verbose_name="前の計画",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PlanImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=255, verbose_name="ファイル名")),
                ("sha256", models.CharField(editable=False, max_length=64)),
                ("file", models.BinaryField(default=bytes)),
                (
                    "content",
                    models.JSONField(
                        default=dict, editable=False, encoder=django.core.serializers.json.DjangoJSONEncoder
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "読むのを待っている"),
                            ("reading", "読んでいる"),
                            ("previewed", "確認待ち"),
                            ("applying", "取り込んでいる"),
                            ("applied", "取込済"),
                            ("refused", "読めなかった"),
                            ("discarded", "取消"),
                            ("undoing", "元に戻している"),
                            ("undone", "元に戻した"),
                        ],
                        default="uploaded",
                        max_length=10,
                        verbose_name="状態",
                    ),
                ),
                (
                    "is_progress_only",
                    models.BooleanField(default=False, editable=False, verbose_name="部署の進捗だけ"),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "refusal",
                    models.TextField(blank=True, editable=False, verbose_name="読めない・取り込めないわけ"),
                ),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="読込")),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="取込")),
                (
                    "errors",
                    models.JSONField(
                        default=list,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="エラー",
                    ),
                ),
                (
                    "preview",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="差分",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                ("left", models.JSONField(default=list, editable=False, verbose_name="取り込まない行")),
                (
                    "over",
                    models.JSONField(default=list, editable=False, verbose_name="ポータルの値より優先する行"),
                ),
                ("tells", models.BooleanField(default=False, editable=False, verbose_name="担当に知らせる")),
                (
                    "result",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="結果",
                    ),
                ),
                ("fates", models.JSONField(default=dict, editable=False, verbose_name="行ごとの結果")),
                (
                    "before",
                    models.JSONField(
                        default=dict,
                        editable=False,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="取込前の値",
                    ),
                ),
                ("undo_chosen", models.JSONField(default=list, editable=False)),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="元に戻した日時")),
                (
                    "applied_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="取り込んだ人",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="imports",
                        to="pillars.plan",
                        verbose_name="計画",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="元に戻した人",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="読み込んだ人",
                    ),
                ),
            ],
            options={
                "verbose_name": "計画の取込",
                "verbose_name_plural": "計画の取込",
                "ordering": ["-uploaded_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("applied_at__isnull", False), ("state__in", ("applied", "undoing", "undone"))
                            ),
                            models.Q(
                                models.Q(("state__in", ("applied", "undoing", "undone")), _negated=True),
                                ("applied_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="import_applied_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "undone"), ("undone_at__isnull", False)),
                            models.Q(models.Q(("state", "undone"), _negated=True), ("undone_at", None)),
                            _connector="OR",
                        ),
                        name="import_undone_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgressReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                ("code", models.CharField(editable=False, max_length=60, verbose_name="報告コード")),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="四半期")),
                (
                    "status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_started", "未着手"),
                            ("on_track", "順調"),
                            ("slightly_delayed", "やや遅れ"),
                            ("delayed", "遅れ"),
                            ("completed", "完了"),
                            ("cancelled", "中止"),
                        ],
                        max_length=20,
                        verbose_name="進捗状況",
                    ),
                ),
                (
                    "suggested_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_started", "未着手"),
                            ("on_track", "順調"),
                            ("slightly_delayed", "やや遅れ"),
                            ("delayed", "遅れ"),
                            ("completed", "完了"),
                            ("cancelled", "中止"),
                        ],
                        max_length=20,
                        verbose_name="数字からの進捗状況",
                    ),
                ),
                (
                    "override_reason",
                    models.TextField(blank=True, verbose_name="数字と違う進捗状況にするわけ"),
                ),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="進捗率(%)",
                    ),
                ),
                ("results", models.TextField(blank=True, verbose_name="実績")),
                ("issues", models.TextField(blank=True, verbose_name="課題")),
                ("cause", models.TextField(blank=True, verbose_name="遅れや未達のわけ")),
                ("next_steps", models.TextField(blank=True, verbose_name="今後の予定")),
                ("needs_support", models.BooleanField(default=False, verbose_name="支援要否")),
                ("support_team", models.BooleanField(default=False, verbose_name="DXサポートチームの支援")),
                ("support_budget", models.BooleanField(default=False, verbose_name="予算の支援")),
                (
                    "support_coordination",
                    models.BooleanField(default=False, verbose_name="他課室との調整の支援"),
                ),
                ("support_note", models.TextField(blank=True, verbose_name="支援内容")),
                (
                    "burden",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="現場の負担(担当の見立て)"
                    ),
                ),
                (
                    "effect",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="現場での効果(担当の見立て)"
                    ),
                ),
                (
                    "confidentiality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "機密性1"), (2, "機密性2")], default=1, verbose_name="格付"
                    ),
                ),
                (
                    "workflow_state",
                    models.CharField(
                        choices=[
                            ("draft", "下書き"),
                            ("submitted", "確認中"),
                            ("returned", "差戻し"),
                            ("approved", "承認済"),
                            ("checked", "点検済"),
                            ("published", "公開"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="承認状態",
                    ),
                ),
                ("reported_on", models.DateField(blank=True, null=True, verbose_name="報告日")),
                ("approved_on", models.DateField(blank=True, null=True, verbose_name="承認日")),
                ("return_reason", models.TextField(blank=True, verbose_name="差戻しのわけ")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="公開日時")),
                ("correction_note", models.TextField(blank=True, editable=False, verbose_name="訂正")),
                (
                    "corrected_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="訂正した日時"),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="承認した人",
                    ),
                ),
                (
                    "approved_for",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="点検した人",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="progress_reports",
                        to="accounts.department",
                        verbose_name="報告部署",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="pillars.initiative",
                        verbose_name="施策",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出した人",
                    ),
                ),
                (
                    "submitted_for",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "進捗報告",
                "verbose_name_plural": "進捗報告",
                "ordering": ["initiative", "-fiscal_year", "-quarter"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("initiative", "fiscal_year", "quarter"), name="report_quarter"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)),
                        name="report_quarter_1_to_4",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent", None), ("percent__lte", 100), _connector="OR"),
                        name="report_percent_to_100",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("burden", None),
                            models.Q(("burden__gte", 1), ("burden__lte", 5)),
                            _connector="OR",
                        ),
                        name="report_burden_1_to_5",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effect", None),
                            models.Q(("effect__gte", 1), ("effect__lte", 5)),
                            _connector="OR",
                        ),
                        name="report_effect_1_to_5",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("submitted_by", models.F("approved_by")), _negated=True),
                        name="report_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("submitted_for", models.F("approved_by")), _negated=True),
                        name="report_approver_not_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("submitted_by", models.F("approved_for")), _negated=True),
                        name="report_approved_for_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("submitted_for", models.F("approved_for")), _negated=True),
                        name="report_holders_differ",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ("file", models.FileField(editable=False, upload_to=pillars.models.evidence.place)),
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
                        choices=[(1, "機密性1"), (2, "機密性2")], default=1, verbose_name="格付"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="何を示すか")),
                (
                    "uploaded_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="添えた日時"),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="取り下げた日時")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="取り下げたわけ")),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.evidence",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="添えた人",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="取り下げた人",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.progressreport",
                        verbose_name="進捗報告",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="evidence",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evidence",
                to="pillars.progressreport",
                verbose_name="進捗報告",
            ),
        ),
        migrations.CreateModel(
            name="ProgressReportEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                ("code", models.CharField(editable=False, max_length=60, verbose_name="報告コード")),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="四半期")),
                (
                    "status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_started", "未着手"),
                            ("on_track", "順調"),
                            ("slightly_delayed", "やや遅れ"),
                            ("delayed", "遅れ"),
                            ("completed", "完了"),
                            ("cancelled", "中止"),
                        ],
                        max_length=20,
                        verbose_name="進捗状況",
                    ),
                ),
                (
                    "suggested_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_started", "未着手"),
                            ("on_track", "順調"),
                            ("slightly_delayed", "やや遅れ"),
                            ("delayed", "遅れ"),
                            ("completed", "完了"),
                            ("cancelled", "中止"),
                        ],
                        max_length=20,
                        verbose_name="数字からの進捗状況",
                    ),
                ),
                (
                    "override_reason",
                    models.TextField(blank=True, verbose_name="数字と違う進捗状況にするわけ"),
                ),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="進捗率(%)",
                    ),
                ),
                ("results", models.TextField(blank=True, verbose_name="実績")),
                ("issues", models.TextField(blank=True, verbose_name="課題")),
                ("cause", models.TextField(blank=True, verbose_name="遅れや未達のわけ")),
                ("next_steps", models.TextField(blank=True, verbose_name="今後の予定")),
                ("needs_support", models.BooleanField(default=False, verbose_name="支援要否")),
                ("support_team", models.BooleanField(default=False, verbose_name="DXサポートチームの支援")),
                ("support_budget", models.BooleanField(default=False, verbose_name="予算の支援")),
                (
                    "support_coordination",
                    models.BooleanField(default=False, verbose_name="他課室との調整の支援"),
                ),
                ("support_note", models.TextField(blank=True, verbose_name="支援内容")),
                (
                    "burden",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="現場の負担(担当の見立て)"
                    ),
                ),
                (
                    "effect",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="現場での効果(担当の見立て)"
                    ),
                ),
                (
                    "confidentiality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "機密性1"), (2, "機密性2")], default=1, verbose_name="格付"
                    ),
                ),
                (
                    "workflow_state",
                    models.CharField(
                        choices=[
                            ("draft", "下書き"),
                            ("submitted", "確認中"),
                            ("returned", "差戻し"),
                            ("approved", "承認済"),
                            ("checked", "点検済"),
                            ("published", "公開"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="承認状態",
                    ),
                ),
                ("reported_on", models.DateField(blank=True, null=True, verbose_name="報告日")),
                ("approved_on", models.DateField(blank=True, null=True, verbose_name="承認日")),
                ("return_reason", models.TextField(blank=True, verbose_name="差戻しのわけ")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="公開日時")),
                ("correction_note", models.TextField(blank=True, editable=False, verbose_name="訂正")),
                (
                    "corrected_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="訂正した日時"),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="承認した人",
                    ),
                ),
                (
                    "approved_for",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="点検した人",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.department",
                        verbose_name="報告部署",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.initiative",
                        verbose_name="施策",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.progressreport",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出した人",
                    ),
                ),
                (
                    "submitted_for",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="種類")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "確認待ち"),
                            ("accepted", "認めた"),
                            ("declined", "見送った"),
                            ("withdrawn", "取り下げ"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状態",
                    ),
                ),
                ("target_type", models.CharField(max_length=30)),
                ("target_id", models.CharField(max_length=60)),
                ("target_label", models.CharField(max_length=300, verbose_name="提案の対象")),
                ("target_url", models.CharField(blank=True, max_length=300)),
                ("target_version", models.PositiveIntegerField(null=True)),
                ("part", models.CharField(blank=True, max_length=40)),
                (
                    "values",
                    models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                ),
                (
                    "changes",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="前と後",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="わけ")),
                (
                    "proposed_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="提案した日時"),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="決めた日時")),
                ("decision_note", models.TextField(blank=True, verbose_name="決めたわけ")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="決めた人",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="proposals",
                        to="pillars.plan",
                        verbose_name="計画",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提案した人",
                    ),
                ),
            ],
            options={
                "verbose_name": "提案",
                "verbose_name_plural": "提案",
                "ordering": ["-proposed_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("proposed_by", models.F("decided_by")), _negated=True),
                        name="proposal_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ("accepted", "declined")),
                            ),
                            models.Q(
                                ("decided_at__isnull", False), ("decided_by", None), ("state", "withdrawn")
                            ),
                            models.Q(("decided_at", None), ("decided_by", None), ("state", "waiting")),
                            _connector="OR",
                        ),
                        name="proposal_decision_matches_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision_note", ""), ("state", "declined"), _negated=True),
                        name="proposal_declined_with_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("kind", "target_type", "target_id", "part"),
                        name="proposal_one_waiting",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PulseAudience",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                ("all_posts", models.BooleanField(default=False, verbose_name="すべての在外公館にも聞く")),
                (
                    "departments",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="accounts.department", verbose_name="聞く部署"
                    ),
                ),
                (
                    "initiative",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="audience",
                        to="pillars.initiative",
                        verbose_name="施策",
                    ),
                ),
            ],
            options={
                "verbose_name": "聞く部署",
                "verbose_name_plural": "聞く部署",
            },
        ),
        migrations.CreateModel(
            name="PulseRound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="四半期")),
                ("opens_on", models.DateField(verbose_name="始まる日")),
                ("closes_on", models.DateField(verbose_name="最後の日")),
                (
                    "sealed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="締めた日時"),
                ),
                (
                    "salt",
                    models.CharField(
                        blank=True, default=pillars.models.pulse.new_salt, editable=False, max_length=32
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pulses",
                        to="pillars.plan",
                        verbose_name="計画",
                    ),
                ),
            ],
            options={
                "verbose_name": "負担と効果の聞き取り",
                "verbose_name_plural": "負担と効果の聞き取り",
                "ordering": ["-fiscal_year", "-quarter"],
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "fiscal_year", "quarter"), name="pulse_quarter"),
                    models.CheckConstraint(
                        condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)),
                        name="pulse_quarter_1_to_4",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                        name="pulse_closes_after_opening",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sealed_at", None), ("salt", ""), _connector="OR"),
                        name="pulse_sealed_without_salt",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PulseInvitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="聞く部署",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="pillars.initiative",
                        verbose_name="施策",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="pillars.pulseround",
                    ),
                ),
            ],
            options={
                "verbose_name": "聞く部署",
                "verbose_name_plural": "聞く部署",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("round", "initiative", "department"), name="pulse_asked_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PulseAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True, choices=[("hq", "本省"), ("post", "在外公館")], max_length=4
                    ),
                ),
                ("burden", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="負担")),
                ("effect", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="効果")),
                (
                    "hours_taken",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=5, null=True, verbose_name="月にかかる時間"
                    ),
                ),
                (
                    "hours_given",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=5, null=True, verbose_name="月に浮く時間"
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="現場のひとこと")),
                ("key", models.CharField(editable=False, max_length=64, null=True, unique=True)),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="pillars.initiative"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="pillars.pulseround",
                    ),
                ),
            ],
            options={
                "verbose_name": "負担と効果の回答",
                "verbose_name_plural": "負担と効果の回答",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("burden", None), ("effect", None)),
                            models.Q(
                                ("burden__gte", 1), ("burden__lte", 5), ("effect__gte", 1), ("effect__lte", 5)
                            ),
                            _connector="OR",
                        ),
                        name="pulse_answer_1_to_5",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours_taken", None), ("hours_taken__gte", 0), _connector="OR"),
                        name="pulse_hours_taken",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours_given", None), ("hours_given__gte", 0), _connector="OR"),
                        name="pulse_hours_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PulseTurnout",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("people", models.PositiveIntegerField(default=0, verbose_name="答えた人数")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="部署",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="turnouts",
                        to="pillars.pulseround",
                    ),
                ),
            ],
            options={
                "verbose_name": "答えた人数",
                "verbose_name_plural": "答えた人数",
                "constraints": [
                    models.UniqueConstraint(fields=("round", "department"), name="pulse_turnout")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("changes", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("reason", models.TextField(verbose_name="直したわけ")),
                ("is_late", models.BooleanField(default=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="pillars.progressreport",
                    ),
                ),
            ],
            options={
                "verbose_name": "報告の訂正",
                "verbose_name_plural": "報告の訂正",
                "ordering": ["report", "at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ReportDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fields", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=0)),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="draft",
                        to="pillars.progressreport",
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "書きかけ",
                "verbose_name_plural": "書きかけ",
            },
        ),
        migrations.CreateModel(
            name="ReportingCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="四半期")),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("plan", "計画の全体"),
                            ("pillars", "選んだ柱"),
                            ("departments", "選んだ部署"),
                            ("initiatives", "選んだ施策"),
                        ],
                        default="plan",
                        max_length=12,
                        verbose_name="範囲",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=100, verbose_name="件名")),
                ("note", models.TextField(blank=True, verbose_name="報告する人へのことば")),
                (
                    "opened_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="依頼した日時"),
                ),
                ("deadline", models.DateTimeField(verbose_name="締切")),
                ("publish_on", models.DateField(blank=True, null=True, verbose_name="公開する日")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="締め切った日時")),
                (
                    "reminded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="最後に知らせた日時"),
                ),
                ("reminded_people", models.PositiveSmallIntegerField(default=0, verbose_name="知らせた人数")),
                (
                    "departments",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="accounts.department", verbose_name="部署"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pillars",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="pillars.pillar", verbose_name="柱"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="pillars.plan",
                        verbose_name="計画",
                    ),
                ),
            ],
            options={
                "verbose_name": "報告依頼",
                "verbose_name_plural": "報告依頼",
                "ordering": ["-fiscal_year", "-quarter", "-opened_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)),
                        name="call_quarter_1_to_4",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deadline__gt", models.F("opened_at"))),
                        name="call_deadline_after_opening",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at", None), ("closed_at__gte", models.F("opened_at")), _connector="OR"
                        ),
                        name="call_closed_after_opening",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportingCallEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版番号")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="四半期")),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("plan", "計画の全体"),
                            ("pillars", "選んだ柱"),
                            ("departments", "選んだ部署"),
                            ("initiatives", "選んだ施策"),
                        ],
                        default="plan",
                        max_length=12,
                        verbose_name="範囲",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=100, verbose_name="件名")),
                ("note", models.TextField(blank=True, verbose_name="報告する人へのことば")),
                (
                    "opened_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="依頼した日時"),
                ),
                ("deadline", models.DateTimeField(verbose_name="締切")),
                ("publish_on", models.DateField(blank=True, null=True, verbose_name="公開する日")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="締め切った日時")),
                (
                    "reminded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="最後に知らせた日時"),
                ),
                ("reminded_people", models.PositiveSmallIntegerField(default=0, verbose_name="知らせた人数")),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.reportingcall",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.plan",
                        verbose_name="計画",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReportRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="四半期")),
                ("deadline", models.DateTimeField(verbose_name="締切")),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requests",
                        to="pillars.reportingcall",
                        verbose_name="報告依頼",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_requests",
                        to="pillars.initiative",
                        verbose_name="施策",
                    ),
                ),
            ],
            options={
                "verbose_name": "報告の求め",
                "verbose_name_plural": "報告の求め",
                "ordering": ["deadline", "initiative"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("initiative", "fiscal_year", "quarter"), name="request_once_a_quarter"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SuccessorMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="わけ")),
                (
                    "new_initiative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comes_from",
                        to="pillars.initiative",
                    ),
                ),
                (
                    "new_objective",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comes_from",
                        to="pillars.objective",
                    ),
                ),
                (
                    "new_pillar",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comes_from",
                        to="pillars.pillar",
                    ),
                ),
                (
                    "old_initiative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads_to",
                        to="pillars.initiative",
                    ),
                ),
                (
                    "old_objective",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads_to",
                        to="pillars.objective",
                    ),
                ),
                (
                    "old_pillar",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads_to",
                        to="pillars.pillar",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mappings",
                        to="pillars.plan",
                        verbose_name="次の計画",
                    ),
                ),
            ],
            options={
                "verbose_name": "次の計画への対応",
                "verbose_name_plural": "次の計画への対応",
                "ordering": ["plan", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pk__in", []),
                            models.Q(
                                ("new_initiative", None),
                                ("new_objective", None),
                                ("old_initiative", None),
                                ("old_objective", None),
                                ("old_pillar__isnull", False),
                            ),
                            models.Q(
                                ("new_initiative", None),
                                ("new_pillar", None),
                                ("old_initiative", None),
                                ("old_objective__isnull", False),
                                ("old_pillar", None),
                            ),
                            models.Q(
                                ("new_objective", None),
                                ("new_pillar", None),
                                ("old_initiative__isnull", False),
                                ("old_objective", None),
                                ("old_pillar", None),
                            ),
                            _connector="OR",
                        ),
                        name="mapping_of_one_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("old_initiative", None),
                            ("new_initiative__isnull", False),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="mapping_left_out_with_reason",
                    ),
                    models.UniqueConstraint(fields=("old_pillar", "new_pillar"), name="mapping_pillar"),
                    models.UniqueConstraint(
                        fields=("old_objective", "new_objective"), name="mapping_objective"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("old_initiative__isnull", False)),
                        fields=("plan", "old_initiative", "new_initiative"),
                        name="mapping_initiative",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SuccessorMappingEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("reason", models.TextField(blank=True, verbose_name="わけ")),
                (
                    "new_initiative",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.initiative",
                    ),
                ),
                (
                    "new_objective",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.objective",
                    ),
                ),
                (
                    "new_pillar",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.pillar",
                    ),
                ),
                (
                    "old_initiative",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.initiative",
                    ),
                ),
                (
                    "old_objective",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.objective",
                    ),
                ),
                (
                    "old_pillar",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.pillar",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="pillars.successormapping",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pillars.plan",
                        verbose_name="次の計画",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="gradeevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="463ce68b53bcbd9138dd1ac5d45b2465ba283587",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_7e9aa",
                    table="pillars_gradeevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="grade",
            constraint=models.UniqueConstraint(fields=("scale", "code"), name="grade_code"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grade",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_gradeevent" ("code", "description", "description_en", "id", "identifier", "minimum_share", "not_measured", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "scale_id") VALUES (NEW."code", NEW."description", NEW."description_en", NEW."id", NEW."identifier", NEW."minimum_share", NEW."not_measured", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."position", NEW."scale_id"); RETURN NULL;',
                    hash="e3ff171fa6f2b5f9dd2f5406ed4fb08a866fe836",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_96962",
                    table="pillars_grade",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grade",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_gradeevent" ("code", "description", "description_en", "id", "identifier", "minimum_share", "not_measured", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "scale_id") VALUES (NEW."code", NEW."description", NEW."description_en", NEW."id", NEW."identifier", NEW."minimum_share", NEW."not_measured", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."position", NEW."scale_id"); RETURN NULL;',
                    hash="af1b82236511738ae888783f90c81028d92e2d46",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f1905",
                    table="pillars_grade",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grade",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_gradeevent" ("code", "description", "description_en", "id", "identifier", "minimum_share", "not_measured", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "scale_id") VALUES (OLD."code", OLD."description", OLD."description_en", OLD."id", OLD."identifier", OLD."minimum_share", OLD."not_measured", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."position", OLD."scale_id"); RETURN NULL;',
                    hash="9a4882803da940309affa9eef9720d1cb6de58a8",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_fbcc8",
                    table="pillars_grade",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicatorvalue",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_indicatorvalueevent" ("actual_value", "fiscal_year", "forecast_value", "id", "indicator_id", "measured_on", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_kind", "target_value", "value_status", "version") VALUES (NEW."actual_value", NEW."fiscal_year", NEW."forecast_value", NEW."id", NEW."indicator_id", NEW."measured_on", NEW."note", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."source_kind", NEW."target_value", NEW."value_status", NEW."version"); RETURN NULL;',
                    hash="cce1d84dd370d1f006c0dc84c4a8382d765f5100",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ac326",
                    table="pillars_indicatorvalue",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicatorvalue",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_indicatorvalueevent" ("actual_value", "fiscal_year", "forecast_value", "id", "indicator_id", "measured_on", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_kind", "target_value", "value_status", "version") VALUES (NEW."actual_value", NEW."fiscal_year", NEW."forecast_value", NEW."id", NEW."indicator_id", NEW."measured_on", NEW."note", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."source_kind", NEW."target_value", NEW."value_status", NEW."version"); RETURN NULL;',
                    hash="c48c2288e1c78e8e693a127bc9d1264ad0864da7",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_fdf52",
                    table="pillars_indicatorvalue",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicatorvalue",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_indicatorvalueevent" ("actual_value", "fiscal_year", "forecast_value", "id", "indicator_id", "measured_on", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_kind", "target_value", "value_status", "version") VALUES (OLD."actual_value", OLD."fiscal_year", OLD."forecast_value", OLD."id", OLD."indicator_id", OLD."measured_on", OLD."note", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."source_kind", OLD."target_value", OLD."value_status", OLD."version"); RETURN NULL;',
                    hash="7381b25c85c9744989f6272fceda53736de7937b",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_fc2bb",
                    table="pillars_indicatorvalue",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicatorvalueevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7d76a554313cae49c9ae45156c4cc214e561393f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a6686",
                    table="pillars_indicatorvalueevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="carryoverevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7404003cb527b1143c97f2af3dd28bfc8c8ffd06",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_7962b",
                    table="pillars_carryoverevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="carryover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", "merged"), ("merge_into__isnull", False)),
                    models.Q(models.Q(("decision", "merged"), _negated=True), ("merge_into", None)),
                    _connector="OR",
                ),
                name="carry_over_merged_into_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="carryover",
            constraint=models.CheckConstraint(
                condition=models.Q(("merge_into", models.F("initiative")), _negated=True),
                name="carry_over_not_into_itself",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="carryover",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_carryoverevent" ("decided_at", "decided_by_id", "decision", "id", "initiative_id", "merge_into_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "version", "why") VALUES (NEW."decided_at", NEW."decided_by_id", NEW."decision", NEW."id", NEW."initiative_id", NEW."merge_into_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."proposed_at", NEW."proposed_by_id", NEW."version", NEW."why"); RETURN NULL;',
                    hash="7c260a8e28f718ef38da9d225187425f5801c55e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_00d23",
                    table="pillars_carryover",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="carryover",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_carryoverevent" ("decided_at", "decided_by_id", "decision", "id", "initiative_id", "merge_into_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "version", "why") VALUES (NEW."decided_at", NEW."decided_by_id", NEW."decision", NEW."id", NEW."initiative_id", NEW."merge_into_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."proposed_at", NEW."proposed_by_id", NEW."version", NEW."why"); RETURN NULL;',
                    hash="18bd4a1639d1e95fae442f4de17d052ff856e2b5",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_9d30c",
                    table="pillars_carryover",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="carryover",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_carryoverevent" ("decided_at", "decided_by_id", "decision", "id", "initiative_id", "merge_into_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "version", "why") VALUES (OLD."decided_at", OLD."decided_by_id", OLD."decision", OLD."id", OLD."initiative_id", OLD."merge_into_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."proposed_at", OLD."proposed_by_id", OLD."version", OLD."why"); RETURN NULL;',
                    hash="a15ee19bf69b0d884d5275fd5eaf6e9d319275b2",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_d519e",
                    table="pillars_carryover",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="initiativereview",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_initiativereviewevent" ("confidentiality", "confirmed_at", "confirmed_by_id", "id", "initiative_id", "lessons", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "return_reason", "state", "submitted_at", "submitted_by_id", "version", "why") VALUES (NEW."confidentiality", NEW."confirmed_at", NEW."confirmed_by_id", NEW."id", NEW."initiative_id", NEW."lessons", NEW."outcome", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."return_reason", NEW."state", NEW."submitted_at", NEW."submitted_by_id", NEW."version", NEW."why"); RETURN NULL;',
                    hash="d6e4e3ff9c3d8587138b47cfcf08aa67d828f0b9",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1635c",
                    table="pillars_initiativereview",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="initiativereview",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_initiativereviewevent" ("confidentiality", "confirmed_at", "confirmed_by_id", "id", "initiative_id", "lessons", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "return_reason", "state", "submitted_at", "submitted_by_id", "version", "why") VALUES (NEW."confidentiality", NEW."confirmed_at", NEW."confirmed_by_id", NEW."id", NEW."initiative_id", NEW."lessons", NEW."outcome", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."return_reason", NEW."state", NEW."submitted_at", NEW."submitted_by_id", NEW."version", NEW."why"); RETURN NULL;',
                    hash="6384f6db117bd58f6267c1c6678ee5d029946f86",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0be30",
                    table="pillars_initiativereview",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="initiativereview",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_initiativereviewevent" ("confidentiality", "confirmed_at", "confirmed_by_id", "id", "initiative_id", "lessons", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "return_reason", "state", "submitted_at", "submitted_by_id", "version", "why") VALUES (OLD."confidentiality", OLD."confirmed_at", OLD."confirmed_by_id", OLD."id", OLD."initiative_id", OLD."lessons", OLD."outcome", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."return_reason", OLD."state", OLD."submitted_at", OLD."submitted_by_id", OLD."version", OLD."why"); RETURN NULL;',
                    hash="8d86f8b46c8509dece2499cb324c5de77733b1cf",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_55eb2",
                    table="pillars_initiativereview",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="initiativereviewevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c9c038c70a0c9de261ad918c76e6d1a77810198c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_de657",
                    table="pillars_initiativereviewevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evaluationevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="229b457631921346b4e3277f8557b5e85ca9d683",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_f4a92",
                    table="pillars_evaluationevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evaluation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_evaluationevent" ("comment", "evaluated_on", "fiscal_year", "grade_id", "id", "measured_count", "met_count", "objective_id", "override_reason", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "suggested_code", "version") VALUES (NEW."comment", NEW."evaluated_on", NEW."fiscal_year", NEW."grade_id", NEW."id", NEW."measured_count", NEW."met_count", NEW."objective_id", NEW."override_reason", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."suggested_code", NEW."version"); RETURN NULL;',
                    hash="ad51e8fcf652e14b53abc71748577152fa41125f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_bb76c",
                    table="pillars_evaluation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evaluation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_evaluationevent" ("comment", "evaluated_on", "fiscal_year", "grade_id", "id", "measured_count", "met_count", "objective_id", "override_reason", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "suggested_code", "version") VALUES (NEW."comment", NEW."evaluated_on", NEW."fiscal_year", NEW."grade_id", NEW."id", NEW."measured_count", NEW."met_count", NEW."objective_id", NEW."override_reason", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."suggested_code", NEW."version"); RETURN NULL;',
                    hash="d01ee84017d59ce36e81873b9b81307987b634b3",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_08722",
                    table="pillars_evaluation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evaluation",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_evaluationevent" ("comment", "evaluated_on", "fiscal_year", "grade_id", "id", "measured_count", "met_count", "objective_id", "override_reason", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "suggested_code", "version") VALUES (OLD."comment", OLD."evaluated_on", OLD."fiscal_year", OLD."grade_id", OLD."id", OLD."measured_count", OLD."met_count", OLD."objective_id", OLD."override_reason", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."suggested_code", OLD."version"); RETURN NULL;',
                    hash="a0c2e829ae62643ece834ea5bfee96bbd5a6b2ab",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_0ac7a",
                    table="pillars_evaluation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plan",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_planevent" ("closed_on", "code", "comments_due_on", "decided_on", "edition", "first_fiscal_year", "grade_scale_id", "id", "initiative_label", "initiative_label_en", "last_fiscal_year", "lead_department_id", "name", "name_en", "note", "objective_label", "objective_label_en", "on_track_points", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pillar_label", "pillar_label_en", "predecessor_id", "review_due_on", "slightly_delayed_points", "status", "status_words", "version") VALUES (NEW."closed_on", NEW."code", NEW."comments_due_on", NEW."decided_on", NEW."edition", NEW."first_fiscal_year", NEW."grade_scale_id", NEW."id", NEW."initiative_label", NEW."initiative_label_en", NEW."last_fiscal_year", NEW."lead_department_id", NEW."name", NEW."name_en", NEW."note", NEW."objective_label", NEW."objective_label_en", NEW."on_track_points", NEW."organisation_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."pillar_label", NEW."pillar_label_en", NEW."predecessor_id", NEW."review_due_on", NEW."slightly_delayed_points", NEW."status", NEW."status_words", NEW."version"); RETURN NULL;',
                    hash="09a0f0071eec40c8363f683d521e5a94498fc5bc",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_cc0e7",
                    table="pillars_plan",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plan",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_planevent" ("closed_on", "code", "comments_due_on", "decided_on", "edition", "first_fiscal_year", "grade_scale_id", "id", "initiative_label", "initiative_label_en", "last_fiscal_year", "lead_department_id", "name", "name_en", "note", "objective_label", "objective_label_en", "on_track_points", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pillar_label", "pillar_label_en", "predecessor_id", "review_due_on", "slightly_delayed_points", "status", "status_words", "version") VALUES (NEW."closed_on", NEW."code", NEW."comments_due_on", NEW."decided_on", NEW."edition", NEW."first_fiscal_year", NEW."grade_scale_id", NEW."id", NEW."initiative_label", NEW."initiative_label_en", NEW."last_fiscal_year", NEW."lead_department_id", NEW."name", NEW."name_en", NEW."note", NEW."objective_label", NEW."objective_label_en", NEW."on_track_points", NEW."organisation_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."pillar_label", NEW."pillar_label_en", NEW."predecessor_id", NEW."review_due_on", NEW."slightly_delayed_points", NEW."status", NEW."status_words", NEW."version"); RETURN NULL;',
                    hash="b65cf47e27ce19c572785585d92e71267be27d40",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a7bcf",
                    table="pillars_plan",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plan",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_planevent" ("closed_on", "code", "comments_due_on", "decided_on", "edition", "first_fiscal_year", "grade_scale_id", "id", "initiative_label", "initiative_label_en", "last_fiscal_year", "lead_department_id", "name", "name_en", "note", "objective_label", "objective_label_en", "on_track_points", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pillar_label", "pillar_label_en", "predecessor_id", "review_due_on", "slightly_delayed_points", "status", "status_words", "version") VALUES (OLD."closed_on", OLD."code", OLD."comments_due_on", OLD."decided_on", OLD."edition", OLD."first_fiscal_year", OLD."grade_scale_id", OLD."id", OLD."initiative_label", OLD."initiative_label_en", OLD."last_fiscal_year", OLD."lead_department_id", OLD."name", OLD."name_en", OLD."note", OLD."objective_label", OLD."objective_label_en", OLD."on_track_points", OLD."organisation_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."pillar_label", OLD."pillar_label_en", OLD."predecessor_id", OLD."review_due_on", OLD."slightly_delayed_points", OLD."status", OLD."status_words", OLD."version"); RETURN NULL;',
                    hash="cd746f0e5122b74f7bb3d2c5ad368ff42f4ebb15",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_d435a",
                    table="pillars_plan",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pillarevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="132d670d364806c36b0c83f51f95f67859be3bd7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_32f6b",
                    table="pillars_pillarevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="pillar",
            constraint=models.UniqueConstraint(fields=("plan", "code"), name="pillar_code"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pillar",
            trigger=pgtrigger.compiler.Trigger(
                name="closed_plan",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF (SELECT status FROM pillars_plan WHERE id = OLD.plan_id) = 'closed' THEN\n                RAISE EXCEPTION 'the plan is closed: only final values and evaluations may change';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ",
                    hash="31715b4042c97c69aa26bbcf609c9651311228fe",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_closed_plan_2f183",
                    table="pillars_pillar",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pillar",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_pillarevent" ("code", "description", "description_en", "id", "is_restricted", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "position", "version") VALUES (NEW."code", NEW."description", NEW."description_en", NEW."id", NEW."is_restricted", NEW."name", NEW."name_en", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."plan_id", NEW."position", NEW."version"); RETURN NULL;',
                    hash="5ece3ec733d3a35aa565099c5f077897af0c8bd8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f7e99",
                    table="pillars_pillar",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pillar",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_pillarevent" ("code", "description", "description_en", "id", "is_restricted", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "position", "version") VALUES (NEW."code", NEW."description", NEW."description_en", NEW."id", NEW."is_restricted", NEW."name", NEW."name_en", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."plan_id", NEW."position", NEW."version"); RETURN NULL;',
                    hash="ee0b39537ca967013dce11d0837817e7a843899b",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_551fe",
                    table="pillars_pillar",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pillar",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_pillarevent" ("code", "description", "description_en", "id", "is_restricted", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "position", "version") VALUES (OLD."code", OLD."description", OLD."description_en", OLD."id", OLD."is_restricted", OLD."name", OLD."name_en", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."plan_id", OLD."position", OLD."version"); RETURN NULL;',
                    hash="73ed4873d9952d1ffe680249307dd06adddc3251",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_37463",
                    table="pillars_pillar",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="objectiveevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0291e444c26bf422e4bbeef7516a66451a29b2b5",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_4bbe1",
                    table="pillars_objectiveevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="objective",
            constraint=models.UniqueConstraint(fields=("plan", "code"), name="objective_code"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="objective",
            trigger=pgtrigger.compiler.Trigger(
                name="closed_plan",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF (SELECT status FROM pillars_plan WHERE id = OLD.plan_id) = 'closed' THEN\n                RAISE EXCEPTION 'the plan is closed: only final values and evaluations may change';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ",
                    hash="7166f988dcfba9a7bd17d4dc7c2b6dd8f4ae0a5b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_closed_plan_13179",
                    table="pillars_objective",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="objective",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_objectiveevent" ("code", "description", "description_en", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pillar_id", "plan_id", "position", "version") VALUES (NEW."code", NEW."description", NEW."description_en", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."pillar_id", NEW."plan_id", NEW."position", NEW."version"); RETURN NULL;',
                    hash="ce54c88c8c19ac372043b42328aa5f558a394d0b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_fad30",
                    table="pillars_objective",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="objective",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_objectiveevent" ("code", "description", "description_en", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pillar_id", "plan_id", "position", "version") VALUES (NEW."code", NEW."description", NEW."description_en", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."pillar_id", NEW."plan_id", NEW."position", NEW."version"); RETURN NULL;',
                    hash="ebcaf4d8a55976e480180d3fa1e499b77b81a5a2",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ddf58",
                    table="pillars_objective",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="objective",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_objectiveevent" ("code", "description", "description_en", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pillar_id", "plan_id", "position", "version") VALUES (OLD."code", OLD."description", OLD."description_en", OLD."id", OLD."name", OLD."name_en", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."pillar_id", OLD."plan_id", OLD."position", OLD."version"); RETURN NULL;',
                    hash="f308ebcd8535765a0ce9298e68907f416541b18e",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_f7ecf",
                    table="pillars_objective",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="milestoneevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="07a9ab4921f4f1a2241f1e1cdff94b7bf065d451",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e6b08",
                    table="pillars_milestoneevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="milestone",
            index=models.Index(
                condition=models.Q(("completed_on", None), ("is_cancelled", False)),
                fields=["due_on"],
                name="milestone_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.UniqueConstraint(fields=("plan", "code"), name="milestone_code"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="milestone",
            trigger=pgtrigger.compiler.Trigger(
                name="closed_plan",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF (SELECT status FROM pillars_plan WHERE id = OLD.plan_id) = 'closed' THEN\n                RAISE EXCEPTION 'the plan is closed: only final values and evaluations may change';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ",
                    hash="891bf8484892bf8152addf68a4dd3dc8e2840954",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_closed_plan_1f9fa",
                    table="pillars_milestone",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="milestone",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_milestoneevent" ("code", "completed_on", "due_on", "id", "initiative_id", "is_cancelled", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "planned_on", "position", "source_kind", "version", "weight") VALUES (NEW."code", NEW."completed_on", NEW."due_on", NEW."id", NEW."initiative_id", NEW."is_cancelled", NEW."name", NEW."name_en", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."plan_id", NEW."planned_on", NEW."position", NEW."source_kind", NEW."version", NEW."weight"); RETURN NULL;',
                    hash="69f686b81ec6c107ad810fb7814820a530a5c7b6",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f5736",
                    table="pillars_milestone",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="milestone",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_milestoneevent" ("code", "completed_on", "due_on", "id", "initiative_id", "is_cancelled", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "planned_on", "position", "source_kind", "version", "weight") VALUES (NEW."code", NEW."completed_on", NEW."due_on", NEW."id", NEW."initiative_id", NEW."is_cancelled", NEW."name", NEW."name_en", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."plan_id", NEW."planned_on", NEW."position", NEW."source_kind", NEW."version", NEW."weight"); RETURN NULL;',
                    hash="2c10f2aac99e51461a9d7df4714ddef4c6758a66",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ee3fa",
                    table="pillars_milestone",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="milestone",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_milestoneevent" ("code", "completed_on", "due_on", "id", "initiative_id", "is_cancelled", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "planned_on", "position", "source_kind", "version", "weight") VALUES (OLD."code", OLD."completed_on", OLD."due_on", OLD."id", OLD."initiative_id", OLD."is_cancelled", OLD."name", OLD."name_en", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."plan_id", OLD."planned_on", OLD."position", OLD."source_kind", OLD."version", OLD."weight"); RETURN NULL;',
                    hash="344515c3e01c7c0e8def120e7746a0b35157b774",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_2d140",
                    table="pillars_milestone",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="initiativeevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="efc04a44cd74a446701434c7bd17df960e0cbe77",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_29bfb",
                    table="pillars_initiativeevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.UniqueConstraint(fields=("plan", "code"), name="initiative_code"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="initiative",
            trigger=pgtrigger.compiler.Trigger(
                name="closed_plan",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF (SELECT status FROM pillars_plan WHERE id = OLD.plan_id) = 'closed' THEN\n                RAISE EXCEPTION 'the plan is closed: only final values and evaluations may change';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ",
                    hash="5f97803c4df76d4136bd2e5999440efb6e538253",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_closed_plan_10057",
                    table="pillars_initiative",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="initiative",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_initiativeevent" ("code", "confidentiality", "ends_on", "id", "is_priority", "lead_department_id", "name", "name_en", "objective_id", "percent", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "position", "search_text", "source_kind", "starts_on", "state", "summary", "summary_en", "version") VALUES (NEW."code", NEW."confidentiality", NEW."ends_on", NEW."id", NEW."is_priority", NEW."lead_department_id", NEW."name", NEW."name_en", NEW."objective_id", NEW."percent", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."plan_id", NEW."position", NEW."search_text", NEW."source_kind", NEW."starts_on", NEW."state", NEW."summary", NEW."summary_en", NEW."version"); RETURN NULL;',
                    hash="faade797efb350ed489c61952934510b9ceb4858",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1494b",
                    table="pillars_initiative",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="initiative",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_initiativeevent" ("code", "confidentiality", "ends_on", "id", "is_priority", "lead_department_id", "name", "name_en", "objective_id", "percent", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "position", "search_text", "source_kind", "starts_on", "state", "summary", "summary_en", "version") VALUES (NEW."code", NEW."confidentiality", NEW."ends_on", NEW."id", NEW."is_priority", NEW."lead_department_id", NEW."name", NEW."name_en", NEW."objective_id", NEW."percent", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."plan_id", NEW."position", NEW."search_text", NEW."source_kind", NEW."starts_on", NEW."state", NEW."summary", NEW."summary_en", NEW."version"); RETURN NULL;',
                    hash="0cbc9bdc8c718b7356adb1cc4e22646778c6b7ca",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_75696",
                    table="pillars_initiative",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="initiative",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_initiativeevent" ("code", "confidentiality", "ends_on", "id", "is_priority", "lead_department_id", "name", "name_en", "objective_id", "percent", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "position", "search_text", "source_kind", "starts_on", "state", "summary", "summary_en", "version") VALUES (OLD."code", OLD."confidentiality", OLD."ends_on", OLD."id", OLD."is_priority", OLD."lead_department_id", OLD."name", OLD."name_en", OLD."objective_id", OLD."percent", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."plan_id", OLD."position", OLD."search_text", OLD."source_kind", OLD."starts_on", OLD."state", OLD."summary", OLD."summary_en", OLD."version"); RETURN NULL;',
                    hash="8ea0e90b41f3884bb22eb7ff8a403682ed99e135",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_89751",
                    table="pillars_initiative",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicatorevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3ba1a02f48f989c44a0f3f112a33986715aa9bfd",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_2a5db",
                    table="pillars_indicatorevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="indicator",
            constraint=models.UniqueConstraint(fields=("plan", "code"), name="indicator_code"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicator",
            trigger=pgtrigger.compiler.Trigger(
                name="closed_plan",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF (SELECT status FROM pillars_plan WHERE id = OLD.plan_id) = 'closed' THEN\n                RAISE EXCEPTION 'the plan is closed: only final values and evaluations may change';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ",
                    hash="6bb700cebdfd354e737db08cf04d5b6dfaa35612",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_closed_plan_4459b",
                    table="pillars_indicator",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicator",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_indicatorevent" ("aggregation", "baseline_fiscal_year", "baseline_value", "code", "continues_id", "decimals", "direction", "id", "initiative_id", "kind", "last_fiscal_year", "lead_department_id", "name", "name_en", "note", "objective_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "position", "source_kind", "unit", "unit_en", "version") VALUES (NEW."aggregation", NEW."baseline_fiscal_year", NEW."baseline_value", NEW."code", NEW."continues_id", NEW."decimals", NEW."direction", NEW."id", NEW."initiative_id", NEW."kind", NEW."last_fiscal_year", NEW."lead_department_id", NEW."name", NEW."name_en", NEW."note", NEW."objective_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."plan_id", NEW."position", NEW."source_kind", NEW."unit", NEW."unit_en", NEW."version"); RETURN NULL;',
                    hash="b8dbdaf5b1c858370386baf0b76eea0df3199bf7",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b62da",
                    table="pillars_indicator",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicator",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_indicatorevent" ("aggregation", "baseline_fiscal_year", "baseline_value", "code", "continues_id", "decimals", "direction", "id", "initiative_id", "kind", "last_fiscal_year", "lead_department_id", "name", "name_en", "note", "objective_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "position", "source_kind", "unit", "unit_en", "version") VALUES (NEW."aggregation", NEW."baseline_fiscal_year", NEW."baseline_value", NEW."code", NEW."continues_id", NEW."decimals", NEW."direction", NEW."id", NEW."initiative_id", NEW."kind", NEW."last_fiscal_year", NEW."lead_department_id", NEW."name", NEW."name_en", NEW."note", NEW."objective_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."plan_id", NEW."position", NEW."source_kind", NEW."unit", NEW."unit_en", NEW."version"); RETURN NULL;',
                    hash="65631e75f3e9abd1b8e16970193210335a91b8a9",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_7d6a4",
                    table="pillars_indicator",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicator",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_indicatorevent" ("aggregation", "baseline_fiscal_year", "baseline_value", "code", "continues_id", "decimals", "direction", "id", "initiative_id", "kind", "last_fiscal_year", "lead_department_id", "name", "name_en", "note", "objective_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "position", "source_kind", "unit", "unit_en", "version") VALUES (OLD."aggregation", OLD."baseline_fiscal_year", OLD."baseline_value", OLD."code", OLD."continues_id", OLD."decimals", OLD."direction", OLD."id", OLD."initiative_id", OLD."kind", OLD."last_fiscal_year", OLD."lead_department_id", OLD."name", OLD."name_en", OLD."note", OLD."objective_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."plan_id", OLD."position", OLD."source_kind", OLD."unit", OLD."unit_en", OLD."version"); RETURN NULL;',
                    hash="10aacb12f3f17e015f3268b2970dcaa130e0f465",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_e3b6a",
                    table="pillars_indicator",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="executivenoteevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b1388d050c465219417e30502e2d2916dfe8b7f4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a8bee",
                    table="pillars_executivenoteevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="executivenote",
            constraint=models.UniqueConstraint(
                fields=("plan", "fiscal_year", "quarter"), name="executive_note_quarter"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="executivenote",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_executivenoteevent" ("first", "first_en", "fiscal_year", "handed_over_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "quarter", "second", "second_en", "third", "third_en", "version", "written_by_id") VALUES (NEW."first", NEW."first_en", NEW."fiscal_year", NEW."handed_over_at", NEW."id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."plan_id", NEW."quarter", NEW."second", NEW."second_en", NEW."third", NEW."third_en", NEW."version", NEW."written_by_id"); RETURN NULL;',
                    hash="16ea8b37567c881d1a082fdb97ba4ed6f25f233a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_8321a",
                    table="pillars_executivenote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="executivenote",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_executivenoteevent" ("first", "first_en", "fiscal_year", "handed_over_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "quarter", "second", "second_en", "third", "third_en", "version", "written_by_id") VALUES (NEW."first", NEW."first_en", NEW."fiscal_year", NEW."handed_over_at", NEW."id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."plan_id", NEW."quarter", NEW."second", NEW."second_en", NEW."third", NEW."third_en", NEW."version", NEW."written_by_id"); RETURN NULL;',
                    hash="14317e98e586f2f74c3f35343c592537344db0f2",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_43220",
                    table="pillars_executivenote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="executivenote",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_executivenoteevent" ("first", "first_en", "fiscal_year", "handed_over_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "quarter", "second", "second_en", "third", "third_en", "version", "written_by_id") VALUES (OLD."first", OLD."first_en", OLD."fiscal_year", OLD."handed_over_at", OLD."id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."plan_id", OLD."quarter", OLD."second", OLD."second_en", OLD."third", OLD."third_en", OLD."version", OLD."written_by_id"); RETURN NULL;',
                    hash="5a38c76782b2b10959d3370c19e0a3d3458afc75",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_f3b97",
                    table="pillars_executivenote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="draftcommentevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="628d3e2129e80d0066a5c7a261424d11a3be5e11",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_3d731",
                    table="pillars_draftcommentevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="draftcomment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_draftcommentevent" ("about", "answer", "answered_at", "answered_by_id", "confidentiality", "department_id", "id", "initiative_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pillar_id", "plan_id", "result", "text", "version", "written_at", "written_by_id") VALUES (NEW."about", NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."confidentiality", NEW."department_id", NEW."id", NEW."initiative_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."pillar_id", NEW."plan_id", NEW."result", NEW."text", NEW."version", NEW."written_at", NEW."written_by_id"); RETURN NULL;',
                    hash="f2c60d2f46dd07ae26109a79e93fe8b2d78980a4",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ffd28",
                    table="pillars_draftcomment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="draftcomment",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_draftcommentevent" ("about", "answer", "answered_at", "answered_by_id", "confidentiality", "department_id", "id", "initiative_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pillar_id", "plan_id", "result", "text", "version", "written_at", "written_by_id") VALUES (NEW."about", NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."confidentiality", NEW."department_id", NEW."id", NEW."initiative_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."pillar_id", NEW."plan_id", NEW."result", NEW."text", NEW."version", NEW."written_at", NEW."written_by_id"); RETURN NULL;',
                    hash="66a1154942fa90c901adca6d1a7e6f9a4c1f579a",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b1920",
                    table="pillars_draftcomment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="draftcomment",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_draftcommentevent" ("about", "answer", "answered_at", "answered_by_id", "confidentiality", "department_id", "id", "initiative_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pillar_id", "plan_id", "result", "text", "version", "written_at", "written_by_id") VALUES (OLD."about", OLD."answer", OLD."answered_at", OLD."answered_by_id", OLD."confidentiality", OLD."department_id", OLD."id", OLD."initiative_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."pillar_id", OLD."plan_id", OLD."result", OLD."text", OLD."version", OLD."written_at", OLD."written_by_id"); RETURN NULL;',
                    hash="a82dee4c27e6a360c313861d0c983a574e4691d5",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_8477e",
                    table="pillars_draftcomment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="939b5f6d99c4ad3d0d7c4c48a109e986533f53e6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_4cb7f",
                    table="pillars_planevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="planimport",
            index=models.Index(
                condition=models.Q(("state__in", ("uploaded", "reading", "applying", "undoing"))),
                fields=["id"],
                name="import_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="progressreport",
            index=models.Index(fields=["workflow_state", "fiscal_year", "quarter"], name="report_state"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="progressreport",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_progressreportevent" ("approved_by_id", "approved_for_id", "approved_on", "burden", "cause", "checked_by_id", "code", "confidentiality", "corrected_at", "correction_note", "department_id", "effect", "fiscal_year", "id", "initiative_id", "issues", "needs_support", "next_steps", "override_reason", "percent", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "quarter", "reported_on", "results", "return_reason", "status", "submitted_by_id", "submitted_for_id", "suggested_status", "support_budget", "support_coordination", "support_note", "support_team", "version", "workflow_state") VALUES (NEW."approved_by_id", NEW."approved_for_id", NEW."approved_on", NEW."burden", NEW."cause", NEW."checked_by_id", NEW."code", NEW."confidentiality", NEW."corrected_at", NEW."correction_note", NEW."department_id", NEW."effect", NEW."fiscal_year", NEW."id", NEW."initiative_id", NEW."issues", NEW."needs_support", NEW."next_steps", NEW."override_reason", NEW."percent", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."published_at", NEW."quarter", NEW."reported_on", NEW."results", NEW."return_reason", NEW."status", NEW."submitted_by_id", NEW."submitted_for_id", NEW."suggested_status", NEW."support_budget", NEW."support_coordination", NEW."support_note", NEW."support_team", NEW."version", NEW."workflow_state"); RETURN NULL;',
                    hash="abfb2c23aed5a0c61b86c791d3e436610a93db41",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ae584",
                    table="pillars_progressreport",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="progressreport",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_progressreportevent" ("approved_by_id", "approved_for_id", "approved_on", "burden", "cause", "checked_by_id", "code", "confidentiality", "corrected_at", "correction_note", "department_id", "effect", "fiscal_year", "id", "initiative_id", "issues", "needs_support", "next_steps", "override_reason", "percent", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "quarter", "reported_on", "results", "return_reason", "status", "submitted_by_id", "submitted_for_id", "suggested_status", "support_budget", "support_coordination", "support_note", "support_team", "version", "workflow_state") VALUES (NEW."approved_by_id", NEW."approved_for_id", NEW."approved_on", NEW."burden", NEW."cause", NEW."checked_by_id", NEW."code", NEW."confidentiality", NEW."corrected_at", NEW."correction_note", NEW."department_id", NEW."effect", NEW."fiscal_year", NEW."id", NEW."initiative_id", NEW."issues", NEW."needs_support", NEW."next_steps", NEW."override_reason", NEW."percent", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."published_at", NEW."quarter", NEW."reported_on", NEW."results", NEW."return_reason", NEW."status", NEW."submitted_by_id", NEW."submitted_for_id", NEW."suggested_status", NEW."support_budget", NEW."support_coordination", NEW."support_note", NEW."support_team", NEW."version", NEW."workflow_state"); RETURN NULL;',
                    hash="862cb935b3f2bdbbe6f29b0c3094d42d472c6849",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_431ae",
                    table="pillars_progressreport",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="progressreport",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_progressreportevent" ("approved_by_id", "approved_for_id", "approved_on", "burden", "cause", "checked_by_id", "code", "confidentiality", "corrected_at", "correction_note", "department_id", "effect", "fiscal_year", "id", "initiative_id", "issues", "needs_support", "next_steps", "override_reason", "percent", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "quarter", "reported_on", "results", "return_reason", "status", "submitted_by_id", "submitted_for_id", "suggested_status", "support_budget", "support_coordination", "support_note", "support_team", "version", "workflow_state") VALUES (OLD."approved_by_id", OLD."approved_for_id", OLD."approved_on", OLD."burden", OLD."cause", OLD."checked_by_id", OLD."code", OLD."confidentiality", OLD."corrected_at", OLD."correction_note", OLD."department_id", OLD."effect", OLD."fiscal_year", OLD."id", OLD."initiative_id", OLD."issues", OLD."needs_support", OLD."next_steps", OLD."override_reason", OLD."percent", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."published_at", OLD."quarter", OLD."reported_on", OLD."results", OLD."return_reason", OLD."status", OLD."submitted_by_id", OLD."submitted_for_id", OLD."suggested_status", OLD."support_budget", OLD."support_coordination", OLD."support_note", OLD."support_team", OLD."version", OLD."workflow_state"); RETURN NULL;',
                    hash="c5f497acfda2b7ae4abab5eab1d78d3345705e06",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_38224",
                    table="pillars_progressreport",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidenceevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f4ba1f66f107eafb892d6000129e30eebe150c86",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_816fd",
                    table="pillars_evidenceevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_evidenceevent" ("confidentiality", "file", "id", "kind", "name", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "report_id", "sha256", "size", "uploaded_at", "uploaded_by_id", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (NEW."confidentiality", NEW."file", NEW."id", NEW."kind", NEW."name", NEW."note", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."report_id", NEW."sha256", NEW."size", NEW."uploaded_at", NEW."uploaded_by_id", NEW."withdrawn_at", NEW."withdrawn_by_id", NEW."withdrawn_reason"); RETURN NULL;',
                    hash="ed856a9094b3af3cf060fdab46d606e8c818545a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_148ef",
                    table="pillars_evidence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_evidenceevent" ("confidentiality", "file", "id", "kind", "name", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "report_id", "sha256", "size", "uploaded_at", "uploaded_by_id", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (NEW."confidentiality", NEW."file", NEW."id", NEW."kind", NEW."name", NEW."note", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."report_id", NEW."sha256", NEW."size", NEW."uploaded_at", NEW."uploaded_by_id", NEW."withdrawn_at", NEW."withdrawn_by_id", NEW."withdrawn_reason"); RETURN NULL;',
                    hash="9ed4a0dfcf4b3b0d41d51734eb1108a341cfc584",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_885e5",
                    table="pillars_evidence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_evidenceevent" ("confidentiality", "file", "id", "kind", "name", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "report_id", "sha256", "size", "uploaded_at", "uploaded_by_id", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."confidentiality", OLD."file", OLD."id", OLD."kind", OLD."name", OLD."note", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."report_id", OLD."sha256", OLD."size", OLD."uploaded_at", OLD."uploaded_by_id", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="ccace98a5c3a2439d24cde7e9ff8fbbc471cbbbc",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_ff6c8",
                    table="pillars_evidence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="progressreportevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d8b6ec1ca00e9e0dfd818ed8a081bb64918f2dce",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_69f5c",
                    table="pillars_progressreportevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["state", "-proposed_at"], name="proposal_state"),
        ),
        migrations.AddIndex(
            model_name="pulseanswer",
            index=models.Index(fields=["initiative", "round"], name="pulse_answer_of"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportcorrection",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="574e9c1ecf77ef708f33f712aa8127df1dbe886d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_5b406",
                    table="pillars_reportcorrection",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportingcall",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_reportingcallevent" ("closed_at", "deadline", "fiscal_year", "id", "key", "note", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "publish_on", "quarter", "reminded_at", "reminded_people", "scope", "title", "version") VALUES (NEW."closed_at", NEW."deadline", NEW."fiscal_year", NEW."id", NEW."key", NEW."note", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."plan_id", NEW."publish_on", NEW."quarter", NEW."reminded_at", NEW."reminded_people", NEW."scope", NEW."title", NEW."version"); RETURN NULL;',
                    hash="eb153552eb36fd09c716c6ff4ba73cadac38aaaf",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1967b",
                    table="pillars_reportingcall",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportingcall",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_reportingcallevent" ("closed_at", "deadline", "fiscal_year", "id", "key", "note", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "publish_on", "quarter", "reminded_at", "reminded_people", "scope", "title", "version") VALUES (NEW."closed_at", NEW."deadline", NEW."fiscal_year", NEW."id", NEW."key", NEW."note", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."plan_id", NEW."publish_on", NEW."quarter", NEW."reminded_at", NEW."reminded_people", NEW."scope", NEW."title", NEW."version"); RETURN NULL;',
                    hash="97e3df25a75363e033cebb84803baa65aed77465",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c43f6",
                    table="pillars_reportingcall",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportingcall",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_reportingcallevent" ("closed_at", "deadline", "fiscal_year", "id", "key", "note", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "publish_on", "quarter", "reminded_at", "reminded_people", "scope", "title", "version") VALUES (OLD."closed_at", OLD."deadline", OLD."fiscal_year", OLD."id", OLD."key", OLD."note", OLD."opened_at", OLD."opened_by_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."plan_id", OLD."publish_on", OLD."quarter", OLD."reminded_at", OLD."reminded_people", OLD."scope", OLD."title", OLD."version"); RETURN NULL;',
                    hash="713543a9d9800309f1c001362f1ffda364359be9",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_33817",
                    table="pillars_reportingcall",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportingcallevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5d31ae591c3537d2149e485ded5b00b9c55cbdc3",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6fce2",
                    table="pillars_reportingcallevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="successormapping",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_successormappingevent" ("id", "new_initiative_id", "new_objective_id", "new_pillar_id", "old_initiative_id", "old_objective_id", "old_pillar_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "reason") VALUES (NEW."id", NEW."new_initiative_id", NEW."new_objective_id", NEW."new_pillar_id", NEW."old_initiative_id", NEW."old_objective_id", NEW."old_pillar_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'insert\', NEW."id", NEW."plan_id", NEW."reason"); RETURN NULL;',
                    hash="1fddcb818ea02d7182504d5cb923b44f34fa3ac0",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d6363",
                    table="pillars_successormapping",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="successormapping",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "pillars_successormappingevent" ("id", "new_initiative_id", "new_objective_id", "new_pillar_id", "old_initiative_id", "old_objective_id", "old_pillar_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "reason") VALUES (NEW."id", NEW."new_initiative_id", NEW."new_objective_id", NEW."new_pillar_id", NEW."old_initiative_id", NEW."old_objective_id", NEW."old_pillar_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'update\', NEW."id", NEW."plan_id", NEW."reason"); RETURN NULL;',
                    hash="2e6564342854ed02a156477d14f90715067f1abe",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_dc303",
                    table="pillars_successormapping",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="successormapping",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "pillars_successormappingevent" ("id", "new_initiative_id", "new_objective_id", "new_pillar_id", "old_initiative_id", "old_objective_id", "old_pillar_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "reason") VALUES (OLD."id", OLD."new_initiative_id", OLD."new_objective_id", OLD."new_pillar_id", OLD."old_initiative_id", OLD."old_objective_id", OLD."old_pillar_id", _pgh_attach_context(), STATEMENT_TIMESTAMP(), \'delete\', OLD."id", OLD."plan_id", OLD."reason"); RETURN NULL;',
                    hash="f19d7a3f1b6c7676a21b4df20bfb0d7b3b104587",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_320f8",
                    table="pillars_successormapping",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="successormappingevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2458e5191d786db5b8f5b004309a27cfbaaa98de",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6cccb",
                    table="pillars_successormappingevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(KEEP_CONTEXTS, FORGET_CONTEXTS),
    ]
