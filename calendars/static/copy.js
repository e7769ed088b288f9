// Copies the address of a calendar at a click. Without this script the button is not shown and the field can be copied.
"use strict";

for (const button of document.querySelectorAll("button[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  const answer = document.getElementById(button.dataset.answers);

  const byHand = () => {
    field.focus();
    field.select();
    return document.execCommand("copy"); // pages served without TLS are given no clipboard
  };

  const copied = async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      return byHand();
    }
  };

  button.hidden = false;
  button.addEventListener("click", async () => {
    answer.textContent = "";
    answer.textContent = (await copied()) ? button.dataset.done : button.dataset.failed;
  });
  field.addEventListener("focus", () => field.select());
}
