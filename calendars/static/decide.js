// Lets days be picked in the calendar below a form. Without this script they are typed, and the calendar is only read.
"use strict";

const first = document.getElementById("first");
const last = document.getElementById("last");

const pressed = () => {
  const end = last.value || first.value;
  for (const button of document.querySelectorAll(".month .pick")) {
    const day = button.dataset.day;
    button.setAttribute("aria-pressed", String(first.value !== "" && first.value <= day && day <= end));
  }
};

const pick = (day) => {
  if (!first.value || last.value || day < first.value) {
    first.value = day;
    last.value = "";
  } else {
    last.value = day;
  }
  pressed();
};

for (const time of document.querySelectorAll(".month .day time")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pick";
  button.dataset.day = time.dateTime;
  button.append(...time.childNodes);
  button.addEventListener("click", () => pick(time.dateTime));
  time.append(button);
}

first.addEventListener("change", pressed);
last.addEventListener("change", pressed);
pressed();
