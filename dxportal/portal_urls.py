"""Pages of the portal itself: home, search, help, health, demonstration mail."""

from django.urls import path

from dxportal import views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
]
