from django.urls import path

from newsletter.views import (
    addresses,
    approval,
    archive,
    delivery,
    editor,
    letters,
    preferences,
    preview,
    readers,
    sections,
)

app_name = "newsletter"

urlpatterns = [
    path("newsletter/", archive.archive, name="archive"),
    path("newsletter/new/", editor.new, name="new"),
    path("newsletter/propose/", letters.propose, name="propose"),
    path("newsletter/letters/", letters.letters, name="letters"),
    path("newsletter/letters/<int:pk>/", letters.letter, name="letter"),
    path("newsletter/tray/", letters.tray, name="tray"),
    path("newsletter/feed/", readers.feed_address, name="feed_address"),
    path("newsletter/feed/<str:token>.atom", readers.feed, name="feed"),
    path("newsletter/<int:number>/", archive.issue, name="issue"),
    path("newsletter/<int:number>/vote/", readers.vote, name="vote"),
    path("newsletter/<int:number>/letter/", letters.write, name="write_letter"),
    path("newsletter/<int:number>/correct/<int:pk>/", archive.correct, name="correct"),
    path("newsletter/<int:number>/edit/", editor.edit, name="edit"),
    path("newsletter/<int:number>/edit/<int:pk>/", editor.edit, name="article"),
    path("newsletter/<int:number>/sections/", sections.sections, name="sections"),
    path("newsletter/<int:number>/preview/", preview.mail, name="preview"),
    path("newsletter/<int:number>/preview/<slug:language>.html", preview.mail_html, name="preview_html"),
    path("newsletter/<int:number>/presence/", sections.presence, name="presence"),
    path("newsletter/<int:number>/correction/", archive.correct_by_issue, name="correct_by_issue"),
    path("newsletter/<int:number>/test/", approval.test, name="test"),
    path("newsletter/<int:number>/check/", approval.check, name="check"),
    path("newsletter/<int:number>/approve/", approval.approve, name="approve"),
    path("newsletter/<int:number>/send-back/", approval.send_back, name="send_back"),
    path("newsletter/<int:number>/delivery/", delivery.monitor, name="delivery"),
    path("newsletter/<int:number>/delivery/<slug:act>/", delivery.change, name="change_delivery"),
    path("newsletter/addresses/", addresses.check, name="addresses"),
    path("newsletter/addresses/<int:pk>/trust/", addresses.trust, name="trust_address"),
    path("newsletter/unsubscribe/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
    path("me/delivery/", preferences.edit, name="preferences"),
    path("me/delivery/sample/", preferences.sample, name="digest_sample"),
]
