"""Django admin for the few: administrators look people up, reset a second factor, read what happened."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Department, Duty, SecurityEvent, User

# Roles are duties; addresses and sessions have pages of their own; allauth would show the secret of a factor.
for model in (Group, EmailAddress, UserSession, Authenticator):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


admin.site.site_header = admin.site.site_title = settings.PORTAL_NAME


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows; adds, changes and deletes none."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """What the staff list says may be put right by hand until the next list; leaving ends every session."""

    list_display = [
        "staff_number",
        "name",
        "email",
        "department",
        "employment_kind",
        "is_active",
        "last_login",
    ]
    list_filter = ["is_active", "employment_kind", "language"]
    list_select_related = ["department"]
    search_fields = ["staff_number", "email", "search_text"]
    fields = [
        "staff_number",
        "email",
        ("name", "name_kana", "name_en"),
        "department",
        "job_title",
        "employment_kind",
        ("language", "calendar", "timezone"),
        "is_active",
        "last_login",
    ]
    readonly_fields = ["staff_number", "email", "is_active", "last_login"]
    autocomplete_fields = ["department"]
    actions = ["deactivate"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(permissions=["change"], description=_("離任にする(すべての端末をログアウト)"))
    def deactivate(self, request, people):
        for person in people:
            person.deactivate(by=request.user, source="admin")

    def save_model(self, request, person, form, change):
        before = {name: str(form.initial.get(name) or "") for name in form.changed_data}
        super().save_model(request, person, form, change)
        labels = {str(User._meta.get_field(name).verbose_name): name for name in form.changed_data}
        changes = {label: [before[name], str(getattr(person, name) or "")] for label, name in labels.items()}
        Activity.record("user.updated", person, by=request.user, changes=changes, source="admin")


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "kind", "parent", "timezone", "is_active"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["parent"]
    search_fields = ["code", "name", "name_en", "short_name"]
    readonly_fields = ["code", "parent"]  # the tree comes from the file

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, department, form, change):
        super().save_model(request, department, form, change)
        changes = {
            name: [str(form.initial.get(name)), str(form.cleaned_data[name])] for name in form.changed_data
        }
        Activity.record("department.updated", department, by=request.user, changes=changes, source="admin")


@admin.register(Duty)
class DutyAdmin(ReadOnlyAdmin):
    """Duties are given and ended on the duties page, where the rules are."""

    list_display = ["user", "role", "department", "scope", "starts_on", "ends_on"]
    list_filter = ["role"]
    list_select_related = ["user", "department"]
    search_fields = ["user__search_text", "user__staff_number"]


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor_name", "verb", "target_label", "source"]
    search_fields = ["actor_name", "target_label", "target_id"]
    date_hierarchy = "at"


@admin.register(SecurityEvent)
class SecurityEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "word", "actor_name", "address"]
    list_filter = ["event"]
    date_hierarchy = "at"


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Who has a second factor. A lost one is deleted here, so that its owner can set up another."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_select_related = ["user"]
    fields = ["user", "type", "created_at", "last_used_at"]
    search_fields = ["user__search_text", "user__email"]

    def has_delete_permission(self, request, obj=None):
        return request.user.has_perm("mfa.delete_authenticator")

    def delete_model(self, request, authenticator):
        details = {
            "person": authenticator.user_id,
            "name": authenticator.user.name,
            "type": authenticator.type,
        }
        SecurityEvent.record("second_factor_removed", user=request.user, request=request, **details)
        authenticator.delete()

    def delete_queryset(self, request, authenticators):
        for authenticator in authenticators:
            self.delete_model(request, authenticator)
