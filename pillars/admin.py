"""What administrators may look up; the plan itself is changed on its pages and by import, never here."""

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from pillars.models import Grade, GradeScale, Pillar, Plan, PlanImport


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class GradeInline(ReadOnlyInline):
    model = Grade


class PillarInline(ReadOnlyInline):
    model = Pillar
    fields = ["code", "name", "name_en", "is_restricted"]


@admin.register(GradeScale)
class GradeScaleAdmin(ReadOnlyAdmin):
    inlines = [GradeInline]


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "first_fiscal_year", "last_fiscal_year", "status"]
    inlines = [PillarInline]


@admin.register(PlanImport)
class PlanImportAdmin(ReadOnlyAdmin):
    list_display = ["file_name", "plan", "state", "uploaded_by", "uploaded_at", "applied_at"]
    list_filter = ["state"]
    exclude = ["content", "preview", "errors"]
