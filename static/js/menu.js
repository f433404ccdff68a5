/* メニュー(狭い画面): [data-menu] が aria-controls の指す所を開閉する。JSなしでは開いたまま。 */
document.querySelectorAll("[data-menu]").forEach((button) => {
  const panel = document.getElementById(button.getAttribute("aria-controls"));
  const set = (open) => {
    button.setAttribute("aria-expanded", String(open));
    panel.classList.toggle("is-open", open);
  };
  button.addEventListener("click", () => set(button.getAttribute("aria-expanded") !== "true"));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.classList.contains("is-open")) { set(false); button.focus(); }
  });
});
