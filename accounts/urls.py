from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("language/", views.language, name="language"),
    path("follow/", views.follow, name="follow"),
    path("people/<int:pk>/", views.person, name="person"),
    path("me/settings/", views.settings, name="settings"),
    path("duties/", views.duties, name="duties"),
    path("duties/<int:pk>/end/", views.duty_end, name="duty_end"),
    path("security/", views.security_log, name="security_log"),
]
