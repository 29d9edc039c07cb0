"use strict";
// Filters, unfolding and printing. Without this script the page reads whole, and the filters stay hidden.
(() => {
  const form = document.getElementById("filtres");
  const count = document.getElementById("nombre");
  const printed = document.getElementById("filtres-imprimes");
  const boxes = [...form.querySelectorAll("[name=verdict]")];
  const lists = [...form.querySelectorAll("select")];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/\s+/g, " ").toLowerCase();
  const groups = [...document.querySelectorAll(".groupe")].map((group) => ({
    element: group,
    count: group.querySelector(".compte"),
    findings: [...group.querySelectorAll(".constat")].map((element) => ({ element, data: element.dataset, text: "" })),
  }));
  const total = groups.reduce((sum, group) => sum + group.findings.length, 0);
  const foldable = () => document.querySelectorAll(".constat:not([hidden]) details, .mots");

  function apply() {
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const chosen = lists.filter((list) => list.value);
    const words = plain(form.elements.texte.value).split(" ").filter(Boolean);
    let shown = 0;
    for (const group of groups) {
      let here = 0;
      for (const finding of group.findings) {
        if (words.length && !finding.text) finding.text = plain(finding.element.textContent);
        const kept =
          verdicts.has(finding.data.verdict) &&
          chosen.every((list) => finding.data[list.name] === list.value) &&
          words.every((word) => finding.text.includes(word));
        finding.element.hidden = !kept;
        here += kept;
      }
      group.element.hidden = !here;
      group.count.textContent = here === group.findings.length ? here : `${here} sur ${group.findings.length}`;
      shown += here;
    }
    const said = shown ? `${shown} constat${shown > 1 ? "s affichés" : " affiché"} sur ${total}.` : "Aucun constat ne répond à ces filtres.";
    count.textContent = said;
    const names = boxes.filter((box) => box.checked).map((box) => box.parentElement.textContent.trim().toLowerCase());
    const parts = [`verdict : ${names.join(", ") || "aucun"}`];
    for (const list of chosen) parts.push(`${list.parentElement.firstChild.textContent.trim().toLowerCase()} : ${list.selectedOptions[0].text}`);
    if (words.length) parts.push(`mots : ${words.join(" ")}`);
    printed.textContent = `${said} Filtres (${parts.join(" ; ")}).`;
  }

  // A link to a finding shows it, whatever the filters, and unfolds it.
  function reveal() {
    const target = location.hash.startsWith("#regle-") && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.hidden) {
      form.reset();
      if (target.dataset.verdict === "sans_objet") for (const box of boxes) box.checked = true;
      apply();
    }
    const details = target.querySelector("details");
    if (details) {
      details.open = true;
      details.querySelector("summary").focus({ preventScroll: true });
    }
    target.scrollIntoView();
  }

  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 150); // one announcement for a word, not one for each letter
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply)); // the fields are emptied after this event
  document.getElementById("deplier").addEventListener("click", () => foldable().forEach((one) => (one.open = true)));
  document.getElementById("replier").addEventListener("click", () => foldable().forEach((one) => (one.open = false)));
  document.addEventListener("click", (event) => {
    if (event.target.closest("a[href^='#regle-']")) setTimeout(reveal);
  });
  addEventListener("hashchange", reveal);

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...foldable()].filter((one) => !one.open);
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of folded) one.open = false;
    folded = [];
  });

  form.hidden = false;
  printed.hidden = false;
  apply();
  reveal();
})();
