from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("職員と役割")

    def ready(self):
        from accounts import security_log

        security_log.listen()
