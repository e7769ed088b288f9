// Checks a plan while it is typed, and leads from a fault to its line. Without this script the button checks.
"use strict";

const PAUSE = 900; // milliseconds without a key before it is sent

for (const form of document.querySelectorAll("form[data-check]")) {
  const text = form.querySelector("#text");
  const live = form.querySelector("#live");
  const answer = live.querySelector("[data-answer]");
  const list = live.querySelector("[data-faults]");
  const before = form.querySelector("#looked");
  let waiting = 0;
  let asked = null;

  const goTo = (line, column) => {
    const lines = text.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    const place = Math.min(start + column - 1, text.value.length);
    text.focus();
    text.setSelectionRange(place, Math.min(start + (lines[line - 1] || "").length, text.value.length));
    const high = parseFloat(getComputedStyle(text).lineHeight);
    text.scrollTop = Math.max(0, (line - 4) * high);
  };

  const filled = (words, fields) => words.replace(/\{(\w+)\}/g, (_, name) => String(fields[name]));

  const paragraph = (kind, words, lang) => {
    const made = document.createElement("p");
    made.className = kind;
    made.textContent = words;
    if (lang) made.lang = lang;
    return made;
  };

  const shown = (fault) => {
    const item = document.createElement("li");
    const place = paragraph("place", "", "");
    const link = document.createElement("a");
    link.href = "#text";
    link.dataset.line = fault.line;
    link.dataset.column = fault.column;
    link.textContent = filled(live.dataset.place, fault);
    place.append(link);
    item.append(place, paragraph("", fault.message, live.dataset.words), paragraph("fix", fault.fix, live.dataset.words));
    return item;
  };

  const tell = (found) => {
    live.hidden = false;
    before.hidden = true; // what was found in the text as it was
    answer.textContent = found.count ? filled(live.dataset.count, found) : live.dataset.sound;
    list.replaceChildren(...found.faults.map(shown));
  };

  const check = async () => {
    if (asked) asked.abort();
    asked = new AbortController();
    const sent = new FormData();
    sent.set("seal", form.elements.seal.value);
    sent.set("text", text.value);
    try {
      const response = await fetch(form.dataset.check, { method: "POST", body: sent, signal: asked.signal });
      if (!response.ok) throw new Error(String(response.status));
      tell(await response.json());
    } catch (error) {
      if (error.name === "AbortError") return;
      live.hidden = false;
      answer.textContent = live.dataset.failed;
      list.replaceChildren();
    }
  };

  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, PAUSE);
  });
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    if (!link) return;
    event.preventDefault();
    goTo(Number(link.dataset.line), Number(link.dataset.column));
  });
}
