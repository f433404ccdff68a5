from django.urls import path

from newsletter.views import approval, archive, delivery, editor, images, preferences

app_name = "newsletter"

urlpatterns = [
    path("newsletter/", archive.archive, name="archive"),
    path("newsletter/new/", editor.new, name="new"),
    path("newsletter/<int:number>/", archive.issue, name="issue"),
    path("newsletter/<int:number>/correct/<int:pk>/", archive.correct, name="correct"),
    path("newsletter/<int:number>/edit/", editor.head, name="edit"),
    path("newsletter/<int:number>/edit/<int:pk>/", editor.article, name="article"),
    path("newsletter/<int:number>/sections/", editor.sections, name="sections"),
    path("newsletter/<int:number>/images/", images.images, name="images"),
    path("newsletter/<int:number>/images/<int:image>/", images.image, name="image"),
    path("newsletter/<int:number>/images/<int:image>/edit/", images.edit, name="image_edit"),
    path("newsletter/<int:number>/test/", approval.test, name="test"),
    path("newsletter/<int:number>/check/", approval.check, name="check"),
    path("newsletter/<int:number>/approve/", approval.approve, name="approve"),
    path("newsletter/<int:number>/send-back/", approval.send_back, name="send_back"),
    path("newsletter/<int:number>/delivery/", delivery.monitor, name="delivery"),
    path("newsletter/<int:number>/delivery/<slug:act>/", delivery.change, name="change_delivery"),
    path("newsletter/unsubscribe/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
    path("me/delivery/", preferences.edit, name="preferences"),
]
