// <input type=radio data-preset value="x"> ticks the boxes with "x" in data-presets; ticking by hand makes it "custom".
addEventListener("change", ({ target }) => {
  const choices = target.closest("[data-choices]")
  if (!choices) return
  if (!target.matches("[data-preset]")) {
    choices.querySelector("[data-preset][value=custom]").checked = true
  } else if (target.value !== "custom") {
    for (const box of choices.querySelectorAll("[data-presets]")) {
      box.checked = box.dataset.presets.split(" ").includes(target.value)
    }
  }
}, true) // before the boxes are counted
