"""One file lists every variable; nothing in it is invented."""

import re

OURS = r"""(?:env\.\w+|needed|environ\.get)\(\s*"([A-Z_]+)\""""
NOT_FOR_PEOPLE = {"CI"}


def test_every_variable_is_explained_and_every_explained_one_is_read(project):
    code = [
        project / "dxportal/settings.py",
        project / "gunicorn.conf.py",
        *(project / "dxportal/local").glob("*.py"),
    ]
    read = set(re.findall(OURS, "\n".join(path.read_text() for path in code))) | {"DX_VAR"}
    explained = re.findall(r"^# .+\n#([A-Z_]+)=", (project / ".env.example").read_text(), re.MULTILINE)

    assert sorted(explained) == sorted(read - NOT_FOR_PEOPLE)


def test_the_locks_name_no_host(project):
    for path in project.glob("requirements*.txt"):
        assert re.findall(r"https?://|--(?:extra-)?index-url|--find-links", path.read_text()) == []


def test_every_locked_line_has_a_hash(project):
    for path in project.glob("requirements*.txt"):
        entries = re.findall(r"^[a-z0-9].*", path.read_text(), re.MULTILINE)
        assert [entry for entry in entries if not entry.endswith("\\")] == []
