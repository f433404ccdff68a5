"""Who a request comes from, loaded once with everything pages ask of a viewer, and what administrators may touch."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import Role, User

# Django admin for administrators: people and machinery, never content (permissions.md: "M holds no content right").
ADMIN_PERMISSIONS = {
    "accounts.view_user",
    "accounts.change_user",
    "accounts.view_department",
    "accounts.change_department",
    "accounts.view_duty",
    "accounts.view_activity",
    "accounts.view_securityevent",
    "mfa.view_authenticator",
    "mfa.delete_authenticator",
    "newsletter.view_route",
    "newsletter.change_route",
}


class AccountBackend(AuthenticationBackend):
    """allauth's sign-in; the viewer comes with department and second factor in one query."""

    def get_user(self, user_id):
        people = User.objects.active().select_related("department").with_second_factor()
        return people.filter(pk=user_id).first()

    def has_perm(self, user_obj, perm, obj=None):
        if user_obj.is_active and user_obj.has_role(Role.ADMIN) and perm in ADMIN_PERMISSIONS:
            return True
        return super().has_perm(user_obj, perm, obj)

    def has_module_perms(self, user_obj, app_label):
        if user_obj.is_active and user_obj.has_role(Role.ADMIN):
            return any(perm.startswith(f"{app_label}.") for perm in ADMIN_PERMISSIONS)
        return super().has_module_perms(user_obj, app_label)
