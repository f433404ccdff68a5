/* ログアウトの5分前に知らせ、「続ける」で延ばす(WCAG 2.2.1)。body[data-session-seconds] の秒数で切れる。 */
(() => {
  const dialog = document.getElementById("session-warning");
  const seconds = Number(document.body.dataset.sessionSeconds);
  if (!dialog || !(seconds > 0)) return;
  const warning = Math.max(seconds - 300, seconds / 2) * 1000;
  let timer;
  const wait = () => { clearTimeout(timer); timer = setTimeout(() => dialog.showModal(), warning); };
  dialog.querySelector("[data-session-stay]").addEventListener("click", async () => {
    const answer = await fetch(document.body.dataset.sessionPing, { method: "HEAD", credentials: "same-origin" }).catch(() => null);
    if (!answer || answer.redirected) { location.reload(); return; }
    dialog.close();
    wait();
  });
  wait();
})();
