"""Sizes of functions, files and templates (architecture.md, "Budgets")."""

import inspect
import statistics

import pytest
from django.urls import URLPattern, get_resolver

from tests.house import sources

FUNCTION, VIEW, FILE, TEMPLATE = 60, 25, 500, 200
FUNCTION_P90, FILE_P90, TEMPLATE_P90, TEST_MEDIAN = 25, 250, 100, 10


def over(sizes: dict, limit: int) -> dict:
    return {name: size for name, size in sizes.items() if size > limit}


@pytest.fixture(scope="module")
def functions():
    return {name: size for path in sources.modules() for name, size in sources.functions(path)}


@pytest.fixture(scope="module")
def files():
    return {sources.name(path): sources.lines(path) for path in sources.modules()}


@pytest.fixture(scope="module")
def templates():
    return {sources.name(path): sources.lines(path) for path in sources.templates()}


def test_no_function_is_too_long(functions):
    assert over(functions, FUNCTION) == {}


def test_nine_functions_of_ten_fit_in_25_lines(functions):
    assert sources.p90(list(functions.values())) <= FUNCTION_P90


def test_no_view_is_longer_than_25_lines(functions):
    found = views(functions)
    assert len(found) > 60
    assert over(found, VIEW) == {}


def views(functions) -> dict:
    """Lines of each of our functions that answers an address."""
    found = {}
    for callback in callbacks(get_resolver().url_patterns):
        function = inspect.unwrap(callback)
        name = f"{function.__module__.replace('.', '/')}.py:{getattr(function, '__name__', '')}"
        if name in functions:
            found[name] = functions[name]
    return found


def callbacks(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.callback
        else:
            yield from callbacks(pattern.url_patterns)


def test_no_file_is_too_long(files):
    assert over(files, FILE) == {}


def test_nine_files_of_ten_fit_in_250_lines(files):
    assert sources.p90(list(files.values())) <= FILE_P90


def test_no_template_is_too_long(templates):
    assert over(templates, TEMPLATE) == {}


def test_nine_templates_of_ten_fit_in_100_lines(templates):
    assert sources.p90(list(templates.values())) <= TEMPLATE_P90


def test_no_test_file_is_too_long():
    found = (sources.ROOT / "tests").rglob("*.py")
    assert over({sources.name(path): sources.lines(path) for path in found}, FILE) == {}


def test_half_of_the_tests_fit_in_ten_lines():
    found = [pair for path in (sources.ROOT / "tests").rglob("test_*.py") for pair in sources.functions(path)]
    sizes = [size for name, size in found if name.split(":")[1].startswith("test_")]
    assert statistics.median(sizes) <= TEST_MEDIAN
