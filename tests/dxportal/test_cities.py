import pytest
from django.utils import translation

from dxportal.templatetags.portal import city


@pytest.mark.parametrize(
    ("zone", "japanese", "english"),
    [
        ("Europe/Paris", "パリ", "Paris"),
        ("Asia/Kolkata", "コルカタ", "Kolkata"),
        ("Asia/Ho_Chi_Minh", "ホーチミン", "Ho Chi Minh City"),
        ("America/Argentina/Buenos_Aires", "ブエノスアイレス", "Buenos Aires"),
    ],
)
def test_city_of_a_zone_in_both_languages(zone, japanese, english):
    with translation.override("ja"):
        assert city(zone) == japanese
    with translation.override("en"):
        assert city(zone) == english
