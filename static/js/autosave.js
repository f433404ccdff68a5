/* 自動保存: form[data-autosave] に書いたものを、4秒手が止まるか10秒たつとサーバーに残す(action=autosave)。
   答えの版番号を次に送る。ほかの画面が先に保存していたら知らせて止まり、奪い合わない。 */
document.querySelectorAll("form[data-autosave]").forEach((form) => {
  const status = form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]"); // 編集の画面では、帯は欄の外にある
  const box = form.querySelector("[data-autosave-suggestion]");
  const QUIET = 4000;
  const LONGEST = 10000;
  let timer;
  let since = 0;
  let stopped = false;
  let busy = false;

  const say = (words) => { if (words) status.textContent = words; };
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
  const set = (name, value) => { if (form.elements[name]) form.elements[name].value = value; };

  async function save() {
    if (stopped || !since) return;
    if (busy) { later(1000); return; }
    busy = true;
    since = 0;
    const body = new FormData(form);
    form.querySelectorAll("[type=file]").forEach((field) => body.delete(field.name)); // ファイルは、保存を押したときだけ送る
    body.set("action", "autosave");
    const answer = await fetch(form.getAttribute("action") || location.href, { method: "POST", body, credentials: "same-origin", redirect: "manual" }).catch(() => null);
    busy = false;
    if (!answer || answer.status >= 500) { since ||= Date.now(); say(form.dataset.wordsLost); later(LONGEST); return; }
    if (answer.type === "opaqueredirect" || answer.status === 403) { stopped = true; say(form.dataset.wordsOut); return; }
    const told = await answer.json().catch(() => null);
    if (!told || answer.status === 409) { stopped = true; say(told ? told.warning : form.dataset.wordsLost); status.classList.add("is-warn"); return; }
    set("version", told.version);
    set("draft_version", told.draft_version);
    form.setAttribute("action", told.url); // form.action would be the button of that name
    history.replaceState(null, "", told.url);
    if (box) box.innerHTML = told.suggestion;
    say(told.saved);
    form.dispatchEvent(new CustomEvent("draft:saved", { detail: { base: `${told.version}.${told.draft_version}`, all: !since, key: told.key } }));
  }

  form.addEventListener("input", () => {
    if (stopped) return;
    since ||= Date.now();
    later(Math.max(0, Math.min(QUIET, since + LONGEST - 1000 - Date.now())));
  });
  form.addEventListener("submit", () => { stopped = true; clearTimeout(timer); });
});
