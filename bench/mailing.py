"""One issue in the running demonstration: written, checked, approved, sent at once, counted; with or without kills."""

import os
import re
import signal
import time

from demonstration import wait_for

READERS = """
select coalesce(array_agg(lower(u.email)), '{}') from accounts_user u
left join newsletter_preference p on p.person_id = u.id
where u.is_active and u.email <> '' and u.employment_kind <> 'external_expert'
  and coalesce(p.choices ->> 'newsletter', 'at_once') = 'at_once'
  and (p.paused_until is null or p.paused_until < (now() at time zone 'Asia/Tokyo')::date)
"""
SKIPPED = """
select coalesce(array_agg(lower(u.email)), '{}') from newsletter_delivery d
join newsletter_issue i on i.id = d.issue_id join accounts_user u on u.id = d.person_id
where i.number = %s and d.kind = 'issue' and d.state = 'skipped'
"""  # people whose address is suspended; the monitor counts them apart
ROWS = "select audience_count from newsletter_issue where number = %s"
FINISHED = "select state = 'sent' from newsletter_issue where number = %s"
COLUMNS = {
    "issue": 5,
    "people": 7,
    "rows": 6,
    "mails": 6,
    "skipped": 8,
    "twice": 6,
    "lost": 5,
    "wrong": 6,
    "seconds": 8,
}
HEADINGS = " ".join(f"{name:>{width}}" for name, width in COLUMNS.items())


def write_issue(people) -> int:
    """The editor finishes the draft there is or begins one, has it sent to herself and asks for a check."""
    page = people["editor"]
    page.goto("/newsletter/")
    drafts = page.locator("section:has(#h-making) a.rows__t")
    (drafts.first if drafts.count() else page.locator("text=次の号を始める")).click()
    page.wait_for_url(re.compile(r"/newsletter/\d+/edit/"))
    number = int(page.url.split("/")[4])
    page.fill("#id_title", f"第{number}号 引継ぎを2週間で")
    page.fill("#id_lead", "3枚の紙で、引継ぎが2週間で終わるようになりました。")
    page.fill("#id_title_en", "Handover in two weeks")
    page.fill("#id_english_summary", "Three sheets of paper, and a handover takes two weeks.")
    page.click(".sbar button[value=save]")
    page.click(".outline li:nth-child(2) a")
    page.fill("#id_body", "**人**と**期限**と**置き場所**を、1枚ずつに書きます。")
    page.click(".sbar button[value=test]")
    page.wait_for_url(re.compile("/approve/"))
    page.click("section:has(#h-ask) button")
    page.wait_for_selector("text=確認を頼みました")
    return number


def approve(people, number: int) -> None:
    """The secretariat waits for its own test mail and lets the issue go at once."""
    page = people["secretariat"]
    page.goto(f"/newsletter/{number}/approve/")
    page.click("text=自分に試し送り")

    def test_mail_has_arrived():
        page.goto(f"/newsletter/{number}/approve/")
        return page.locator("text=この中身の試し送りが届いています").count()

    wait_for(test_mail_has_arrived, seconds=60, every=1)
    page.check("input[value=now]")
    page.click("text=承認して送る")
    page.wait_for_url(re.compile("/delivery/|/account/confirm/"))
    if "/account/confirm/" in page.url:
        page.fill("input[name=password]", people.portal.password)
        page.click("main button[type=submit]")
        page.wait_for_url(re.compile("/delivery/"))


def send_issue(portal, people, *, kill: bool) -> bool:
    """One line of the table; whether everybody has it, nobody too often, and the archive shows it."""
    before, number = portal.kept(), write_issue(people)
    approve(people, number)
    began = time.monotonic()
    readers = set(portal.ask(READERS))
    busy = kill_twice(portal, before, len(readers)) if kill else 0
    wait_for(lambda: portal.ask(FINISHED, number), seconds=1200, every=0.2)
    seconds = time.monotonic() - began
    found = copies(portal, before)
    twice = [mails for mails in found.values() if len(mails) > 1]
    alike = all(len({(mail["Message-ID"], mail["Date"]) for mail in mails}) == 1 for mails in twice)
    skipped, rows = set(portal.ask(SKIPPED, number)), portal.ask(ROWS, number)
    lost, wrong = readers - set(found) - skipped, set(found) - readers
    counts = f"{rows:6} {sum(map(len, found.values())):6} {len(skipped):8} {len(twice):6} {len(lost):5} {len(wrong):6}"
    print(f"{number:5} {len(readers):7} {counts} {seconds:8.1f}", flush=True)
    fair = len(twice) <= busy and all(len(mails) == 2 for mails in twice) and alike
    return fair and not lost and not wrong and rows == len(readers) and in_archive(people, number)


def copies(portal, before: set[str]) -> dict[str, list]:
    """The mails of the issue by the address they were delivered to; test mails carry no List-Id."""
    found: dict[str, list] = {}
    for mail in portal.mails(before):
        if (mail["List-Id"] or "").startswith("<newsletter."):
            found.setdefault(mail["X-Original-To"], []).append(mail)
    return found


def in_archive(people, number: int) -> bool:
    people["staff"].goto("/newsletter/")
    return people["staff"].locator(f"main a[href='/newsletter/{number}/']").count() > 0


def kill_twice(portal, before: set[str], readers: int) -> int:
    """`kill -9`: the children after a quarter of the mails, the whole worker after half; connections open then."""
    kill_after(portal, before, readers // 4, spare=1)
    killed = kill_after(portal, before, readers // 2, spare=0)
    wait_for(lambda: portal.mail_worker() and portal.mail_worker()[0] not in killed, seconds=30)
    return 2 * portal.connections


def kill_after(portal, before: set[str], mails: int, *, spare: int) -> list[int]:
    """Kill the processes of the mail worker but for the first `spare` ones, as soon as so many mails have arrived."""
    wait_for(lambda: len(portal.kept() - before) >= mails, seconds=120, every=0.01)
    victims = portal.mail_worker()[spare:]
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    print(f"      kill -9 of {len(victims)} processes after {len(portal.kept() - before)} mails", flush=True)
    return victims
