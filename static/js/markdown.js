/* 便りの編集: 書式のボタン [data-markdown="欄のid"](欄の中では Ctrl+B と Ctrl+K でも)と、ポータルから挿入するボタン [data-insert="欄のid"]。
   JSなしでは、書式は手で打ち、挿入は文の終わりに入る(サーバーが返す)。 */
(() => {
  const put = (field, text, from, to) => {
    field.focus();
    field.setRangeText(text, from, to, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const lineStart = (field) => field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const acts = {
    line: (field, mark) => {
      const from = lineStart(field);
      const lines = field.value.slice(from, field.selectionEnd).split("\n");
      put(field, lines.map((line) => mark + line).join("\n"), from, field.selectionEnd);
    },
    around: (field, mark) => {
      const words = field.value.slice(field.selectionStart, field.selectionEnd);
      put(field, mark + words + mark, field.selectionStart, field.selectionEnd);
    },
    link: (field, words) => {
      const chosen = field.value.slice(field.selectionStart, field.selectionEnd) || words;
      put(field, `[${chosen}](/)`, field.selectionStart, field.selectionEnd);
    },
  };
  document.querySelectorAll("[data-markdown]").forEach((tools) => {
    const field = document.getElementById(tools.dataset.markdown);
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const [act] = Object.keys(acts).filter((name) => name in button.dataset);
      acts[act](field, button.dataset[act]);
    });
    field.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      const button = [...tools.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key.toLowerCase());
      if (!button) return;
      event.preventDefault();
      button.click();
    });
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]"); // 受け箱のものは後から届く
    if (!button) return;
    const field = document.getElementById(button.dataset.insert);
    event.preventDefault();
    const before = field.value && !field.value.slice(0, field.selectionEnd).endsWith("\n") ? "\n\n" : "";
    put(field, `${before}${button.value}\n`, field.selectionEnd, field.selectionEnd);
  });
})();
