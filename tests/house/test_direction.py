"""Who may import whom (architecture.md, "One direction")."""

from tests.house import sources

# Later ones may import earlier ones. Of dxportal, models use only what knows nothing of the apps.
LAYERS = ("accounts", "pillars", "taskforce", "newsletter")
COMPOSING = {
    "dxportal.attention",
    "dxportal.feed",
    "dxportal.views",
    "dxportal.demo",
    "dxportal.urls",
    "dxportal.portal_urls",
}
ASKING_ATTENTION = {"dxportal/views.py", "newsletter/digest.py", "newsletter/reminders.py"}


def test_no_module_imports_an_app_above_its_own():
    """Even inside functions: pillars and taskforce know nothing of mail."""
    wrong = [
        f"{sources.name(path)} imports {module}"
        for position, app in enumerate(LAYERS)
        for path in sources.modules()
        if sources.name(path).startswith(f"{app}/")
        for module in sources.imports(path, anywhere=True)
        if module.split(".")[0] in LAYERS[position + 1 :]
    ]
    assert wrong == []


def test_no_model_imports_what_composes_the_apps():
    wrong = [
        f"{sources.name(path)} imports {module}"
        for path in sources.modules()
        if "/models" in sources.name(path)
        for module in sources.imports(path, anywhere=True)
        if ".".join(module.split(".")[:2]) in COMPOSING
    ]
    assert wrong == []


def test_what_models_use_of_dxportal_knows_no_app():
    used = {
        module.split(".")[1]
        for path in sources.modules()
        if "/models" in sources.name(path)
        for module in sources.imports(path, anywhere=True)
        if module.startswith("dxportal.")
    }
    wrong = [
        f"dxportal/{part}.py imports {module}"
        for part in used
        for module in sources.imports(sources.ROOT / "dxportal" / f"{part}.py", anywhere=True)
        if module.split(".")[0] in LAYERS
    ]
    assert wrong == []


def test_only_home_and_the_mails_ask_for_attention():
    asking = {
        sources.name(path)
        for path in sources.modules()
        if "dxportal.attention" in sources.imports(path, anywhere=True)
    }
    assert asking == ASKING_ATTENTION


def test_no_module_is_named_for_nothing():
    nameless = {"services.py", "utils.py", "helpers.py", "selectors.py", "signals.py", "managers.py"}
    assert [sources.name(path) for path in sources.modules() if path.name in nameless] == []
