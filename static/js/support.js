/* 書きながら賛同する: [data-support="URL"] のボタンは、画面を離れずに賛同し、もう一度で取り消す。 */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-support]");
  if (!button) return;
  const on = button.getAttribute("aria-pressed") !== "true";
  const token = button.closest("form").elements.csrfmiddlewaretoken.value;
  const body = new URLSearchParams({ on: on ? "1" : "0", csrfmiddlewaretoken: token, next: window.location.pathname });
  const answer = await fetch(button.dataset.support, { method: "POST", body, credentials: "same-origin", redirect: "manual" }).catch(() => null);
  if (!answer || answer.type !== "opaqueredirect") return;
  button.setAttribute("aria-pressed", String(on));
  const words = button.querySelector("[data-on]");
  words.textContent = on ? words.dataset.on : words.dataset.off;
});
