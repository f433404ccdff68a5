"""The whole demonstration in real processes and a real browser: what people do, and what then arrives by mail.

    python bench/journey.py [--kill]

Runs `make run` in a folder that is thrown away, on free ports (PORT and MAIL_PORT choose others), walks the journeys of
issue 2, prints what was counted and ends with 1 when something is not as promised. With --kill one more issue leaves
while the mail worker is killed twice; what was in flight goes out when its lease is over, a quarter of an hour later.
"""

import argparse
import re
import sys
import tempfile
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
from demonstration import PROJECT, People, Portal
from mailing import HEADINGS, send_issue
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(PROJECT))
from dxportal.local.browser import find  # noqa: E402

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
CODE = re.compile(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", re.MULTILINE)


def sign_in_by_code(portal, people) -> bool:
    """A member asks for a code, reads it in the mail and is in."""
    page, before = people.stranger(), portal.kept()
    page.goto("/login/code/")
    page.fill("[name=email]", portal.accounts["taskforce_member"])
    page.click("main button[type=submit]")
    mail = portal.mail_to("taskforce_member", before)
    page.fill("[name=code]", CODE.search(mail.get_body(preferencelist=("plain",)).get_content())[1])
    page.click("main button[type=submit]")
    page.wait_for_url(portal.url + "/")
    people.pages["taskforce_member"] = page
    return page.locator("a[href='/me/']").count() > 0


def switch_off(portal, people) -> bool:
    """The same person does not want the newsletter any more."""
    page = people["taskforce_member"]
    page.goto("/me/delivery/")
    page.check("#id_newsletter_off")
    page.click("main form button[type=submit]")
    page.wait_for_selector(".notice")
    page.goto("/me/delivery/")
    return page.is_checked("#id_newsletter_off")


def idea_answered(portal, people) -> bool:
    """Staff hand in an idea, the secretariat answers, the author gets the mail and sees the answer."""
    answer, page = f"来月から{time.time():.0f}の課で試します。", people["staff"]
    page.goto("/ideas/new/")
    page.fill("#id_problem", "毎月の電話当番表を、手で組むのに半日かかっています。")
    page.fill("#id_wish", "休みの予定から案が出るとよいです。")
    page.fill("#id_title", f"電話当番表を自動で組む {time.time():.0f}")
    page.click("#idea-form button.btn--l")
    if page.locator("text=まだ出していません").count():  # ideas like it are shown first
        page.click("#idea-form button.btn--l")
    page.wait_for_url(re.compile(r"/ideas/\d+/"))
    address, before, chief = page.url, portal.kept(), people["secretariat"]
    chief.goto(address + "triage/")
    chief.check("input[name=status] >> nth=0")
    chief.fill("#answer_text", answer)
    chief.click("section:has(#h-answer) button")
    chief.wait_for_url(address)
    mail = portal.mail_to("staff", before)
    page.goto(address)
    seen = page.locator(f"main >> text={answer}").count() > 0
    page.goto("/demo/mail/?to=" + portal.accounts["staff"].partition("@")[0])
    page.click(f"main a:has-text('{mail['Subject']}')")
    return seen and answer in mail.get_body(preferencelist=("plain",)).get_content()


def progress_published(portal, people) -> bool:
    """A reporter hands in a report, the approver approves, the secretariat publishes: every page shows it."""
    page, words = people["progress_reporter"], f"申請の{time.time():.0f}件を電子に移した。"
    page.goto("/reports/")
    page.locator("main table a", has_text=re.compile("^(書く|続きを書く)")).first.click()
    page.wait_for_url(re.compile(r"/reports/(new|\d+/edit)/"))
    initiative = re.match(r".*/initiatives/[^/]+/", page.url)[0]
    before = texts(people["staff"], initiative)
    fill_report(page, words)
    address = page.url
    for role, word in (("progress_approver", "承認する"), ("secretariat", "公開する")):
        people[role].goto(address)
        people[role].click(f"main button:has-text('{word}')")
        people[role].wait_for_selector(".notice")
    after = texts(people["staff"], initiative)
    unchanged = [name for name in after if after[name] == before[name]]
    return not unchanged and in_workbook(people, initiative, words) and in_history(people, initiative)


def fill_report(page, words: str) -> None:
    page.check("input[name$=status][value=on_track]")
    page.fill("#id_override_reason", "遅れは今月で取り戻した。")
    done = page.locator("input[name$=completed_on]")
    if done.count() and not done.last.input_value():
        done.last.fill(datetime.now(UTC).date().isoformat())
    page.fill("#id_percent", "83")
    page.fill("#id_results", words)
    page.fill("#id_next_steps", "残りの課に広げる。")
    page.click("button[value=submit]")
    page.wait_for_url(re.compile(r"/reports/\d+/$"))


def texts(page, initiative: str) -> dict[str, str]:
    """What home, plan, pillar and initiative say."""
    page.goto(initiative)
    pillar = page.locator("a[href*='/pillars/']").first.get_attribute("href")
    found = {}
    for address in ("/", "/plan/", pillar, initiative):
        page.goto(address)
        found[address] = page.inner_text("main")
    return found


def in_workbook(people, initiative: str, words: str) -> bool:
    """Whether a cell of the plan's export holds the words."""
    answer = people["secretariat"].request.get(re.sub("/initiatives/.*", "/export.xlsx", initiative))
    book = openpyxl.load_workbook(BytesIO(answer.body()), read_only=True)
    return any(words in row for sheet in book for row in sheet.iter_rows(values_only=True))


def in_history(people, initiative: str) -> bool:
    """Whether the history, as those who may read drafts see it, names everyone who had a hand in it."""
    people["secretariat"].goto(initiative + "history/")
    story = people["secretariat"].inner_text("main")
    roles = ("progress_reporter", "progress_approver", "secretariat")
    return all(people.portal.names[role] in story for role in roles)


JOURNEYS = (sign_in_by_code, switch_off, idea_answered, progress_published)


def timed(journey, portal, people) -> bool:
    began = time.monotonic()
    well = journey(portal, people)
    print(
        f"{journey.__name__:24} {'well' if well else 'WRONG':5} {time.monotonic() - began:6.1f} s", flush=True
    )
    return well


def walk(portal, playwright, *, kill: bool) -> bool:
    chromium = playwright.chromium.launch(executable_path=find(), args=FLAGS)
    people = People(portal, chromium)
    well = [timed(journey, portal, people) for journey in JOURNEYS]
    print(HEADINGS, flush=True)
    well += [send_issue(portal, people, kill=killed) for killed in ((False, True) if kill else (False,))]
    chromium.close()
    return all(well)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kill", action="store_true", help="one more issue, with kill -9 in the middle")
    parser.add_argument(
        "--var", type=Path, help="a portal that is kept; otherwise a new one that is thrown away"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="journey-", dir="/var/tmp") as folder:  # noqa: S108, a fresh folder
        Path(folder).chmod(0o755)
        with Portal(Path(folder)) as portal, sync_playwright() as playwright:
            well = walk(portal, playwright, kill=options.kill)
    sys.exit(not well)


if __name__ == "__main__":
    main()
