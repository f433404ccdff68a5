/* 人に知らせる: form[data-mention="URL"] の文に @氏名 と書き始めると、その名前の人を下に出す。選ぶと文に氏名が入り、
   [data-mention-picked] に印がつく。 */
document.querySelectorAll("form[data-mention]").forEach((form) => {
  const text = form.querySelector("textarea");
  const picked = form.querySelector("[data-mention-picked]");
  if (!text || !picked) return;
  const box = document.createElement("div");
  box.setAttribute("role", "status");
  text.after(box);
  const started = () => /(?:^|[\s、。,.「((])[@@]([^\s@@、。]{1,20})$/.exec(text.value.slice(0, text.selectionStart));
  let timer;
  let latest = 0;
  const ask = async () => {
    const mine = ++latest;
    const mark = started();
    if (!mark) { box.replaceChildren(); return; }
    const answer = await fetch(`${form.dataset.mention}?${new URLSearchParams({ q: mark[1] })}`, { credentials: "same-origin" }).catch(() => null);
    if (mine === latest && answer && answer.ok && !answer.redirected) box.innerHTML = await answer.text();
  };
  text.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 300); });
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-person]");
    const mark = started();
    if (!button || !mark) return;
    const from = text.selectionStart - mark[1].length;
    text.setRangeText(`${button.dataset.name} `, from, text.selectionStart, "end");
    if (!picked.querySelector(`input[value="${button.dataset.person}"]`)) {
      const label = document.createElement("label");
      label.className = "pick";
      const tick = Object.assign(document.createElement("input"), { type: "checkbox", name: "people", value: button.dataset.person, checked: true });
      const name = document.createElement("span");
      name.append(...button.cloneNode(true).childNodes);
      label.append(tick, name);
      picked.append(label);
    }
    picked.hidden = false;
    box.replaceChildren();
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
});
