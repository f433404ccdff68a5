/* 文字数: [data-count="id"] の字数を、その id の要素に書く。 */
document.querySelectorAll("[data-count]").forEach((field) => {
  const out = document.getElementById(field.dataset.count);
  const unit = document.documentElement.lang === "en" ? " characters" : "字";
  const write = () => { out.textContent = `${[...field.value].length}${unit}`; };
  field.addEventListener("input", write);
  write();
});
