/* [data-reveal="id"] のチェックや選択肢が選ばれている間だけ、その id の欄を出す。JSなしでは常に出ている。 */
document.querySelectorAll("[data-reveal]").forEach((input) => {
  const panel = document.getElementById(input.dataset.reveal);
  const group = input.name ? document.getElementsByName(input.name) : [input];
  const show = () => { panel.hidden = !input.checked; };
  group.forEach((one) => one.addEventListener("change", show));
  show();
});
