/* 書きかけ: form[data-draft="鍵"] に書いたものをこの端末に残し、開き直したとき元に戻す。出せたら消す。
   出せたことは、次の画面の成功の知らせ(sent.js)か [data-draft-clear="鍵"] で分かる。秘密の欄(password, file, hidden)は残さない。
   鍵には人の番号を足す。同じ端末を使う別の人には見せない。
   data-draft-base は画面が見ている版。版が進んでいたら黙って戻さず、[data-draft-offer] で聞く。 */
(() => {
  const PREFIX = `dx-draft:${document.body.dataset.person ?? ""}:`;
  const read = (key) => { try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; } };
  const write = (key, value) => { try { localStorage.setItem(PREFIX + key, JSON.stringify(value)); } catch { /* 残せない端末 */ } };
  const clear = (key) => { try { localStorage.removeItem(PREFIX + key); } catch { /* 残していない */ } };
  document.querySelectorAll("[data-draft-clear]").forEach((mark) => clear(mark.dataset.draftClear));

  const kept = (form) => [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));
  const ticks = (field) => ["checkbox", "radio"].includes(field.type);
  const value = (field) => (ticks(field) ? field.checked : field.value);
  const key = (field) => (ticks(field) ? `${field.name}=${field.value}` : field.name);

  document.querySelectorAll("form[data-draft]").forEach((form) => {
    let name = form.dataset.draft;
    const base = () => form.dataset.draftBase || "";
    const notice = form.querySelector("[data-draft-notice]");
    const offer = form.querySelector("[data-draft-offer]");
    const draft = read(name);
    const all = () => Object.fromEntries(kept(form).map((field) => [key(field), value(field)]));
    const store = (more = {}) => write(name, { base: base(), fields: all(), ...more });
    const restore = () => {
      kept(form).forEach((field) => {
        if (!(key(field) in draft.fields)) return;
        if (ticks(field)) field.checked = draft.fields[key(field)];
        else field.value = draft.fields[key(field)];
        field.dispatchEvent(new Event("input", { bubbles: true }));
      });
      if (notice) notice.hidden = false;
      if (offer) offer.hidden = true;
    };
    let timer;
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(store, 500); });
    form.addEventListener("draft:saved", (event) => {
      form.dataset.draftBase = event.detail.base;
      clearTimeout(timer);
      if (event.detail.key && event.detail.key !== name) { clear(name); name = event.detail.key; } // サーバーに番号ができた
      if (event.detail.all) clear(name); else store();
    });
    form.addEventListener("submit", () => { clearTimeout(timer); store({ sent: location.pathname }); });
    form.querySelector("[data-draft-restore]")?.addEventListener("click", restore);
    form.querySelector("[data-draft-discard]")?.addEventListener("click", () => { clear(name); form.reset(); if (notice) notice.hidden = true; if (offer) offer.hidden = true; });
    if (draft && draft.fields && !form.querySelector("[aria-invalid='true']")) {
      if (draft.base === base()) restore();
      else if (draft.sent) clear(name);
      else if (offer) offer.hidden = false;
    }
  });
})();
