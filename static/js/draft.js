/* 書きかけ: form[data-draft="鍵"] に書いたものをこの端末に残し、開き直したとき元に戻す。出せたら消す。
   出せたことは、次の画面の [data-draft-clear="鍵"] で分かる。秘密の欄(password, file, hidden)は残さない。 */
(() => {
  const PREFIX = "dx-draft:";
  const read = (key) => { try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; } };
  const write = (key, value) => { try { localStorage.setItem(PREFIX + key, JSON.stringify(value)); } catch { /* 残せない端末 */ } };
  const clear = (key) => { try { localStorage.removeItem(PREFIX + key); } catch { /* 残していない */ } };
  document.querySelectorAll("[data-draft-clear]").forEach((mark) => clear(mark.dataset.draftClear));

  const kept = (form) => [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));
  const value = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value);
  const key = (field) => (["checkbox", "radio"].includes(field.type) ? `${field.name}=${field.value}` : field.name);

  document.querySelectorAll("form[data-draft]").forEach((form) => {
    const name = form.dataset.draft;
    const notice = form.querySelector("[data-draft-notice]");
    const draft = read(name);
    if (draft && !form.querySelector("[aria-invalid='true']")) {
      kept(form).forEach((field) => {
        if (!(key(field) in draft)) return;
        if (["checkbox", "radio"].includes(field.type)) field.checked = draft[key(field)];
        else field.value = draft[key(field)];
        field.dispatchEvent(new Event("input", { bubbles: true }));
      });
      if (notice) notice.hidden = false;
    }
    let timer;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => write(name, Object.fromEntries(kept(form).map((field) => [key(field), value(field)]))), 500);
    });
    form.querySelector("[data-draft-discard]")?.addEventListener("click", () => { clear(name); form.reset(); if (notice) notice.hidden = true; });
  });
})();
