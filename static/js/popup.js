/* details.pop は、外を押すかEscで閉じる。 */
(() => {
  const open = () => document.querySelectorAll("details.pop[open]");
  document.addEventListener("click", (event) => {
    open().forEach((popup) => { if (!popup.contains(event.target)) popup.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open().forEach((popup) => { popup.open = false; popup.querySelector("summary").focus(); });
  });
})();
