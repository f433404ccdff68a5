from django.apps import AppConfig


class TaskforceConfig(AppConfig):
    name = "taskforce"
