/* [data-print] はこの画面を印刷する。 */
document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
