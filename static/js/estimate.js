/* 効果の見込み: [data-estimate] の中の数(分、回、部署)を掛け、output に時間で書く。 */
document.querySelectorAll("[data-estimate]").forEach((box) => {
  const inputs = [...box.querySelectorAll("input")];
  const out = box.querySelector("output");
  const english = document.documentElement.lang === "en";
  const write = () => {
    const hours = Math.round(inputs.reduce((all, input) => all * Number(input.value || 0), 1) / 60);
    out.textContent = english ? `${hours.toLocaleString("en-GB")} hours` : `${hours.toLocaleString("ja-JP")}時間`;
  };
  inputs.forEach((input) => input.addEventListener("input", write));
  write();
});
