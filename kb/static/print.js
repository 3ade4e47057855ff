// Shows the buttons that print the page: without script there is nothing that they could do.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
