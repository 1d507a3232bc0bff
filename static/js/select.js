// <input data-select> and <textarea data-select> select themselves when they get the focus.
addEventListener("focusin", ({ target }) => {
  if (target.matches("[data-select]")) target.select()
})
