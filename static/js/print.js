// <button data-print> prints the page.
addEventListener("click", ({ target }) => {
  if (target.closest("[data-print]")) print()
})
