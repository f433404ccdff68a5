"""Routes of mail for administrators: which are closed, and the switch that holds everything but account mail.

Issues, deliveries and preferences are content: nobody edits them here.
"""

from django.contrib import admin

from newsletter.models import Route


@admin.register(Route)
class RouteAdmin(admin.ModelAdmin):
    list_display = ["name", "held", "failures", "closed_until", "pace", "reply"]
    list_filter = ["held"]
    fields = [*list_display, "since", "slowed_until"]
    readonly_fields = ["name", "failures", "closed_until", "pace", "reply", "since", "slowed_until"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
