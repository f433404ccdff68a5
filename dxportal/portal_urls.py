"""Pages of the portal itself: home, search, help, health, demonstration mail."""

from django.urls import path

from dxportal import brief_pages, demo_mail, health, help, styleguide, views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("me/", views.me, name="me"),
    path("search/", views.search, name="search"),
    path("plans/<str:plan>/brief/", brief_pages.brief, name="brief"),
    path("plans/<str:plan>/brief/edit/", brief_pages.edit, name="brief_edit"),
    path("plans/<str:plan>/brief.pdf", brief_pages.as_pdf, name="brief_pdf"),
    path("duties/handover/", views.handover, name="handover"),
    path("help/", help.guide, name="help"),
    path("help/progress/", help.progress, name="help_progress"),
    path("help/accessibility/", help.accessibility, name="help_accessibility"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("demo/mail/", demo_mail.mail_list, name="demo_mail_list"),
    path("demo/mail/<str:name>/", demo_mail.mail, name="demo_mail"),
    path("demo/mail/<str:name>/html", demo_mail.mail_html, name="demo_mail_html"),
]
