/* 明るさ: input[name=theme] の選びをその端末に覚える。 */
(() => {
  const root = document.documentElement;
  const keep = (value) => {
    try {
      if (value === "auto") localStorage.removeItem("dx-theme");
      else localStorage.setItem("dx-theme", value);
    } catch { /* 保存しない */ }
  };
  document.querySelectorAll('input[name="theme"]').forEach((input) => {
    input.checked = input.value === (root.dataset.theme || "auto");
    input.addEventListener("change", () => {
      if (input.value === "auto") delete root.dataset.theme;
      else root.dataset.theme = input.value;
      keep(input.value);
    });
  });
})();
