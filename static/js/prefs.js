/* 描画の前に読む。JSが使えることの印と、選ばれた明るさだけを反映する。 */
((root) => {
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("dx-theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch { /* 保存できない端末では、端末の設定に従う */ }
})(document.documentElement);
