// A link to a place on this page closes the drawer that it stands in: there is no other page whose coming would.
addEventListener("click", ({ target }) => {
  const link = target.closest("[popover] a[href*='#']")
  if (link && link.pathname === location.pathname) link.closest("[popover]").hidePopover()
})
