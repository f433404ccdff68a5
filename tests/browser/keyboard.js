// What a person without a mouse meets on this page: the stops there should be, and those that were reached.
(() => {
  const wanted = "a[href], button, input, select, textarea, summary, iframe, [tabindex]";
  const usable = (node) => !node.disabled && node.type !== "hidden" && node.tabIndex >= 0 && !node.closest("[inert]")
    && !(node.disabled || node.closest("fieldset[disabled]")) && node.checkVisibility({ visibilityProperty: true })
    && !(node.tagName === "SUMMARY" && node !== node.parentElement.querySelector(":scope > summary"));
  const ofItsGroup = (node) => {  // one stop for each group of radio buttons: the chosen one, or the first
    if (node.type !== "radio") return true;
    const group = [...document.getElementsByName(node.name)].filter((one) => one.form === node.form && usable(one));
    return node === (group.find((one) => one.checked) || group[0]);
  };
  const name = (node) => {
    const words = (node.getAttribute("aria-label") || node.innerText || node.name || "").trim().slice(0, 30);
    return `${node.tagName.toLowerCase()}${node.id ? "#" + node.id : ""} ${words}`;
  };
  const shows = (node) => {  // the ring around the thing, or around the label it is hidden in
    const style = getComputedStyle(node);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  };
  const hidden = (x, y) => {  // out of the window, or behind a bar that stays in place
    if (y < 0 || y > innerHeight) return true;
    const above = document.elementsFromPoint(x, y);
    return above.slice(0, above.indexOf(document.activeElement)).some((node) =>
      !node.contains(document.activeElement) && node.closest(".sbar, .lnav, dialog") && !document.activeElement.closest(".sbar, .lnav"));
  };
  const covered = (node) => {  // neither its first line nor its middle can be seen
    const box = node.getClientRects()[0];
    if (!box || box.width < 2 || box.height < 2) return false;
    const x = box.left + box.width / 2;
    return hidden(x, box.top + Math.min(12, box.height / 2)) && hidden(x, box.top + box.height / 2);
  };
  const stops = [...document.querySelectorAll(wanted)].filter((node) => usable(node) && ofItsGroup(node));
  const faults = stops.filter((node) => node.tabIndex > 0).map((node) => `tabindex ${node.tabIndex}: ${name(node)}`);
  const look = (node) => {  // after a key was pressed, focus is shown as a keyboard's
    node.focus();
    if (document.activeElement !== node) return faults.push(`not reached: ${name(node)}`);
    const carrier = node.closest("label") && !shows(node) ? node.closest("label") : node;
    // Of a frame, browsers draw the ring around what has the focus inside it: no style of ours reaches the frame itself.
    if (node.tagName !== "IFRAME" && !shows(carrier)) faults.push(`no ring: ${name(node)}`);
    if (covered(node)) faults.push(`covered: ${name(node)}`);
  };
  window.keyboardWalk = { stops, name, faults: () => { stops.forEach(look); return faults; } };
})();
