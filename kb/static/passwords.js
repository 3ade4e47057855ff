// Buttons that show a password while it is typed; without script there are none.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  const show = button.textContent;
  const hide = () => {
    field.type = "password";
    button.textContent = show;
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    if (field.type === "text") {
      hide();
      return;
    }
    field.type = "text";
    button.textContent = button.dataset.hide;
  });
  // A password manager must not store the field as a plain text.
  field.form.addEventListener("submit", hide);
}
