// <select data-submits> sends its form when another option is chosen; without script there is a button beside it.
addEventListener("change", ({ target }) => {
  if (target.matches("select[data-submits]")) target.form.requestSubmit()
})
