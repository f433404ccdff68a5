from django.apps import AppConfig


class DxportalConfig(AppConfig):
    name = "dxportal"

    def ready(self):
        from dxportal import checks  # noqa: F401, registers itself
