/* 出せた: 成功の知らせがある画面で、その前の画面から出した書きかけを、この端末から消す(draft.js が残したもの)。 */
(() => {
  if (!document.referrer) return;
  const from = new URL(document.referrer).pathname;
  const prefix = `dx-draft:${document.body.dataset.person ?? ""}:`;
  try {
    Object.keys(localStorage).filter((key) => key.startsWith(prefix)).forEach((key) => {
      const draft = JSON.parse(localStorage.getItem(key));
      if (draft.sent === from) localStorage.removeItem(key);
    });
  } catch { /* 残していない端末 */ }
})();
