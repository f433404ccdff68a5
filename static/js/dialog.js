/* 取り消せない操作は確かめる: [data-open="id"] が dialog#id を開く。JSなしでは確認の画面へ進む。 */
document.querySelectorAll("[data-open]").forEach((button) => {
  const dialog = document.getElementById(button.dataset.open);
  button.addEventListener("click", (event) => { event.preventDefault(); dialog.showModal(); });
});
document.querySelectorAll("[data-close]").forEach((button) => {
  button.addEventListener("click", (event) => { event.preventDefault(); button.closest("dialog").close(); });
});
