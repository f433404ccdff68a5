/* タブ: [data-tabs] の中の .tabs__list のリンクをタブにする。JSなしでは見出しへのリンクと、続けて並ぶ節。 */
document.querySelectorAll("[data-tabs]").forEach((box) => {
  const list = box.querySelector(".tabs__list");
  const tabs = [...list.querySelectorAll("a")];
  const panels = tabs.map((tab) => document.getElementById(tab.hash.slice(1)));
  const pick = (chosen, focus) => {
    tabs.forEach((tab, at) => {
      tab.setAttribute("aria-selected", String(at === chosen));
      tab.tabIndex = at === chosen ? 0 : -1;
      panels[at].hidden = at !== chosen;
    });
    if (focus) tabs[chosen].focus();
  };
  list.setAttribute("role", "tablist");
  list.querySelectorAll("li").forEach((item) => item.setAttribute("role", "presentation"));
  tabs.forEach((tab, at) => {
    const panel = panels[at];
    tab.setAttribute("role", "tab");
    tab.id = tab.id || `${panel.id}-tab`;
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    panel.tabIndex = 0;
    panel.querySelectorAll("[data-tab-title]").forEach((title) => { title.hidden = true; });
    tab.addEventListener("click", (event) => { event.preventDefault(); pick(at); });
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      pick((to + tabs.length) % tabs.length, true);
    });
  });
  pick(Math.max(0, tabs.findIndex((tab) => tab.hash && tab.hash === location.hash)));
});
