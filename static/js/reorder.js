/* 節の順番: [data-reorder="送り先"] の節を、つかんで動かす。JSなしと、キーボードでは、上と下のボタンで動かす。
   ボタンを押したあと、そのボタンが使えなくなったら(一番上、一番下)、となりのボタンに移る。 */
(() => {
  let held = null;
  const section = (event) => event.target.closest?.("[data-reorder] [data-section]");
  const rank = (item) => [...item.parentElement.querySelectorAll("[data-section]")].indexOf(item) + 1;
  const ready = () => document.querySelectorAll("[data-reorder] [data-section]").forEach((item) => {
    item.draggable = Boolean(item.querySelector("button"));
  });

  document.addEventListener("dragstart", (event) => { held = section(event); if (held) event.dataTransfer.effectAllowed = "move"; });
  document.addEventListener("dragend", () => { held = null; });
  document.addEventListener("dragover", (event) => { if (held && section(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    const there = section(event);
    if (!held || !there || held === there) return;
    event.preventDefault();
    const values = { act: `place-${rank(there)}:${held.dataset.section}` };
    document.querySelectorAll("#write [name=part], #write [name=csrfmiddlewaretoken]").forEach((field) => { values[field.name] = field.value; });
    htmx.ajax("POST", held.closest("[data-reorder]").dataset.reorder, { values, target: "#outline", swap: "outerHTML" });
  });

  let pressed = "";
  document.addEventListener("htmx:beforeRequest", (event) => { pressed = event.detail.elt.id || ""; });
  document.addEventListener("htmx:afterSettle", () => {
    ready();
    const button = pressed && document.getElementById(pressed);
    if (!button || !button.closest("[data-reorder]")) return;
    (button.disabled ? button.parentElement.querySelector("button:not([disabled])") : button)?.focus();
  });
  ready();
})();
