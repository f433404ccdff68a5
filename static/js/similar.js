/* 似たもの: [data-similar="URL"] の中身を、[data-similar-src] に書いた言葉でサーバーが探した結果に置きかえる。 */
document.querySelectorAll("[data-similar]").forEach((box) => {
  const fields = [...document.querySelectorAll("[data-similar-src]")];
  let timer;
  let latest = 0;
  const ask = async () => {
    const mine = ++latest;
    const words = fields.map((field) => field.value.trim()).filter(Boolean).join(" ");
    const slow = setTimeout(() => box.setAttribute("aria-busy", "true"), 2000);
    const answer = await fetch(`${box.dataset.similar}?${new URLSearchParams({ q: words })}`, { credentials: "same-origin" }).catch(() => null);
    clearTimeout(slow);
    box.removeAttribute("aria-busy");
    if (mine === latest && answer && answer.ok && !answer.redirected) box.innerHTML = await answer.text();
  };
  fields.forEach((field) => field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 400); }));
});
